"""Les loyers d'un lieu, sous la règle du secret. À ne montrer qu'à qui peut les lire."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tissu.actions.observatoire_commerce.analyses import loyers as analyses
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.vacance import LIBELLES, garde
from tissu.actions.observatoire_commerce.rules.secret import publiable
from tissu.entrepot.moteur import lecture, table_en_memoire


@dataclass(frozen=True)
class Loyer:
    """Le loyer médian d'un lieu, en euros hors taxes par m² et par an ; None quand il est tu."""

    cle: Any
    titre: str
    unites: int
    mediane: Decimal | None


def loyers(lieu: Lieu, au: date, par: str = "") -> list[Loyer]:
    """Le loyer de chaque partie du lieu ; de tout le lieu, sans `par`. Un lieu sans aucun loyer connu n'y est pas."""
    return garde(_loyers, lieu, au, par)


def _loyers(lieu: Lieu, au: date, par: str) -> list[Loyer]:
    table = lieu.cellules(au)
    colonnes = [par, *([LIBELLES[par]] if par in LIBELLES else [])] if par else []
    expression = analyses.loyers(table_en_memoire("locaux", table), *colonnes)
    unites_min, part_max = int(reglage("loyer_unites_min", au)), float(reglage("loyer_part_max", au))
    return [
        Loyer(
            ligne[par] if par else None,
            str(ligne[LIBELLES.get(par, par)]) if par else "",
            ligne["unites"],
            Decimal(str(ligne["mediane"]))
            if publiable(ligne["unites"], ligne["plus_grand"], ligne["somme"], unites_min=unites_min, part_max=part_max)
            else None,
        )
        for ligne in lecture.en_memoire(expression, {"locaux": table})
        if ligne["unites"]
    ]
