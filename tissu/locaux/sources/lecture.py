"""Ouvrir un fichier de locaux : GeoJSON, GeoPackage, CSV ou classeur, en lignes numérotées et colonnes nommées.

Rien n'y est corrigé : une entité sans géométrie se lit, et l'import le dira.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from tissu.cartes.fichiers import LAMBERT93, WGS84, FichierDeContoursRefuse, epsg_du_geojson, projeter, valeur_simple
from tissu.registre.sources.consulaire import FichierConsulaireRefuse, lire_tableau

TAILLE_MAX_OCTETS = 100 * 1024 * 1024
ENTITES_MAX = 300_000
EXTENSIONS = (".geojson", ".json", ".gpkg", ".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")


class FichierDeLocauxRefuse(ValueError):
    """Le fichier ne peut être lu ; le message dit lequel, où est le défaut et quoi faire."""


@dataclass(frozen=True)
class LigneBrute:
    """Une ligne du fichier, telle quelle. `ligne` : rang de l'entité (la première est 1), ou numéro dans le tableur."""

    ligne: int
    valeurs: Mapping[str, Any]
    lon: float | None = None
    lat: float | None = None
    defaut: str = ""


@dataclass(frozen=True)
class FichierLu:
    """`situe` : le fichier porte lui-même des positions, sans colonne pour les dire."""

    colonnes: list[str]
    lignes: list[LigneBrute]
    situe: bool
    avis: list[str] = field(default_factory=list)


def lire_fichier(chemin: Path, *, nom: str = "") -> FichierLu:
    """Lit un fichier, reconnu à l'extension de `nom`. Lève `FichierDeLocauxRefuse`."""
    nom = nom or chemin.name
    if not chemin.is_file():
        raise FichierDeLocauxRefuse(f"« {nom} » n'existe pas, ou n'est pas un fichier.")
    extension = Path(nom).suffix.lower()
    if extension not in EXTENSIONS:
        raise FichierDeLocauxRefuse(
            f"« {nom} » : sont lus GeoJSON (.geojson), GeoPackage (.gpkg), CSV (.csv) et classeur (.xlsx)."
        )
    if chemin.stat().st_size > TAILLE_MAX_OCTETS:
        raise FichierDeLocauxRefuse(f"« {nom} » dépasse 100 Mo : découpez-le, ou n'exportez que votre commune.")
    try:
        if extension in {".geojson", ".json"}:
            return _lire_geojson(chemin, nom)
        return _lire_geopackage(chemin, nom) if extension == ".gpkg" else _lire_tableur(chemin, nom)
    except (FichierDeContoursRefuse, FichierConsulaireRefuse) as refus:
        raise FichierDeLocauxRefuse(str(refus)) from refus


