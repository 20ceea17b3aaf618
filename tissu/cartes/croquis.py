"""Le croquis d'un contour : un petit tracé pour le reconnaître dans une liste."""

import math
from dataclasses import dataclass

import numpy as np
import shapely

COTE = 96
SOMMETS_AU_PLUS = 400


@dataclass(frozen=True)
class Croquis:
    """Un tracé SVG (attribut `d`) dans une boîte `largeur` × `hauteur`."""

    trace: str
    largeur: int
    hauteur: int


def croquis(geometrie: str) -> Croquis:
    """Le croquis d'un GeoJSON surfacique, aux proportions du terrain, simplifié à la taille du dessin."""
    contour = shapely.from_geojson(geometrie)
    ouest, sud, est, nord = contour.bounds
    serre = math.cos(math.radians((sud + nord) / 2))
    echelle = (COTE - 4) / max((est - ouest) * serre, nord - sud, 1e-9)
    dessin = shapely.transform(contour, lambda points: (points - [ouest, nord]) * [echelle * serre, -echelle] + 2)
    dessin = shapely.simplify(dessin, 0.4 if shapely.get_num_coordinates(dessin) < SOMMETS_AU_PLUS else 0.8)
    anneaux = [anneau for surface in shapely.get_parts(dessin) for anneau in (surface.exterior, *surface.interiors)]
    trace = "".join(f"M{_points(shapely.get_coordinates(anneau)[:-1])}Z" for anneau in anneaux)
    return Croquis(trace, round((est - ouest) * serre * echelle) + 4, round((nord - sud) * echelle) + 4)


def _points(sommets: np.ndarray) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in sommets)
