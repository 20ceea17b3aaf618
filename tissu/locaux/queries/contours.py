"""Le contour d'un quartier : l'officiel si les zones l'ont, sinon celui que ses locaux dessinent."""

from collections.abc import Mapping, Sequence
from typing import Any

from tissu.cartes.contours import contour_deduit
from tissu.registre.queries.carte import contours_des_quartiers

OFFICIEL, DEDUIT, AUCUN = "officiel", "contour déduit des locaux", "aucun"
"""D'où vient un contour ; `AUCUN` : il n'y en a pas."""

Contour = tuple[Any, str]


def contours_des_lieux(places: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, Contour]:
    """Le contour (WGS 84) de chaque quartier, et d'où il vient. `places` : les positions (lon, lat) de ses locaux."""
    officiels = contours_des_quartiers()
    rendus: dict[str, Contour] = {}
    for nom, points in places.items():
        if nom in officiels:
            rendus[nom] = (officiels[nom], OFFICIEL)
            continue
        deduit = contour_deduit([lon for lon, _ in points], [lat for _, lat in points])
        rendus[nom] = (deduit, DEDUIT if deduit is not None else AUCUN)
    return rendus
