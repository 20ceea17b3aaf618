"""Géométrie minimale : polygones GeoJSON, points au hasard, passage en Lambert 93.

La projection suit les formules publiées par l'IGN pour Lambert 93 (EPSG:2154, ellipsoïde
IAG GRS 1980) ; l'écart entre WGS 84 et RGF 93, de l'ordre du décimètre, est négligé.
"""

from __future__ import annotations

import numpy as np

# Constantes de Lambert 93 (IGN, ALG 0004 ; n, C, Xs, Ys de la projection).
_N = 0.7256077650
_C = 11754255.426
_XS = 700000.0
_YS = 12655612.050
_LAMBDA0 = np.radians(3.0)
_E = 0.0818191910428


def lambert93(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude et latitude en degrés vers abscisse et ordonnée en mètres."""
    phi = np.radians(lat)
    sinus = _E * np.sin(phi)
    isometrique = np.log(np.tan(np.pi / 4 + phi / 2) * ((1 - sinus) / (1 + sinus)) ** (_E / 2))
    rayon = _C * np.exp(-_N * isometrique)
    angle = _N * (np.radians(lon) - _LAMBDA0)
    return _XS + rayon * np.sin(angle), _YS - rayon * np.cos(angle)


def contient(anneau: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Vrai pour les points dans l'anneau (règle du croisement pair-impair)."""
    dedans = np.zeros(len(lon), dtype=bool)
    x1, y1 = anneau[-1]
    for x2, y2 in anneau:
        if y1 != y2:
            traverse = (y1 > lat) != (y2 > lat)
            dedans ^= traverse & (lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
        x1, y1 = x2, y2
    return dedans


def anneau(geometrie: dict) -> np.ndarray:
    """Contour extérieur d'un polygone GeoJSON (le plus long, s'il y en a plusieurs)."""
    coordonnees = geometrie["coordinates"]
    if geometrie["type"] == "MultiPolygon":
        coordonnees = max(coordonnees, key=lambda polygone: len(polygone[0]))
    return np.array(coordonnees[0])


def points_dans(rng: np.random.Generator, contour: np.ndarray, nombre: int) -> np.ndarray:
    """Points au hasard dans un contour, en deux colonnes longitude, latitude."""
    minimum, maximum = contour.min(axis=0), contour.max(axis=0)
    trouves = np.empty((0, 2))
    while len(trouves) < nombre:
        essais = rng.uniform(minimum, maximum, size=(max(16, 3 * nombre), 2))
        trouves = np.vstack([trouves, essais[contient(contour, essais[:, 0], essais[:, 1])]])
    return trouves[:nombre]
