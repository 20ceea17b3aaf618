"""Lecture des fichiers de zones : GeoJSON, GeoPackage, et le CSV « site économique » du standard CNIG (v1.0.1).

Tout sort en GeoJSON WGS84. Un contour croisé est réparé, et l'avis le dit ; un fichier sans système de coordonnées
certain, une zone sans nom ou sans surface sont refusés.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyproj
import shapely
import shapely.geometry

from tissu.socle.textes import decoder

WGS84, LAMBERT93 = 4326, 2154
TAILLE_MAX_OCTETS = 100 * 1024 * 1024
DEMI_LARGEUR_RUE_M = 30
"""Une rue donnée par son axe devient la bande de terrain qui porte ses immeubles."""

COLONNES_NOM = ("nom", "name", "libelle", "libellé", "site_nom", "nom_zone", "nom_com", "nom_quartier")
COLONNES_CODE = ("code", "id", "identifiant", "site_id", "insee", "code_insee", "insee_com")
COLONNES_COMMUNE = ("commune", "code_commune", "site_comm_insee", "code_insee", "insee", "insee_com")
DECIMALES = 7
"""Au-delà du centimètre, une décimale ne dit plus rien."""


class FichierDeZonesRefuse(ValueError):
    """Le fichier ne peut être lu en entier ; le message dit où est le défaut et quoi faire."""


@dataclass
class ZoneLue:
    """Une zone telle que le fichier la donne, contour ramené en WGS84."""

    code: str
    nom: str
    geometrie: str
    type: str = ""
    code_commune: str = ""
    approximatif: bool = False
    proprietes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Lecture:
    """Les zones d'un fichier, et ce qu'il faut en savoir avant de les garder."""

    zones: list[ZoneLue]
    avis: list[str]


def lire_zones(fichier: Path, *, nom: str = "") -> Lecture:
    """Lit un fichier de zones, reconnu à son extension (`nom` quand le fichier est une copie provisoire)."""
    nom = nom or fichier.name
    if fichier.stat().st_size > TAILLE_MAX_OCTETS:
        raise FichierDeZonesRefuse(f"« {nom} » dépasse 100 Mo : découpez-le, ou n'exportez que votre territoire.")
    lecteurs: dict[str, Callable[[Path, str, list[str]], list[ZoneLue]]] = {
        ".geojson": _lire_geojson, ".json": _lire_geojson, ".gpkg": _lire_geopackage, ".csv": _lire_cnig,
    }  # fmt: skip
    lecteur = lecteurs.get(Path(nom).suffix.lower())
    if lecteur is None:
        raise FichierDeZonesRefuse(
            f"« {nom} » : sont lus GeoJSON (.geojson), GeoPackage (.gpkg) et CSV du CNIG (.csv)."
        )
    avis: list[str] = []
    zones = lecteur(fichier, nom, avis)
    if not zones:
        raise FichierDeZonesRefuse(f"« {nom} » ne contient aucune zone.")
    return Lecture(zones, avis)


def _lire_geojson(fichier: Path, nom: str, avis: list[str]) -> list[ZoneLue]:
    try:
        contenu = json.loads(fichier.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as erreur:
        raise FichierDeZonesRefuse(f"« {nom} » n'est pas un GeoJSON lisible : {erreur}.") from erreur
    if not isinstance(contenu, dict) or contenu.get("type") not in {"FeatureCollection", "Feature"}:
        raise FichierDeZonesRefuse(f"« {nom} » n'est pas une collection d'entités GeoJSON (FeatureCollection).")
    epsg = _epsg_du_geojson(contenu, nom)
    entites = contenu["features"] if contenu["type"] == "FeatureCollection" else [contenu]
    zones = []
    for rang, entite in enumerate(entites, start=1):
        if not entite.get("geometry"):
            raise FichierDeZonesRefuse(f"« {nom} », entité {rang} : elle n'a pas de contour.")
        geometrie = _forme(entite["geometry"], f"« {nom} », entité {rang}", avis)
        proprietes = {str(cle): valeur for cle, valeur in (entite.get("properties") or {}).items()}
        zones.append(_zone(geometrie, epsg, proprietes, f"« {nom} », entité {rang}", avis))
    return zones


def _epsg_du_geojson(contenu: dict[str, Any], nom: str) -> int:
    """Le GeoJSON est en WGS84 (RFC 7946) ; d'anciens outils y écrivent un autre système dans `crs`."""
    annonce = str(((contenu.get("crs") or {}).get("properties") or {}).get("name", ""))
    if not annonce or annonce.upper().endswith("CRS84"):
        return WGS84
    try:
        return int(annonce.rsplit(":", 1)[-1])
    except ValueError as erreur:
        raise FichierDeZonesRefuse(
            f"« {nom} » annonce le système de coordonnées « {annonce} », inconnu. Exportez-le en WGS84 (EPSG:4326)."
        ) from erreur