def _lire_geojson(chemin: Path, nom: str) -> FichierLu:
    try:
        contenu = json.loads(chemin.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as erreur:
        raise FichierDeLocauxRefuse(
            f"« {nom} », ligne {erreur.lineno}, caractère {erreur.colno} : ce n'est pas du JSON ({erreur.msg}). Le "
            "téléchargement s'est peut-être interrompu : téléchargez le fichier à nouveau."
        ) from erreur
    except (UnicodeDecodeError, RecursionError) as erreur:
        raise FichierDeLocauxRefuse(
            f"« {nom} » n'est pas un texte UTF-8 lisible : enregistrez-le en GeoJSON UTF-8."
        ) from erreur
    if not isinstance(contenu, dict) or contenu.get("type") != "FeatureCollection":
        raise FichierDeLocauxRefuse(
            f"« {nom} » n'est pas une collection d'entités GeoJSON : son champ « type » doit valoir FeatureCollection."
        )
    entites = contenu.get("features")
    if not isinstance(entites, list) or not entites:
        raise FichierDeLocauxRefuse(f"« {nom} », champ « features » : aucune entité. Vérifiez l'export.")
    if len(entites) > ENTITES_MAX:
        raise FichierDeLocauxRefuse(f"« {nom} » dépasse {ENTITES_MAX} entités : découpez-le.")
    epsg = epsg_du_geojson(contenu, nom)
    lignes = [_ligne_geojson(rang, entite, epsg) for rang, entite in enumerate(entites, start=1)]
    return FichierLu(_colonnes(lignes), lignes, situe=True)


def _ligne_geojson(rang: int, entite: Any, epsg: int) -> LigneBrute:
    proprietes = entite.get("properties") if isinstance(entite, dict) else None
    if not isinstance(proprietes, dict):
        return LigneBrute(rang, {}, defaut="l'entité n'a pas de propriétés (« properties »)")
    brute = {str(cle): valeur_simple(valeur) for cle, valeur in proprietes.items()}
    geometrie = entite.get("geometry")
    if geometrie is None:
        return LigneBrute(rang, brute)
    try:
        point = shapely.from_geojson(json.dumps(geometrie))
    except (shapely.errors.ShapelyError, TypeError, ValueError):
        return LigneBrute(rang, brute, defaut="géométrie illisible")
    return _situer(rang, brute, point, epsg)


def _lire_geopackage(chemin: Path, nom: str) -> FichierLu:
    # Deux secondes d'import (geopandas, pandas) que les autres commandes n'ont pas à payer.
    import pyogrio
    import pyproj

    try:
        couches = [str(couche) for couche, _ in pyogrio.list_layers(chemin)]
        pleines = [couche for couche in couches if pyogrio.read_info(chemin, layer=couche)["features"]]
        if not pleines:
            raise FichierDeLocauxRefuse(f"« {nom} » n'a aucune couche pleine.")
        meta, _, geometries, champs = pyogrio.raw.read(chemin, layer=pleines[0])
    except pyogrio.errors.DataSourceError as erreur:
        raise FichierDeLocauxRefuse(f"« {nom} » n'est pas un GeoPackage lisible.") from erreur
    epsg = pyproj.CRS.from_user_input(meta["crs"]).to_epsg() if meta["crs"] else None
    if epsg is None:
        raise FichierDeLocauxRefuse(
            f"« {nom} », couche {pleines[0]} : système de coordonnées absent ou inconnu. Exportez en WGS84 (EPSG:4326)."
        )
    lignes = []
    for rang, octets in enumerate(geometries):
        brute = {str(cle): valeur_simple(valeurs[rang]) for cle, valeurs in zip(meta["fields"], champs, strict=True)}
        lignes.append(
            LigneBrute(rang + 1, brute) if octets is None else _situer(rang + 1, brute, shapely.from_wkb(octets), epsg)
        )
    avis = [] if len(pleines) == 1 else [f"Couche lue : {pleines[0]}. Non lues : {', '.join(pleines[1:])}."]
    return FichierLu(_colonnes(lignes), lignes, situe=True, avis=avis)


def _lire_tableur(chemin: Path, nom: str) -> FichierLu:
    tableau = lire_tableau(chemin, nom=nom)
    lignes = [
        LigneBrute(rang, dict(zip(tableau.entetes, (cellule.strip() for cellule in ligne), strict=False)))
        for rang, ligne in zip(tableau.rangs, tableau.lignes, strict=True)
    ]
    return FichierLu([entete for entete in dict.fromkeys(tableau.entetes) if entete], lignes, situe=False)


def _situer(rang: int, brute: dict[str, Any], geometrie: Any, epsg: int) -> LigneBrute:
    """Un point, ou le centre d'une surface : un local dessiné par son emprise se situe en son milieu."""
    if geometrie is None or geometrie.is_empty:
        return LigneBrute(rang, brute)
    point = geometrie if geometrie.geom_type == "Point" else geometrie.representative_point()
    lon, lat = en_degres(point.x, point.y, epsg)
    return LigneBrute(rang, brute) if lon is None else LigneBrute(rang, brute, lon, lat)


def en_degres(x: float, y: float, epsg: int = WGS84) -> tuple[float | None, float | None]:
    """La position en WGS84 ; rien si elle n'est pas sur le globe. Des mètres s'entendent en Lambert-93."""
    if epsg == WGS84 and max(abs(x), abs(y)) > 180:
        epsg = LAMBERT93
    try:
        point = projeter(shapely.Point(x, y), epsg, WGS84, "position")
    except FichierDeContoursRefuse:
        return None, None
    return (round(point.x, 7), round(point.y, 7)) if point.x == point.x else (None, None)


def _colonnes(lignes: list[LigneBrute]) -> list[str]:
    return list(dict.fromkeys(cle for ligne in lignes for cle in ligne.valeurs))


def valeurs_non_vides(lignes: list[LigneBrute], colonne: str) -> Iterator[str]:
    """Les valeurs d'une colonne, en texte, sans les vides."""
    return (str(ligne.valeurs[colonne]).strip() for ligne in lignes if ligne.valeurs.get(colonne) not in (None, ""))
