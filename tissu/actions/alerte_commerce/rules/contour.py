"""Le contour dessiné à la main : assez de sommets, des côtés qui ne se coupent pas, dans le territoire."""

from collections.abc import Sequence
from typing import Any

import shapely

from tissu.locaux.rules.adresses import metres
from tissu.socle.formats import nombre

Sommets = Sequence[tuple[float, float]]
REDESSINER = "Effacez-le et redessinez-le, ou choisissez une autre façon de prévenir."


def refus_d_un_contour(sommets: Sommets, *, bornes: tuple[int, int], territoire: Any, marge_m: int) -> str:
    """Pourquoi ce contour (lon, lat) ne peut désigner personne, et quoi faire ; vide s'il le peut.

    `territoire` : sa surface, None si elle n'est pas connue. Un sommet peut en sortir de `marge_m` : une main déborde.
    """
    mini, maxi = bornes
    if not mini <= len(sommets) <= maxi:
        return f"Le contour a {nombre(len(sommets))} sommets : il en faut de {mini} à {maxi}. {REDESSINER}"
    if not shapely.MultiPoint(sommets).convex_hull.area:
        return f"Le contour n'a pas de surface : ses sommets sont alignés. {REDESSINER}"
    if not shapely.Polygon(sommets).is_valid:
        return f"Le contour se croise : deux de ses côtés se coupent. {REDESSINER}"
    dehors = [sommet for sommet in sommets if territoire is not None and _ecart_m(sommet, territoire) > marge_m]
    if dehors:
        combien = "Un sommet du contour sort" if len(dehors) == 1 else f"{len(dehors)} sommets du contour sortent"
        return f"{combien} du territoire de plus de {nombre(marge_m)} m. {REDESSINER}"
    return ""


def _ecart_m(sommet: tuple[float, float], territoire: Any) -> float:
    """La distance du sommet à la surface, en mètres ; nulle dedans."""
    (_, proche) = shapely.get_coordinates(shapely.shortest_line(shapely.Point(sommet), territoire))
    return metres(*sommet, *proche.tolist())