def _lire_geopackage(fichier: Path, nom: str, avis: list[str]) -> list[ZoneLue]:
    # Deux secondes d'import (geopandas, pandas) que les autres commandes n'ont pas à payer.
    import pyogrio

    try:
        couches = [str(couche) for couche, genre in pyogrio.list_layers(fichier) if "Polygon" in str(genre)]
    except pyogrio.errors.DataSourceError as erreur:
        raise FichierDeZonesRefuse(f"« {nom} » n'est pas un GeoPackage lisible.") from erreur
    if not couches:
        raise FichierDeZonesRefuse(f"« {nom} » n'a aucune couche de polygones.")
    pleines = [c for c in couches if pyogrio.read_info(fichier, layer=c)["features"]]
    if not pleines:
        raise FichierDeZonesRefuse(f"« {nom} » : ses couches de polygones ({', '.join(couches)}) sont vides.")
    couche = "site_eco" if "site_eco" in pleines else pleines[0]
    if len(pleines) > 1:
        avis.append(f"Couche lue : {couche}. Non lues : {', '.join(c for c in pleines if c != couche)}.")
    meta, _, geometries, champs = pyogrio.raw.read(fichier, layer=couche)
    epsg = pyproj.CRS.from_user_input(meta["crs"]).to_epsg() if meta["crs"] else None
    if epsg is None:
        raise FichierDeZonesRefuse(f"« {nom} », couche {couche} : système de coordonnées absent ou inconnu.")
    zones = []
    for rang, octets in enumerate(geometries):
        proprietes = {n: _simple(v[rang]) for n, v in zip(meta["fields"], champs, strict=True)}
        lieu = f"« {nom} », {couche}, entité {rang + 1}"
        if octets is None:
            raise FichierDeZonesRefuse(f"{lieu} : elle n'a pas de contour.")
        zones.append(_zone(shapely.from_wkb(octets), epsg, proprietes, lieu, avis))
    return zones


def _simple(valeur: Any) -> Any:
    """Une valeur que JSON sait écrire."""
    valeur = valeur.item() if hasattr(valeur, "item") else valeur
    if valeur is None or valeur != valeur:
        return None
    return valeur if isinstance(valeur, bool | int | float | str) else str(valeur)


def _lire_cnig(fichier: Path, nom: str, avis: list[str]) -> list[ZoneLue]:
    texte = _decoder(fichier, nom)
    lecteur = csv.reader(io.StringIO(texte), delimiter=";")
    entete = [colonne.strip() for colonne in next(lecteur, [])]
    manquantes = [c for c in ("site_id", "site_nom", "site_geomsurf") if c not in entete]
    if manquantes:
        raise FichierDeZonesRefuse(
            f"« {nom} » n'est pas un fichier SITE-ECO du standard CNIG : il manque {', '.join(manquantes)} "
            "(séparateur attendu : point-virgule)."
        )
    return [_ligne_cnig(ligne, entete, f"« {nom} », ligne {lecteur.line_num}", avis) for ligne in lecteur if any(ligne)]


def _ligne_cnig(ligne: list[str], entete: list[str], lieu: str, avis: list[str]) -> ZoneLue:
    proprietes: dict[str, Any] = dict(zip(entete, ligne, strict=False))
    if len(ligne) != len(entete):
        # Un point-virgule sans guillemets décale la suite : on garde ce qui le précède, et l'emprise, qui se reconnaît.
        emprises = [cellule for cellule in ligne if cellule.lstrip().startswith('{"type"')]
        proprietes = dict(zip(entete[:4], ligne[:4], strict=False))
        proprietes["site_geomsurf"] = emprises[0] if emprises else ""
        avis.append(f"{lieu} : un point-virgule sans guillemets décale les colonnes ; nom et emprise seuls gardés.")
    emprise = str(proprietes.pop("site_geomsurf", "")).strip()
    if not emprise:
        raise FichierDeZonesRefuse(f"{lieu} : l'emprise (site_geomsurf) est vide.")
    try:
        geometrie = _forme(json.loads(emprise), lieu, avis)
    except json.JSONDecodeError as erreur:
        raise FichierDeZonesRefuse(f"{lieu} : l'emprise (site_geomsurf) n'est pas un GeoJSON.") from erreur
    # Le standard écrit en Lambert-93 ; des producteurs écrivent pourtant des degrés, que leur petitesse trahit.
    degres = max(abs(borne) for borne in geometrie.bounds) <= 180
    if degres:
        avis.append(f"{lieu} : emprise en degrés, lue en WGS84 (le standard demande le Lambert-93).")
    return _zone(geometrie, WGS84 if degres else LAMBERT93, proprietes, lieu, avis)


