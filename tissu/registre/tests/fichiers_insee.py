"""Petits fichiers aux en-têtes officiels de l'INSEE, pour les essais d'import."""

from __future__ import annotations

import csv
import gzip
import zipfile
from pathlib import Path

from tissu.entrepot.lecture import Format
from tissu.entrepot.tests.fabrique import siret
from tissu.registre.sources import formats_insee as insee

COMMUNE = "21231"


def etablissement(numero: int, rang: int = 1, **changements: str) -> dict[str, str]:
    numero_siret = siret(numero, rang)
    return {
        "siren": numero_siret[:9],
        "nic": numero_siret[9:],
        "siret": numero_siret,
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2020-03-01",
        "dateDernierTraitementEtablissement": "2026-10-30T08:00:00",
        "etablissementSiege": "true",
        "numeroVoieEtablissement": str(numero),
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "DES ESSAIS",
        "codePostalEtablissement": "21000",
        "libelleCommuneEtablissement": "DIJON",
        "codeCommuneEtablissement": COMMUNE,
        "dateDebut": "2020-03-01",
        "etatAdministratifEtablissement": "A",
        "activitePrincipaleEtablissement": "62.01Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "N",
    } | changements


def unite(numero: int, **changements: str) -> dict[str, str]:
    return {
        "siren": siret(numero)[:9],
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "2020-03-01",
        "dateDernierTraitementUniteLegale": "2026-10-30T08:00:00",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": f"SOCIETE {numero}",
        "categorieJuridiqueUniteLegale": "5710",
        "activitePrincipaleUniteLegale": "62.01Z",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "nicSiegeUniteLegale": siret(numero)[9:],
    } | changements


def periode(numero: int, rang: int = 1, **changements: str) -> dict[str, str]:
    numero_siret = siret(numero, rang)
    return {
        "siren": numero_siret[:9],
        "nic": numero_siret[9:],
        "siret": numero_siret,
        "dateDebut": "2020-03-01",
        "etatAdministratifEtablissement": "A",
        "changementEtatAdministratifEtablissement": "true",
        "activitePrincipaleEtablissement": "62.01Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "N",
    } | changements


def ecrire(dossier: Path, format_: Format, lignes: list[dict[str, str]], extension: str = ".csv") -> Path:
    """Écrit une source sous la forme voulue : `.csv`, `.csv.gz`, `.zip` ou `.parquet`."""
    noms = {
        insee.ETABLISSEMENTS: "StockEtablissement_utf8",
        insee.UNITES_LEGALES: "StockUniteLegale_utf8",
        insee.PERIODES: "StockEtablissementHistorique_utf8",
        insee.SUCCESSIONS: "StockEtablissementLiensSuccession_utf8",
        insee.GEOLOCALISATION: "GeolocalisationEtablissement_utf8",
    }
    dossier.mkdir(parents=True, exist_ok=True)
    nu = dossier / f"{noms[format_.sorte]}.csv"
    with nu.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, format_.colonnes, lineterminator="\n")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return _sous_la_forme(nu, extension)


def _sous_la_forme(nu: Path, extension: str) -> Path:
    chemin = nu.with_name(nu.stem + extension)
    if extension == ".csv":
        return nu
    if extension == ".csv.gz":
        chemin.write_bytes(gzip.compress(nu.read_bytes()))
    elif extension == ".zip":
        with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(nu, nu.name)
    else:
        import pyarrow.csv as pcsv
        import pyarrow.parquet as pq

        with nu.open(encoding="utf-8") as source:
            colonnes = source.readline().strip().split(",")
        options = pcsv.ConvertOptions(
            column_types=dict.fromkeys(colonnes, "string"), strings_can_be_null=True, null_values=[""]
        )
        pq.write_table(pcsv.read_csv(nu, convert_options=options), chemin)
    nu.unlink()
    return chemin


def dossier_complet(dossier: Path, nombre: int, *, fermes: int = 0, extension: str = ".csv", ailleurs: int = 5) -> Path:
    """Trois sources : `nombre` établissements du territoire, dont `fermes`, et quelques-uns d'ailleurs."""
    lignes = [
        etablissement(n, **({"etatAdministratifEtablissement": "F", "dateDebut": "2026-09-15"} if n <= fermes else {}))
        for n in range(1, nombre + 1)
    ]
    lignes += [etablissement(5000 + n, codeCommuneEtablissement="75101") for n in range(ailleurs)]
    periodes = [periode(n) for n in range(fermes + 1, nombre + 1)]
    for n in range(1, fermes + 1):
        periodes.append(periode(n, dateFin="2026-09-14"))
        periodes.append(periode(n, dateDebut="2026-09-15", etatAdministratifEtablissement="F"))
    ecrire(dossier, insee.StockEtablissement, lignes, extension)
    ecrire(dossier, insee.StockUniteLegale, [unite(n) for n in range(1, nombre + 1)], extension)
    ecrire(dossier, insee.StockEtablissementHistorique, periodes, extension)
    return dossier
