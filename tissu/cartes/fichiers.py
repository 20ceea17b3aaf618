"""Lecture des fichiers de contours : GeoJSON et GeoPackage, ramenés en WGS84.

Un contour croisé est réparé, et l'avis le dit ; un fichier sans système de coordonnées certain, un contour sans surface
sont refusés. Ce qu'une entité doit porter (un nom, un code) est l'affaire de qui lit.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyproj
import shapely
import shapely.geometry

WGS84, LAMBERT93 = 4326, 2154
DEMI_LARGEUR_RUE_M = 30
"""Une rue donnée par son axe devient la bande de terrain qui porte ses immeubles."""
DECIMALES = 7
"""Au-delà du centimètre, une décimale ne dit plus rien."""


class FichierDeContoursRefuse(ValueError):
    """Le fichier ne peut être lu en entier ; le message dit où est le défaut et quoi faire."""


@dataclass
class Entite:
    """Une entité du fichier : `geometrie` dans le système `epsg` ; `lieu` la situe dans un message."""

    geometrie: Any
    epsg: int
    lieu: str
    proprietes: dict[str, Any] = field(default_factory=dict)


def lire_entites(fichier: Path, *, nom: str, avis: list[str], couche: str = "") -> list[Entite]:
    """Les entités d'un GeoJSON ou d'un GeoPackage, reconnu à l'extension de `nom`.

    Ce qu'il faut savoir de la lecture s'ajoute à `avis` ; `couche` : celle que l'on préfère dans un GeoPackage. Lève
    `FichierDeContoursRefuse`.
    """
    lecteurs: dict[str, Callable[[], list[Entite]]] = {
        ".geojson": lambda: _lire_geojson(fichier, nom, avis),
        ".json": lambda: _lire_geojson(fichier, nom, avis),
        ".gpkg": lambda: _lire_geopackage(fichier, nom, avis, couche),
    }
    lecteur = lecteurs.get(Path(nom).suffix.lower())
    if lecteur is None:
        raise FichierDeContoursRefuse(f"« {nom} » : sont lus GeoJSON (.geojson) et GeoPackage (.gpkg).")
    return lecteur()


def _lire_geojson(fichier: Path, nom: str, avis: list[str]) -> list[Entite]:
    try:
        contenu = json.loads(fichier.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as erreur:
        raise FichierDeContoursRefuse(f"« {nom} » n'est pas un GeoJSON lisible : {erreur}.") from erreur
    if not isinstance(contenu, dict) or contenu.get("type") not in {"FeatureCollection", "Feature"}:
        raise FichierDeContoursRefuse(f"« {nom} » n'est pas une collection d'entités GeoJSON (FeatureCollection).")
    epsg = epsg_du_geojson(contenu, nom)
    brutes = contenu.get("features") if contenu["type"] == "FeatureCollection" else [contenu]
    if not isinstance(brutes, list):
        raise FichierDeContoursRefuse(f"« {nom} » n'a pas de liste d'entités (features).")
    return [_entite(brute, epsg, f"« {nom} », entité {rang}", avis) for rang, brute in enumerate(brutes, start=1)]


def _entite(brute: Any, epsg: int, lieu: str, avis: list[str]) -> Entite:
    if not isinstance(brute, dict) or not brute.get("geometry"):
        raise FichierDeContoursRefuse(f"{lieu} : elle n'a pas de contour.")
    geometrie = forme(brute["geometry"], lieu, avis)
    proprietes = brute.get("properties")
    portees = proprietes if isinstance(proprietes, dict) else {}
    return Entite(geometrie, epsg, lieu, {str(cle): valeur for cle, valeur in portees.items()})


def epsg_du_geojson(contenu: dict[str, Any], nom: str) -> int:
    """Le GeoJSON est en WGS84 (RFC 7946) ; d'anciens outils y écrivent un autre système dans `crs`."""
    crs = contenu.get("crs")
    proprietes = crs.get("properties") if isinstance(crs, dict) else None
    annonce = str(proprietes.get("name", "")) if isinstance(proprietes, dict) else ""
    if not annonce or annonce.upper().endswith("CRS84"):
        return WGS84
    try:
        return int(annonce.rsplit(":", 1)[-1])
    except ValueError as erreur:
        raise FichierDeContoursRefuse(
            f"« {nom} » annonce le système de coordonnées « {annonce} », inconnu. Exportez-le en WGS84 (EPSG:4326)."
        ) from erreur


