"""Contours approximatifs de notre fait : cellules autour de centres choisis à la main.

Aucune géométrie officielle n'est reprise. Chaque commune reçoit un ou plusieurs points au centième
de degré ; les cellules de Voronoï de ces points, coupées par un tracé d'ensemble grossier, font les
communes. Les zones sont des polygones de quelques sommets posés à vue. Tout porte `approximatif`.
"""

from __future__ import annotations

from typing import Any

from shapely import MultiPoint, Point, Polygon, unary_union, voronoi_polygons
from shapely.geometry import mapping

from .cibles import COMMUNES

CENTRES: dict[str, tuple[tuple[float, float], ...]] = {
    "21003": ((5.02, 47.37),),
    "21105": ((5.18, 47.31),),
    "21106": ((5.11, 47.24),),
    "21166": ((5.00, 47.29),),
    "21171": ((5.14, 47.30),),
    "21192": ((4.94, 47.30),),
    "21223": ((4.97, 47.36), (4.99, 47.36)),
    "21231": ((5.04, 47.32), (5.02, 47.32), (5.06, 47.36), (5.07, 47.32), (5.05, 47.34), (5.00, 47.32), (5.06, 47.31)),
    "21263": ((5.06, 47.23),),
    "21270": ((4.91, 47.28),),
    "21278": ((5.02, 47.35),),
    "21315": ((4.98, 47.38),),
    "21355": ((5.06, 47.29), (5.04, 47.29)),
    "21370": ((5.18, 47.27),),
    "21390": ((4.99, 47.27), (4.96, 47.27)),
    "21452": ((5.12, 47.27),),
    "21473": ((5.08, 47.26),),
    "21481": ((5.02, 47.25),),
    "21485": ((4.95, 47.34),),
    "21515": ((5.11, 47.32),),
    "21540": ((5.09, 47.34),),
    "21605": ((5.11, 47.29),),
    "21617": ((5.00, 47.34),),
}
ENSEMBLE = Polygon(
    (
        (4.90, 47.27), (4.95, 47.26), (4.99, 47.25), (5.01, 47.24), (5.03, 47.22), (5.07, 47.21), (5.12, 47.22),
        (5.14, 47.25), (5.20, 47.25), (5.21, 47.31), (5.17, 47.33), (5.13, 47.34), (5.12, 47.36), (5.09, 47.38),
        (5.04, 47.39), (4.98, 47.40), (4.95, 47.38), (4.93, 47.36), (4.91, 47.34), (4.90, 47.31),
    )
)  # fmt: skip

# Code, nom, type, commune, longitudes et latitudes des sommets. Noms publics de lieux réels, formes approximatives.
_ZONES = """
valmy|Valmy|parc_activites|21231|5.058 47.36 5.07 47.36 5.071 47.369 5.06 47.371
toison-d-or|Toison d'Or|parc_activites|21231|5.05 47.353 5.062 47.352 5.062 47.359 5.051 47.359
cap-nord|Cap Nord|parc_activites|21231|5.058 47.344 5.072 47.342 5.073 47.35 5.059 47.351
cap-nord-est|Cap Nord - Saint-Apollinaire|parc_activites|21540|5.079 47.342 5.088 47.342 5.088 47.35 5.08 47.35
excellence-2000|Excellence 2000|parc_activites|21171|5.146 47.291 5.158 47.29 5.159 47.298 5.147 47.299
mazen-sully|Parc Mazen-Sully|parc_activites|21231|5.07 47.311 5.081 47.31 5.082 47.317 5.071 47.318
longvic|Zone industrielle de Longvic|parc_activites|21355|5.038 47.281 5.06 47.28 5.062 47.291 5.04 47.292
chenove|Zone industrielle de Chenôve|parc_activites|21166|5.006 47.283 5.018 47.283 5.018 47.292 5.007 47.293
grand-marche|Quetigny Grand Marché|parc_activites|21515|5.1 47.312 5.113 47.312 5.113 47.319 5.101 47.319
beauregard|Beauregard|parc_activites|21355|5.064 47.278 5.074 47.277 5.075 47.284 5.065 47.285
centre-ville|Centre-ville|quartier|21231|5.032 47.317 5.045 47.316 5.047 47.326 5.033 47.327
clemenceau|Clemenceau|quartier|21231|5.045 47.326 5.056 47.325 5.057 47.332 5.046 47.333
gresilles|Grésilles|quartier|21231|5.056 47.332 5.068 47.331 5.069 47.339 5.057 47.34
fontaine-d-ouche|Fontaine d'Ouche|quartier|21231|4.998 47.313 5.012 47.313 5.013 47.322 4.999 47.323
rue-des-exemples|Rue des Exemples|rue|21231|5.036 47.32 5.0415 47.3195 5.0416 47.3203 5.0361 47.3208
entree-nord|Périmètre d'étude Entrée nord|perimetre|21231|5.05 47.352 5.071 47.352 5.072 47.371 5.052 47.371
"""


def _lire_zones() -> tuple[tuple[str, str, str, str, tuple[tuple[float, float], ...]], ...]:
    zones = []
    for ligne in _ZONES.split("\n")[1:-1]:
        code, nom, genre, commune, sommets = ligne.split("|")
        nombres = [float(nombre) for nombre in sommets.split()]
        zones.append((code, nom, genre, commune, tuple(zip(nombres[::2], nombres[1::2], strict=True))))
    return tuple(zones)


ZONES = _lire_zones()


def _arrondir(geometrie: dict) -> dict:
    def parcourir(valeur: Any) -> Any:
        if isinstance(valeur, int | float):
            return round(valeur, 5)
        return [parcourir(partie) for partie in valeur]

    return {"type": geometrie["type"], "coordinates": parcourir(geometrie["coordinates"])}


def communes() -> dict:
    """Collection GeoJSON des 23 communes, contours approximatifs."""
    graines = [(code, Point(centre)) for code, centres in CENTRES.items() for centre in centres]
    cellules = voronoi_polygons(MultiPoint([point for _, point in graines]), extend_to=ENSEMBLE)
    parts: dict[str, list] = {code: [] for code in CENTRES}
    for cellule in cellules.geoms:
        code = next(code for code, point in graines if cellule.contains(point))
        parts[code].append(cellule.intersection(ENSEMBLE))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": c.code, "nom": c.nom, "approximatif": True},
                "geometry": _arrondir(mapping(unary_union(parts[c.code]).normalize())),
            }
            for c in COMMUNES
        ],
    }


def zones() -> dict:
    """Collection GeoJSON des zones : parcs d'activités, quartiers, une rue, un périmètre."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "nom": nom, "type": genre, "commune": commune, "approximatif": True},
                "geometry": _arrondir({"type": "Polygon", "coordinates": [[*sommets, sommets[0]]]}),
            }
            for code, nom, genre, commune, sommets in ZONES
        ],
    }
