"""Un registre de quelques établissements, importé pour de bon de petits fichiers officiels."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tissu.registre.operations.importation import importer_sirene
from tissu.registre.sources import formats_insee
from tissu.registre.tests.fabrique import etablissement, unite
from tissu.socle.territoire import Territoire
from tissu.socle.travaux import SansSuivi

TERRITOIRE = Territoire("essai", "Essai", "242100410", {"21231": "Dijon", "21515": "Quetigny"})
LE = datetime(2026, 11, 23, 9, tzinfo=UTC)
SIRETS = ("91000000900019", "91000001700012", "91000002500015")
"""Trois établissements d'entreprises fictives, clés justes ; le dernier est en diffusion partielle."""


def ecrire(dossier: Path, nom: str, lignes: list[dict[str, Any]], colonnes: tuple[str, ...]) -> Path:
    """Écrit un CSV aux en-têtes officiels."""
    dossier.mkdir(parents=True, exist_ok=True)
    fichier = dossier / nom
    with fichier.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, colonnes, extrasaction="ignore", restval="")
        ecrivain.writeheader()
        ecrivain.writerows({cle: valeur or "" for cle, valeur in ligne.items()} for ligne in lignes)
    return fichier


def fichiers(dossier: Path, **changements: dict[str, Any]) -> Path:
    """Les fichiers du petit registre ; `changements` va d'un SIRET précédé de « s » à des colonnes modifiées."""
    etablissements, unites = [], []
    for rang, siret in enumerate(SIRETS):
        diffusion = "P" if rang == 2 else "O"
        propres = {"siren": siret[:9], "nic": siret[9:], "statutDiffusionEtablissement": diffusion}
        etablissements.append(etablissement(siret, **propres) | changements.get(f"s{siret}", {}))
        unites.append(unite(siret[:9], statutDiffusionUniteLegale=diffusion))
    ecrire(dossier, "StockEtablissement_utf8.csv", etablissements, formats_insee.StockEtablissement.colonnes)
    ecrire(dossier, "StockUniteLegale_utf8.csv", unites, formats_insee.StockUniteLegale.colonnes)
    return dossier


def importer(dossier: Path, *, le: datetime = LE) -> Any:
    """Importe un dossier dans le registre d'essai."""
    return importer_sirene(dossier=dossier, territoire=TERRITOIRE, auteur=None, au=le, suivi=SansSuivi())