def _lire_geopackage(fichier: Path, nom: str, avis: list[str], preferee: str) -> list[Entite]:
    # Deux secondes d'import (geopandas, pandas) que les autres commandes n'ont pas à payer.
    import pyogrio

    try:
        couches = [str(couche) for couche, genre in pyogrio.list_layers(fichier) if "Polygon" in str(genre)]
    except pyogrio.errors.DataSourceError as erreur:
        raise FichierDeContoursRefuse(f"« {nom} » n'est pas un GeoPackage lisible.") from erreur
    if not couches:
        raise FichierDeContoursRefuse(f"« {nom} » n'a aucune couche de polygones.")
    pleines = [c for c in couches if pyogrio.read_info(fichier, layer=c)["features"]]
    if not pleines:
        raise FichierDeContoursRefuse(f"« {nom} » : ses couches de polygones ({', '.join(couches)}) sont vides.")
    couche = preferee if preferee in pleines else pleines[0]
    if len(pleines) > 1:
        avis.append(f"Couche lue : {couche}. Non lues : {', '.join(c for c in pleines if c != couche)}.")
    meta, _, geometries, champs = pyogrio.raw.read(fichier, layer=couche)
    epsg = pyproj.CRS.from_user_input(meta["crs"]).to_epsg() if meta["crs"] else None
    if epsg is None:
        raise FichierDeContoursRefuse(f"« {nom} », couche {couche} : système de coordonnées absent ou inconnu.")
    entites = []
    for rang, octets in enumerate(geometries):
        proprietes = {n: valeur_simple(v[rang]) for n, v in zip(meta["fields"], champs, strict=True)}
        lieu = f"« {nom} », {couche}, entité {rang + 1}"
        if octets is None:
            raise FichierDeContoursRefuse(f"{lieu} : elle n'a pas de contour.")
        entites.append(Entite(shapely.from_wkb(octets), epsg, lieu, proprietes))
    return entites


def valeur_simple(valeur: Any) -> Any:
    """Une valeur que JSON sait écrire."""
    valeur = valeur.item() if hasattr(valeur, "item") else valeur
    if valeur is None or valeur != valeur:
        return None
    return valeur if isinstance(valeur, bool | int | float | str) else str(valeur)


def forme(brut: dict[str, Any], lieu: str, avis: list[str]) -> Any:
    """La géométrie d'un objet GeoJSON, ses anneaux refermés quand ils s'ouvrent d'un rien."""
    try:
        ouverts = [anneau for anneau in _anneaux(brut) if anneau[0] != anneau[-1]]
        for anneau in ouverts:
            anneau.append(anneau[0])
        if ouverts:
            avis.append(f"{lieu} : contour refermé.")
        return shapely.geometry.shape(brut)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as erreur:
        raise FichierDeContoursRefuse(f"{lieu} : contour illisible.") from erreur


def _anneaux(brut: dict[str, Any]) -> Iterator[list[Any]]:
    if brut["type"] == "Polygon":
        yield from brut["coordinates"]
    elif brut["type"] == "MultiPolygon":
        for polygone in brut["coordinates"]:
            yield from polygone


def en_surface(geometrie: Any, epsg: int, lieu: str, avis: list[str]) -> str:
    """Le contour en GeoJSON WGS84, réparé s'il se croise, élargi s'il n'est qu'un axe."""
    geometrie = shapely.force_2d(geometrie)
    if geometrie.geom_type in {"LineString", "MultiLineString"}:
        en_metres = projeter(geometrie, epsg, LAMBERT93, lieu)
        geometrie, epsg = en_metres.buffer(DEMI_LARGEUR_RUE_M), LAMBERT93
        avis.append(f"{lieu} : axe élargi à {DEMI_LARGEUR_RUE_M} m de chaque côté.")
    if not geometrie.is_valid:
        cause = shapely.is_valid_reason(geometrie).split("[")[0].strip()
        geometrie = shapely.make_valid(geometrie)
        avis.append(f"{lieu} : contour réparé ({cause}). Vérifiez-le sur une carte.")
    surfaces = [g for g in shapely.get_parts(geometrie) if g.geom_type in {"Polygon", "MultiPolygon"} and g.area > 0]
    if not surfaces:
        raise FichierDeContoursRefuse(f"{lieu} : le contour n'a pas de surface ({geometrie.geom_type}).")
    surface = surfaces[0] if len(surfaces) == 1 else shapely.unary_union(surfaces)
    return shapely.to_geojson(shapely.set_precision(projeter(surface, epsg, WGS84, lieu), 10**-DECIMALES))


def projeter(geometrie: Any, de: int, vers: int, lieu: str) -> Any:
    if de != vers:
        try:
            passage = pyproj.Transformer.from_crs(de, vers, always_xy=True)
        except pyproj.exceptions.CRSError as erreur:
            raise FichierDeContoursRefuse(f"{lieu} : système de coordonnées EPSG:{de} inconnu.") from erreur
        geometrie = shapely.transform(geometrie, passage.transform, interleaved=False)
    if vers == WGS84:
        ouest, sud, est, nord = geometrie.bounds
        if not (ouest >= -180 and est <= 180 and sud >= -90 and nord <= 90):
            raise FichierDeContoursRefuse(
                f"{lieu} : coordonnées hors du globe. Le fichier est sans doute en Lambert-93 : "
                "exportez-le en WGS84 (EPSG:4326)."
            )
    return geometrie
