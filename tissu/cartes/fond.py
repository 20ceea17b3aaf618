"""Le fond des cartes : les contours du territoire, toujours là, et le plan d'un service en ligne quand il répond."""

import json
from functools import lru_cache
from typing import Any

import shapely
from django.conf import settings

from tissu.socle.territoire import territoire

TOLERANCE_DEGRES = 0.0001
"""Un fond n'a pas besoin de plus de dix mètres : un contour officiel pèserait cent fois plus."""


@lru_cache
def communes_du_territoire() -> tuple[tuple[str, str, Any], ...]:
    """Code, nom et contour (WGS 84) de chaque commune, tirés du dossier du territoire ; vide s'il n'en a pas."""
    dossier = territoire().dossier
    fichier = dossier / "contours.geojson" if dossier else None
    if fichier is None or not fichier.is_file():
        return ()
    entites = json.loads(fichier.read_text(encoding="utf-8"))["features"]
    return tuple(
        (
            str(entite["properties"]["code"]),
            str(entite["properties"]["nom"]),
            shapely.from_geojson(json.dumps(entite["geometry"])),
        )
        for entite in entites
    )


@lru_cache
def contours_du_territoire() -> str:
    """Les communes en GeoJSON, allégées : leur nom, et le point où l'écrire."""
    entites = [_entite(nom, contour) for _, nom, contour in communes_du_territoire()]
    return json.dumps({"type": "FeatureCollection", "features": entites}, ensure_ascii=False, separators=(",", ":"))


def _entite(nom: str, contour: Any) -> dict[str, Any]:
    forme = shapely.set_precision(shapely.simplify(contour, TOLERANCE_DEGRES), 1e-5)
    milieu = shapely.point_on_surface(forme)
    return {
        "type": "Feature",
        "properties": {"nom": nom, "lon": round(milieu.x, 5), "lat": round(milieu.y, 5)},
        "geometry": json.loads(shapely.to_geojson(forme)),
    }


def fond_en_ligne() -> dict[str, str]:
    """Le plan en ligne : l'adresse de son style et ce qu'il faut citer ; vide s'il n'est pas réglé."""
    if not settings.FOND_DE_CARTE:
        return {}
    return {"style": settings.FOND_DE_CARTE, "mention": settings.FOND_DE_CARTE_MENTION}
