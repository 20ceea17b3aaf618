"""L'âge de ce que l'on sait : combien de locaux ont été vus depuis moins que l'âge où un relevé est dit ancien."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
from dateutil.relativedelta import relativedelta

from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.vacance import garde
from tissu.actions.observatoire_commerce.rules.mesures import rapport
from tissu.socle.parametres import parametre


@dataclass(frozen=True)
class Fraicheur:
    """`anciens` : les locaux à revoir, ceux dont personne ne sait la date compris."""

    a_jour: int
    locaux: int
    anciens: pa.Table

    @property
    def part(self) -> Decimal | None:
        return rapport(self.a_jour, self.locaux)


def fraicheur(lieu: Lieu, au: date) -> Fraicheur:
    """Les locaux du lieu vus depuis moins que l'âge en vigueur ce jour."""
    return garde(_fraicheur, lieu, au)


def _fraicheur(lieu: Lieu, au: date) -> Fraicheur:
    cellules = lieu.cellules(au)
    limite = au - relativedelta(months=int(parametre("locaux.seuil_releve_ancien_mois", au=au)))
    recents = pc.fill_null(pc.greater_equal(cellules["releve_le"], pa.scalar(limite)), False)
    return Fraicheur(pc.sum(recents).as_py() or 0, cellules.num_rows, cellules.filter(pc.invert(recents)))
