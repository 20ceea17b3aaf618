"""Le contour d'une alerte : celui que l'on dessine, et ce que la carte montre de la cible."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import shapely

from tissu.actions.alerte_commerce.choices import SorteCible
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.actions.alerte_commerce.rules.contour import refus_d_un_contour
from tissu.cartes.fond import communes_du_territoire
from tissu.cartes.selection import Cercle, contour_du_cercle
from tissu.registre.models import Zone

FINESSE = 1e-5
"""En degrés, le mètre : assez pour un dessin."""


def refus_du_contour(sommets: Sequence[tuple[float, float]], *, au: datetime) -> str:
    """Pourquoi ce contour ne peut pas viser, aux bornes en vigueur ; vide s'il le peut."""
    mini, maxi = reglage("alerte_contour_sommets", au)
    communes = [contour for _, _, contour in communes_du_territoire()]
    return refus_d_un_contour(
        sommets, bornes=(int(mini), int(maxi)), territoire=shapely.unary_union(communes) if communes else None,
        marge_m=int(reglage("alerte_contour_marge_m", au)),
    )  # fmt: skip


def surface_visee(cible: Cible) -> Any:
    """La surface de la zone ou du contour choisi ; None si la cible n'en a pas."""
    if cible.sorte == SorteCible.POLYGONE and len(cible.polygone) > 2:
        return shapely.Polygon(cible.polygone)
    zone = Zone.objects.filter(pk=cible.zone).first() if cible.sorte == SorteCible.ZONE else None
    return shapely.from_geojson(zone.geometrie) if zone and zone.geometrie else None


def trace_de_la_cible(cible: Cible, lieu: tuple[float, float] | None, code_commune: str) -> str:
    """Ce que la carte dessine, en GeoJSON : le cercle, le contour, la zone ou la commune ; vide pour tout le réseau."""
    surface = None
    if cible.sorte == SorteCible.RAYON and lieu is not None and cible.rayon_m:
        surface = contour_du_cercle(Cercle(*lieu, cible.rayon_m))
    elif cible.sorte == SorteCible.COMMUNE:
        surface = next((contour for code, _, contour in communes_du_territoire() if code == code_commune), None)
    elif cible.sorte in (SorteCible.POLYGONE, SorteCible.ZONE):
        surface = surface_visee(cible)
    if surface is None or surface.is_empty or not surface.is_valid:
        return ""
    return str(shapely.to_geojson(shapely.set_precision(shapely.simplify(surface, FINESSE), FINESSE)))
