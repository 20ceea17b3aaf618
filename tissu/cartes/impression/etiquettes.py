"""Poser des noms sans qu'aucun n'en recouvre un autre : du plus grand lieu au plus petit, à la première place libre."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageFont

from tissu.publications.graphiques import POLICES

INTERLIGNE = 1.12
MARGE = 0.8
LONGUE = 12
_FINESSE = 100
# Autour de la place voulue, en parts de la hauteur et de la largeur de l'étiquette : au plus près d'abord.
_DECALAGES = (
    (0, 0), (0, 0.6), (0, -0.6), (0.3, 0), (-0.3, 0), (0, 1.1), (0, -1.1), (0.5, 0.6), (-0.5, 0.6), (0.5, -0.6),
    (-0.5, -0.6),
)  # fmt: skip

Boite = tuple[float, float, float, float]
"""Gauche, haut, droite, bas, en unités du dessin."""


@dataclass(frozen=True)
class Nom:
    """Un nom à poser : son centre voulu, son corps, son importance (la plus grande d'abord), une valeur dessous."""

    texte: str
    x: float
    y: float
    corps: float
    importance: float
    valeur: str = ""


@dataclass(frozen=True)
class Etiquette:
    """Un nom posé : ses lignes, la dernière étant sa `valeur` s'il en a une, son centre, la place qu'il prend."""

    lignes: tuple[str, ...]
    valeur: bool
    x: float
    y: float
    corps: float
    boite: Boite


def poser(noms: Iterable[Nom], largeur: float, hauteur: float, *, reserves: Sequence[Boite] = ()) -> list[Etiquette]:
    """Les étiquettes qui tiennent dans la carte, hors des places réservées ; celles qui ne tiennent pas sont omises."""
    posees: list[Etiquette] = []
    prises = list(reserves)
    for nom in sorted(noms, key=lambda un: (-un.importance, un.texte)):
        lignes = couper(nom.texte) + ((nom.valeur,) if nom.valeur else ())
        large = max(longueur(ligne, nom.corps) for ligne in lignes)
        haut = len(lignes) * nom.corps * INTERLIGNE
        for de_cote, de_haut in _DECALAGES:
            x, y = nom.x + de_cote * large, nom.y + de_haut * haut
            boite = (x - large / 2, y - haut / 2, x + large / 2, y + haut / 2)
            if _dedans(boite, largeur, hauteur) and not any(se_touchent(boite, autre) for autre in prises):
                posees.append(Etiquette(lignes, bool(nom.valeur), x, y, nom.corps, boite))
                prises.append(boite)
                break
    return posees


def couper(nom: str) -> tuple[str, ...]:
    """Un long nom se coupe en deux lignes au trait d'union ou à l'espace le plus proche du milieu."""
    coupes = [rang + 1 for rang, signe in enumerate(nom) if signe in "- " and 0 < rang < len(nom) - 1]
    if len(nom) <= LONGUE or not coupes:
        return (nom,)
    coupe = min(coupes, key=lambda rang: (abs(rang - len(nom) / 2), rang))
    return nom[:coupe].rstrip(" "), nom[coupe:]


@lru_cache(maxsize=2048)
def longueur(texte: str, corps: float) -> float:
    """La longueur du texte au corps donné, dans la police de la maison."""
    return float(_police().getlength(texte)) * corps / _FINESSE


@lru_cache
def _police() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(POLICES / "SourceSans3-Semibold.ttf"), _FINESSE)


def se_touchent(une: Boite, autre: Boite) -> bool:
    """Dit si deux boîtes se recouvrent, marge comprise."""
    return (
        une[0] < autre[2] + MARGE and autre[0] < une[2] + MARGE
        and une[1] < autre[3] + MARGE and autre[1] < une[3] + MARGE
    )  # fmt: skip


def _dedans(boite: Boite, largeur: float, hauteur: float) -> bool:
    return boite[0] >= MARGE and boite[1] >= MARGE and boite[2] <= largeur - MARGE and boite[3] <= hauteur - MARGE
