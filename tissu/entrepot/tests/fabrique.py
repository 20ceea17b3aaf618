"""Fabrique de petits fichiers officiels, sains ou abîmés, et des formats qui les lisent."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path

from tissu.entrepot.lecture.controles import CodeCommune, Commence, Jour, Parmi, Present, Siren, Siret
from tissu.entrepot.lecture.formats import Deduite, Format

COMMUNE = "21231"

FORMAT = Format(
    sorte="etablissements",
    libelle="établissements",
    motif=r"^Stock",
    colonnes=("siren", "nic", "siret", "dateTraitement", "commune", "etat", "nom", "dateDebut", "annee"),
    obligatoires=("siret", "commune", "etat"),
    cle=("siret",),
    recence="dateTraitement",
    controles=(
        CodeCommune("commune"),
        Present("siret"),
        Siret("siret"),
        Siren("siren"),
        Commence("siret", par="siren"),
        Parmi("etat", ("A", "F")),
        Jour("dateDebut"),
    ),
    deduites=(Deduite("siren", "siret", 1, 9), Deduite("nic", "siret", 10, 5)),
    largeurs=(("siren", 9), ("nic", 5), ("siret", 14), ("commune", 5)),
    noms=("nom",),
)


def cle_de_luhn(chiffres: str) -> str:
    """Chiffre qui complète ces chiffres pour satisfaire la clé de Luhn."""
    somme = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (2 if rang % 2 == 0 else 1)
        somme += valeur - 9 if valeur > 9 else valeur
    return str(-somme % 10)


def siret(numero: int, etablissement: int = 1) -> str:
    """SIRET fictif et valable, le même pour les mêmes nombres."""
    debut = f"{99000000 + numero:08d}"
    siren = debut + cle_de_luhn(debut)
    nic = f"{etablissement:04d}"
    return siren + nic + cle_de_luhn(siren + nic)


def ligne(numero: int, **changements: str) -> dict[str, str]:
    """Un établissement sain de la commune d'essai, à quelques changements près."""
    numero_siret = changements.get("siret", siret(numero))
    return {
        "siren": siret(numero)[:9],
        "nic": siret(numero)[9:],
        "siret": numero_siret,
        "dateTraitement": "2026-10-01T08:00:00",
        "commune": COMMUNE,
        "etat": "A",
        "nom": f"ENTREPRISE {numero}",
        "dateDebut": "2020-01-01",
        "annee": "2024",
    } | changements


def texte_csv(
    lignes: list[dict[str, str]], *, colonnes: tuple[str, ...] = FORMAT.colonnes, separateur: str = ","
) -> str:
    sortie = io.StringIO()
    ecrivain = csv.DictWriter(sortie, colonnes, delimiter=separateur, extrasaction="ignore", lineterminator="\n")
    ecrivain.writeheader()
    ecrivain.writerows(lignes)
    return sortie.getvalue()


def ecrire(dossier: Path, contenu: str | bytes, nom: str = "StockEssai.csv") -> Path:
    """Écrit un fichier sous la forme que son extension annonce."""
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    chemin = dossier / nom
    if nom.endswith(".gz"):
        chemin.write_bytes(gzip.compress(octets))
    elif nom.endswith(".zip"):
        with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("StockEssai.csv", octets)
    else:
        chemin.write_bytes(octets)
    return chemin