def _decoder(fichier: Path, nom: str) -> str:
    texte = decoder(fichier)
    if texte is None:
        raise FichierDeZonesRefuse(f"« {nom} » n'est ni en UTF-8 ni en Windows-1252.")
    return texte


def _forme(brut: dict[str, Any], lieu: str, avis: list[str]) -> Any:
    """La géométrie d'un objet GeoJSON, ses anneaux refermés quand ils s'ouvrent d'un rien."""
    try:
        ouverts = [anneau for anneau in _anneaux(brut) if anneau[0] != anneau[-1]]
        for anneau in ouverts:
            anneau.append(anneau[0])
        if ouverts:
            avis.append(f"{lieu} : contour refermé.")
        return shapely.geometry.shape(brut)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as erreur:
        raise FichierDeZonesRefuse(f"{lieu} : contour illisible.") from erreur


def _anneaux(brut: dict[str, Any]) -> Iterator[list[Any]]:
    if brut["type"] == "Polygon":
        yield from brut["coordinates"]
    elif brut["type"] == "MultiPolygon":
        for polygone in brut["coordinates"]:
            yield from polygone


def _zone(geometrie: Any, epsg: int, proprietes: dict[str, Any], lieu: str, avis: list[str]) -> ZoneLue:
    minuscules = {cle.lower(): valeur for cle, valeur in proprietes.items()}
    nom = _premier(minuscules, COLONNES_NOM)
    if not nom:
        raise FichierDeZonesRefuse(f"{lieu} : la zone n'a pas de nom (colonne « nom », « libelle » ou « site_nom »).")
    lieu = f"{lieu} ({nom})"
    return ZoneLue(
        code=_premier(minuscules, COLONNES_CODE),
        nom=nom[:200],
        geometrie=_en_surface(geometrie, epsg, lieu, avis),
        type=str(minuscules.get("type") or ""),
        code_commune=_premier(minuscules, COLONNES_COMMUNE)[:5],
        approximatif=bool(minuscules.get("approximatif")),
        proprietes={cle: valeur for cle, valeur in proprietes.items() if valeur not in (None, "")},
    )


def _premier(minuscules: dict[str, Any], noms: tuple[str, ...]) -> str:
    return next((str(minuscules[nom]).strip() for nom in noms if minuscules.get(nom) not in (None, "")), "")


def _en_surface(geometrie: Any, epsg: int, lieu: str, avis: list[str]) -> str:
    """Le contour en GeoJSON WGS84, réparé s'il se croise, élargi s'il n'est qu'un axe."""
    geometrie = shapely.force_2d(geometrie)
    if geometrie.geom_type in {"LineString", "MultiLineString"}:
        en_metres = _projeter(geometrie, epsg, LAMBERT93, lieu)
        geometrie, epsg = en_metres.buffer(DEMI_LARGEUR_RUE_M), LAMBERT93
        avis.append(f"{lieu} : axe élargi à {DEMI_LARGEUR_RUE_M} m de chaque côté.")
    if not geometrie.is_valid:
        cause = shapely.is_valid_reason(geometrie).split("[")[0].strip()
        geometrie = shapely.make_valid(geometrie)
        avis.append(f"{lieu} : contour réparé ({cause}). Vérifiez-le sur une carte.")
    surfaces = [g for g in shapely.get_parts(geometrie) if g.geom_type in {"Polygon", "MultiPolygon"} and g.area > 0]
    if not surfaces:
        raise FichierDeZonesRefuse(f"{lieu} : le contour n'a pas de surface ({geometrie.geom_type}).")
    surface = surfaces[0] if len(surfaces) == 1 else shapely.unary_union(surfaces)
    return shapely.to_geojson(shapely.set_precision(_projeter(surface, epsg, WGS84, lieu), 10**-DECIMALES))


def _projeter(geometrie: Any, de: int, vers: int, lieu: str) -> Any:
    if de != vers:
        try:
            passage = pyproj.Transformer.from_crs(de, vers, always_xy=True)
        except pyproj.exceptions.CRSError as erreur:
            raise FichierDeZonesRefuse(f"{lieu} : système de coordonnées EPSG:{de} inconnu.") from erreur
        geometrie = shapely.transform(geometrie, passage.transform, interleaved=False)
    if vers == WGS84:
        ouest, sud, est, nord = geometrie.bounds
        if not (ouest >= -180 and est <= 180 and sud >= -90 and nord <= 90):
            raise FichierDeZonesRefuse(
                f"{lieu} : coordonnées hors du globe. Le fichier est sans doute en Lambert-93 : "
                "exportez-le en WGS84 (EPSG:4326)."
            )
    return geometrie
