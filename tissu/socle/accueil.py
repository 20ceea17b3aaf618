"""Ce qu'une porte apporte à la page d'accueil : ce qui est neuf, ce qui attend la personne, des chiffres.

Une pièce qui a quelque chose à dire promet `accueil="tissu.<piece>.accueil.accueil"` dans sa porte et écrit :

    def accueil(personne, *, au: datetime) -> BlocAccueil | None:
        return BlocAccueil(
            nouveautes=[Ligne(titre="14 créations pures en octobre 2026", url="…", date=date(2026, 10, 31))],
            attentes=[Ligne(titre="3 corrections à relire", url="…", urgence=Urgence.A_FAIRE)],
            chiffres=[Chiffre(libelle="Établissements actifs", valeur=70412, au=date(2026, 11, 1), url="…")],
        )

Elle ne montre que ce que les rôles de la personne ouvrent, répond en moins de 100 ms, et rend None quand elle n'a
rien à dire (aucun registre importé, par exemple).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any


class Urgence(IntEnum):
    """Dans quel ordre montrer les attentes."""

    A_SAVOIR = 0
    A_FAIRE = 1
    PRESSE = 2


@dataclass(frozen=True)
class Ligne:
    """Une nouveauté ou une attente : une phrase qui se suffit, et la page où agir."""

    titre: str
    url: str
    detail: str = ""
    date: date | datetime | None = None
    urgence: Urgence = Urgence.A_SAVOIR


@dataclass(frozen=True)
class Chiffre:
    """Un chiffre clé ; les champs sont ceux du composant `chiffre_cle`."""

    libelle: str
    valeur: Any
    unite: str = ""
    au: date | None = None
    tendance: str = ""
    sens: str = ""
    url: str = ""
    definition: str = ""
    source: str = ""


@dataclass(frozen=True)
class BlocAccueil:
    """La part d'une porte dans la page d'accueil."""

    nouveautes: list[Ligne] = field(default_factory=list)
    attentes: list[Ligne] = field(default_factory=list)
    chiffres: list[Chiffre] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.nouveautes or self.attentes or self.chiffres)


def rassembler(blocs: list[BlocAccueil]) -> BlocAccueil:
    """Réunit les blocs des portes : les attentes les plus pressantes et les nouveautés les plus récentes d'abord."""
    return BlocAccueil(
        nouveautes=sorted((ligne for bloc in blocs for ligne in bloc.nouveautes), key=_jour, reverse=True),
        attentes=sorted((ligne for bloc in blocs for ligne in bloc.attentes), key=lambda ligne: -ligne.urgence),
        chiffres=[chiffre for bloc in blocs for chiffre in bloc.chiffres],
    )


def _jour(ligne: Ligne) -> date:
    if isinstance(ligne.date, datetime):
        return ligne.date.date()
    return ligne.date or date.min
