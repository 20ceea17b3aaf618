"""Où l'entrepôt range ses fichiers, sous le dossier de données du produit."""

from __future__ import annotations

import os
from pathlib import Path

RACINE_DU_PROJET = Path(__file__).resolve().parents[2]


def dossier_donnees() -> Path:
    """Dossier nommé par `TISSU_DONNEES`, sinon `donnees` à la racine du projet."""
    return Path(os.environ.get("TISSU_DONNEES", RACINE_DU_PROJET / "donnees")).resolve()


def dossier_registre() -> Path:
    return dossier_donnees() / "registre"


def dossier_etapes() -> Path:
    """Sources officielles déjà filtrées au territoire : ce qui permet de reprendre et de recomposer."""
    return dossier_registre() / "etapes"


def dossier_temporaire() -> Path:
    """Débordements du moteur et fichiers extraits, effaçables à tout moment quand rien ne tourne."""
    chemin = dossier_registre() / "temporaire"
    chemin.mkdir(parents=True, exist_ok=True)
    return chemin
