"""Lecture des fichiers de zones : GeoJSON, GeoPackage, et le CSV « site économique » du standard CNIG (v1.0.1).

Les contours se lisent par le service des cartes ; ici, ce qu'une zone doit porter (un nom) et le format du CNIG.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tissu.cartes.fichiers import LAMBERT93, WGS84, Entite, FichierDeContoursRefuse, en_surface, forme, lire_entites
from tissu.socle.textes import decoder

TAILLE_MAX_OCTETS = 100 * 1024 * 1024
COUCHE_DU_CNIG = "site_eco"
EXTENSIONS = {".geojson", ".json", ".gpkg", ".csv"}

COLONNES_NOM = ("nom", "name", "libelle", "libellé", "site_nom", "nom_zone", "nom_com", "nom_quartier")
COLONNES_CODE = ("code", "id", "identifiant", "site_id", "insee", "code_insee", "insee_com")
COLONNES_COMMUNE = ("commune", "code_commune", "site_comm_insee", "code_insee", "insee", "insee_com")


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
    """Lit un fichier de zones, reconnu à son extension (`nom` quand le fichier est une copie provisoire).

    Lève `FichierDeContoursRefuse`.
    """
    nom = nom or fichier.name
    if fichier.stat().st_size > TAILLE_MAX_OCTETS:
        raise FichierDeContoursRefuse(f"« {nom} » dépasse 100 Mo : découpez-le, ou n'exportez que votre territoire.")
    extension = Path(nom).suffix.lower()
    if extension not in EXTENSIONS:
        raise FichierDeContoursRefuse(
            f"« {nom} » : sont lus GeoJSON (.geojson), GeoPackage (.gpkg) et CSV du CNIG (.csv)."
        )
    avis: list[str] = []
    if extension == ".csv":
        entites: list[Entite] | Iterator[Entite] = _lire_cnig(fichier, nom, avis)
    else:
        entites = lire_entites(fichier, nom=nom, avis=avis, couche=COUCHE_DU_CNIG)
    zones = [_zone(entite, avis) for entite in entites]
    if not zones:
        raise FichierDeContoursRefuse(f"« {nom} » ne contient aucune zone.")
    return Lecture(zones, avis)


def _lire_cnig(fichier: Path, nom: str, avis: list[str]) -> Iterator[Entite]:
    texte = decoder(fichier)
    if texte is None:
        raise FichierDeContoursRefuse(f"« {nom} » n'est ni en UTF-8 ni en Windows-1252.")
    lecteur = csv.reader(io.StringIO(texte), delimiter=";")
    entete = [colonne.strip() for colonne in next(lecteur, [])]
    manquantes = [c for c in ("site_id", "site_nom", "site_geomsurf") if c not in entete]
    if manquantes:
        raise FichierDeContoursRefuse(
            f"« {nom} » n'est pas un fichier SITE-ECO du standard CNIG : il manque {', '.join(manquantes)} "
            "(séparateur attendu : point-virgule)."
        )
    for ligne in lecteur:
        if any(ligne):
            yield _ligne_cnig(ligne, entete, f"« {nom} », ligne {lecteur.line_num}", avis)


def _ligne_cnig(ligne: list[str], entete: list[str], lieu: str, avis: list[str]) -> Entite:
    proprietes: dict[str, Any] = dict(zip(entete, ligne, strict=False))
    if len(ligne) != len(entete):
        # Un point-virgule sans guillemets décale la suite : on garde ce qui le précède, et l'emprise, qui se reconnaît.
        emprises = [cellule for cellule in ligne if cellule.lstrip().startswith('{"type"')]
        proprietes = dict(zip(entete[:4], ligne[:4], strict=False))
        proprietes["site_geomsurf"] = emprises[0] if emprises else ""
        avis.append(f"{lieu} : un point-virgule sans guillemets décale les colonnes ; nom et emprise seuls gardés.")
    emprise = str(proprietes.pop("site_geomsurf", "")).strip()
    if not emprise:
        raise FichierDeContoursRefuse(f"{lieu} : l'emprise (site_geomsurf) est vide.")
    try:
        geometrie = forme(json.loads(emprise), lieu, avis)
    except json.JSONDecodeError as erreur:
        raise FichierDeContoursRefuse(f"{lieu} : l'emprise (site_geomsurf) n'est pas un GeoJSON.") from erreur
    # Le standard écrit en Lambert-93 ; des producteurs écrivent pourtant des degrés, que leur petitesse trahit.
    degres = max(abs(borne) for borne in geometrie.bounds) <= 180
    if degres:
        avis.append(f"{lieu} : emprise en degrés, lue en WGS84 (le standard demande le Lambert-93).")
    return Entite(geometrie, WGS84 if degres else LAMBERT93, lieu, proprietes)


def _zone(entite: Entite, avis: list[str]) -> ZoneLue:
    minuscules = {cle.lower(): valeur for cle, valeur in entite.proprietes.items()}
    nom = _premier(minuscules, COLONNES_NOM)
    if not nom:
        raise FichierDeContoursRefuse(
            f"{entite.lieu} : la zone n'a pas de nom (colonne « nom », « libelle » ou « site_nom »)."
        )
    return ZoneLue(
        code=_premier(minuscules, COLONNES_CODE),
        nom=nom[:200],
        geometrie=en_surface(entite.geometrie, entite.epsg, f"{entite.lieu} ({nom})", avis),
        type=str(minuscules.get("type") or ""),
        code_commune=_premier(minuscules, COLONNES_COMMUNE)[:5],
        approximatif=bool(minuscules.get("approximatif")),
        proprietes={cle: valeur for cle, valeur in entite.proprietes.items() if valeur not in (None, "")},
    )


def _premier(minuscules: dict[str, Any], noms: tuple[str, ...]) -> str:
    return next((str(minuscules[nom]).strip() for nom in noms if minuscules.get(nom) not in (None, "")), "")
