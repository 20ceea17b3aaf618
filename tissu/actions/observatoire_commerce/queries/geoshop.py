"""Ce que la page publique de Géoshop propose : les familles, ce qui est à louer ou à vendre, combien."""

from dataclasses import dataclass
from datetime import date

import pyarrow.compute as pc

from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.locaux.choices import VACANTS


@dataclass(frozen=True)
class Vitrine:
    """`familles` : (code, libellé, locaux occupés), dans l'ordre de la nomenclature par nombre."""

    familles: list[tuple[str, str, int]]
    occupes: int
    disponibles: int


def vitrine(au: date) -> Vitrine:
    """La même chose pour tous : un local vacant n'y compte que si son propriétaire veut le montrer."""
    offre = lectures.offre(Lieu(), au)
    cellules = Lieu().cellules(au)
    vides = pc.is_in(cellules["etat"], pc.cast(sorted(VACANTS), "string"))
    disponibles = pc.sum(pc.and_(vides, cellules["accord_publication"])).as_py() or 0
    return Vitrine(offre.repartition, offre.occupes, disponibles)
