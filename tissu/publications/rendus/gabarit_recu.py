"""Le gabarit de diaporama reçu d'un partenaire : l'ouvrir, refuser ce qui agit, trouver ses emplacements."""

import io
import zipfile
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml

from tissu.entrepot.lecture.classeurs import ClasseurDemesure, refuser_demesure

TITRES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}


class GabaritIllisible(ValueError):
    """Le fichier donné pour gabarit n'est pas un diaporama PPTX que l'on puisse remplir."""


def ouvrir_gabarit(octets: bytes) -> Any:
    """La présentation d'un gabarit, vidée de ses diapositives. Lève `GabaritIllisible`."""
    try:
        refuser_demesure(io.BytesIO(octets))
        _refuser_ce_qui_agit(octets)
        presentation = Presentation(io.BytesIO(octets))
    except ClasseurDemesure as erreur:
        raise GabaritIllisible("Ce diaporama déplie trop de données : retirez-en les images inutiles.") from erreur
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as erreur:
        if isinstance(erreur, GabaritIllisible):
            raise
        raise GabaritIllisible("Ce fichier n'est pas un diaporama PPTX.") from erreur
    liste = presentation.slides._sldIdLst
    for identifiant in list(liste):
        presentation.part.drop_rel(identifiant.rId)
        liste.remove(identifiant)
    if not any(emplacement(disposition, TITRES) is not None for disposition in presentation.slide_layouts):
        raise GabaritIllisible("Aucune disposition de ce gabarit n'a d'emplacement de titre.")
    return presentation


def _refuser_ce_qui_agit(octets: bytes) -> None:
    """Ni macro, ni contrôle, ni image cherchée sur le réseau : nos documents partent avec ce que porte leur gabarit."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        noms = archive.namelist()
        relations = [archive.read(nom) for nom in noms if nom.endswith(".rels")]
    if any("vbaProject" in nom or "activeX" in nom for nom in noms):
        raise GabaritIllisible("Ce diaporama porte des macros : enregistrez-le au format PPTX, sans macro.")
    for une in (une for octets_ in relations for une in parse_xml(octets_)):
        if une.get("TargetMode") == "External" and not str(une.get("Type")).endswith("/hyperlink"):
            raise GabaritIllisible(
                f"Ce diaporama va chercher « {str(une.get('Target'))[:80]} » hors du fichier : insérez l'image ou "
                "l'objet dans le gabarit au lieu de le lier."
            )


def emplacement(porteur: Any, types: set[Any]) -> Any:
    """Le premier emplacement de ces types, ou None."""
    return next((une for une in porteur.placeholders if une.placeholder_format.type in types), None)
