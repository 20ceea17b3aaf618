"""Le contour d'un lieu qui n'en a pas d'officiel, déduit de la position de ses locaux."""

from collections.abc import Sequence

import numpy as np
import shapely

METRES_PAR_DEGRE = 111_195.0
POINTS_MIN = 3
RATIO = 0.35
"""De 0 (au plus près des points) à 1 (enveloppe convexe)."""
MARGE_M = 60.0
"""Assez pour qu'aucun sommet ne soit la position d'un local."""
TOLERANCE_M = 15.0
ECART_MAX = 3.0
"""Un point plus loin du centre que tant de fois l'écart des trois quarts des autres est une position douteuse."""


def contour_deduit(lon: Sequence[float], lat: Sequence[float]) -> shapely.Geometry | None:
    """Une surface (WGS 84) qui entoure ces points, positions douteuses mises à part ; None s'il y en a trop peu."""
    degres = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    degres = degres[np.isfinite(degres).all(axis=1)]
    if len(degres) < POINTS_MIN:
        return None
    centre = np.median(degres, axis=0)
    echelle = np.array([METRES_PAR_DEGRE * np.cos(np.radians(centre[1])), METRES_PAR_DEGRE])
    metres = (degres - centre) * echelle
    distances = np.hypot(*metres.T)
    proches = metres[distances <= ECART_MAX * max(np.quantile(distances, 0.75), MARGE_M)]
    enveloppe = shapely.concave_hull(shapely.multipoints(proches), ratio=RATIO)
    forme = shapely.simplify(shapely.buffer(enveloppe, MARGE_M, quad_segs=4), TOLERANCE_M)
    return shapely.transform(forme, lambda points: points / echelle + centre)
