"""Lire un programme écrit en YAML : un dossier, avec `convention.yaml` et un fichier par fiche."""

from pathlib import Path
from typing import Any

import yaml

from tissu.programme.sources.enregistrements import construire
from tissu.programme.sources.lecture import Lecteur, ProgrammeLu

CONVENTION = "convention.yaml"


class ProgrammeIntrouvable(FileNotFoundError):
    """Le dossier ne porte pas de `convention.yaml`."""


def lire_dossier(dossier: Path) -> ProgrammeLu:
    """Le programme du dossier. Lève `ProgrammeIllisible` (tous les défauts ensemble) ou `ProgrammeIntrouvable`."""
    if not (dossier / CONVENTION).is_file():
        raise ProgrammeIntrouvable(f"« {dossier} » ne contient pas de {CONVENTION} : donnez un dossier de programme.")
    lecteur = Lecteur()
    tete = _ouvrir(lecteur, dossier / CONVENTION)
    fiches = [(fichier.name, _ouvrir(lecteur, fichier)) for fichier in sorted(dossier.glob("*.yaml"))]
    return construire(lecteur, CONVENTION, tete, [une for une in fiches if une[0] != CONVENTION and une[1]])


def _ouvrir(lecteur: Lecteur, fichier: Path) -> dict[str, Any]:
    try:
        contenu = yaml.safe_load(fichier.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as erreur:
        lecteur.relever(fichier.name, "fichier", None, f"n'est pas un YAML lisible : {erreur}")
        return {}
    if not isinstance(contenu, dict):
        lecteur.relever(fichier.name, "fichier", None, "doit porter des champs « nom: valeur ».")
        return {}
    return contenu
