"""Ce qu'une action déclare de mesurable : ses indicateurs, lus par le programme à travers sa porte.

Une action pose dans son `indicateurs.py` un tuple `INDICATEURS` et sa porte le promet
(`indicateurs="tissu.actions.<slug>.indicateurs.INDICATEURS"`). Le programme mesure, garde, montre et ouvre chaque
valeur jusqu'à ses lignes, sans rien savoir de l'action.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.module_loading import import_string

from tissu.socle.action import actions
from tissu.socle.periodes import Periode


@dataclass(frozen=True)
class Preuves:
    """Les lignes derrière une valeur : `colonnes` = ((clé, titre), …) ; chaque ligne peut porter `adresse`, sa page.

    Ne contient jamais ce que le registre masque : elles sont gardées avec la valeur et figées avec elle.
    """

    colonnes: Sequence[tuple[str, str]]
    lignes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Releve:
    """Une valeur mesurée. `valeur` None : pas mesurable (rien dans la période), ou secret statistique si `secret`.

    `effectif` est le n sur lequel la valeur repose ; `ventilation` : ((libellé, valeur), …) ; `source_au` la date des
    données, jamais celle du calcul.
    """

    valeur: Decimal | None
    source_au: date | None
    numerateur: Decimal | None = None
    denominateur: Decimal | None = None
    effectif: int | None = None
    secret: bool = False
    ventilation: Sequence[tuple[str, Decimal | None]] = ()
    preuves: Preuves = Preuves((), ())


@dataclass(frozen=True)
class Indicateur:
    """Un indicateur. `mesurer(periode, *, au)` rend un `Releve` ; `code` = « slug_de_l_action.nom ».

    `cumulatif` : la valeur de l'année est la somme de ses périodes ; sinon la dernière. `sens` : « hausse », « baisse »
    ou « neutre ». `version` change quand la méthode change. `rythme` : la période mesurée, « mois »,
    « trimestre », « semestre » ou « annee » (l'exercice de la fiche, à la date du jour).
    """

    code: str
    titre: str
    definition: str
    unite: str
    source: str
    version: str
    mesurer: Callable[..., Releve]
    sens: str = "hausse"
    cumulatif: bool = True
    rythme: str = "mois"

    def relever(self, periode: Periode, *, au: datetime) -> Releve:
        """Mesure la période telle que les données la donnent à ce moment."""
        return self.mesurer(periode, au=au)


def indicateurs() -> dict[str, Indicateur]:
    """Tous les indicateurs des actions en service, par code. Lève `ValueError` sur un code en double ou mal préfixé."""
    trouves: dict[str, Indicateur] = {}
    for action in actions():
        for indicateur in import_string(action.indicateurs) if action.indicateurs else ():
            if not indicateur.code.startswith(f"{action.slug}.") or indicateur.code in trouves:
                raise ValueError(f"L'indicateur « {indicateur.code} » est mal nommé ou déclaré deux fois.")
            trouves[indicateur.code] = indicateur
    return trouves
