"""Du terrain au papier : le cadre, l'échelle ronde, la projection, la barre d'échelle. Ni base, ni dessin.

Ce qui se mesure à la règle sur la feuille est ce que l'échelle annonce.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely

Emprise = tuple[float, float, float, float]
"""Ouest, sud, est, nord en degrés."""

CRANS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
"""Les échelles que l'on sait lire : 1 : 25 000, 1 : 40 000, 1 : 75 000…"""
ECHELLE_LA_PLUS_GRANDE = 1_000
AISANCE = 1.04
"""Ce qui est montré ne touche pas le bord de la carte."""
BARRE_AU_PLUS = 45


@dataclass(frozen=True)
class Cadre:
    """Une carte de `largeur` × `hauteur` unités, centrée sur le terrain, à 1 : `echelle` une fois imprimée.

    Une unité vaut `agrandi` millimètres : une feuille A3 est une feuille A4 agrandie, traits et lettres compris.
    """

    largeur: float
    hauteur: float
    lon: float
    lat: float
    echelle: int
    agrandi: float = 1.0

    @cached_property
    def _projection(self) -> pyproj.Transformer:
        """Une projection conforme centrée ici : sur un territoire, elle garde les longueurs au cent-millième."""
        locale = f"+proj=tmerc +lat_0={self.lat} +lon_0={self.lon} +ellps=WGS84 +units=m"
        return pyproj.Transformer.from_crs("EPSG:4326", locale, always_xy=True)

    def placer(self, lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
        """Les positions sur le papier, en unités depuis le coin haut gauche."""
        est, nord = self._projection.transform(np.asarray(lon, float), np.asarray(lat, float))
        pas = self.unites_par_metre
        return self.largeur / 2 + est * pas, self.hauteur / 2 - nord * pas

    @property
    def unites_par_metre(self) -> float:
        return 1000 / self.echelle / self.agrandi

    def poser(self, forme: Any) -> Any:
        """Une géométrie en degrés, sur le papier."""
        return shapely.transform(forme, lambda p: np.column_stack(self.placer(p[:, 0], p[:, 1])))

    @property
    def bord(self) -> Any:
        return shapely.box(0, 0, self.largeur, self.hauteur)


def cadrer(emprise: Emprise, largeur_mm: float, hauteur_mm: float, *, agrandi: float = 1.0) -> Cadre:
    """Le cadre à l'échelle ronde la plus grande où l'emprise tient, centrée."""
    ouest, sud, est, nord = emprise
    lon, lat = (ouest + est) / 2, (sud + nord) / 2
    metres = Cadre(0, 0, lon, lat, 1000)
    # Les côtés bombent en projection : les milieux débordent des coins.
    x, y = metres.placer([ouest, lon, est] * 2, [sud] * 3 + [nord] * 3)
    besoin = max(np.ptp(x) / largeur_mm, np.ptp(y) / hauteur_mm) * 1000 * AISANCE
    echelle = echelle_ronde(max(besoin, ECHELLE_LA_PLUS_GRANDE))
    return Cadre(largeur_mm / agrandi, hauteur_mm / agrandi, lon, lat, echelle, agrandi)


def echelle_ronde(besoin: float) -> int:
    """Le plus petit dénominateur rond qui suffit."""
    dizaine = 10 ** math.floor(math.log10(besoin))
    return round(next(cran * dizaine for cran in (*CRANS, 10) if cran * dizaine >= besoin * 0.9999))


@dataclass(frozen=True)
class Barre:
    """La barre d'échelle : sa longueur en unités du dessin, ce qu'elle vaut sur le terrain."""

    longueur: float
    metres: int

    @property
    def graduations(self) -> list[str]:
        """Zéro, le milieu, le bout avec son unité."""
        unite, pas = ("km", 1000) if self.metres >= 1000 else ("m", 1)
        milieu, bout = self.metres / 2 / pas, self.metres / pas
        return ["0", _court(milieu), f"{_court(bout)}\u00a0{unite}"]


def barre(cadre: Cadre) -> Barre:
    """La plus longue barre de longueur ronde (1, 2 ou 5) qui tient."""
    au_plus = BARRE_AU_PLUS / cadre.unites_par_metre
    dizaine = 10 ** math.floor(math.log10(au_plus))
    metres = max(cran * dizaine for cran in (1, 2, 5) if cran * dizaine <= au_plus)
    return Barre(metres * cadre.unites_par_metre, round(metres))


def _court(valeur: float) -> str:
    return f"{valeur:g}".replace(".", ",")
