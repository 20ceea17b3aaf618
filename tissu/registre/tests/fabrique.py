"""Petits registres d'essai : des fichiers officiels en quelques lignes, composés jusqu'à l'instantané."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from tissu.entrepot.moteur import atelier, compiler
from tissu.registre.croisements import ETAPES, Contexte

COMMUNES = {"21231": "Dijon", "21515": "Quetigny"}
SOURCE_AU = date(2026, 11, 1)
CONTEXTE = Contexte(
    communes=COMMUNES,
    source_au=SOURCE_AU,
    adresses_connues=True,
    tolerance_transfert_jours=31,
    tolerance_lien_jours=365,
    tolerance_creation_jours=31,
    seuil_reactivation_mois=12,
    alerte_fermeture_prevue_mois=1,
)

NAF = [
    {"code": "62.01Z", "section": "J", "a5": "T4", "a10": "JZ", "a17": "JZ", "a38": "JC", "a64": "J62", "a88": "62"},
    {"code": "56.10A", "section": "I", "a5": "T4", "a10": "GI", "a17": "IZ", "a38": "IZ", "a64": "IZ0", "a88": "56"},
]


def etablissement(siret: str, **champs: Any) -> dict[str, Any]:
    """Une ligne de StockEtablissement : ouverte, diffusible, à Dijon, sauf indication contraire."""
    defaut = {
        "siret": siret,
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2015-03-02",
        "dateDernierTraitementEtablissement": "2026-10-20T08:00:00",
        "etablissementSiege": "true",
        "numeroVoieEtablissement": "12",
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "DES TANNEURS",
        "codePostalEtablissement": "21000",
        "libelleCommuneEtablissement": "DIJON",
        "codeCommuneEtablissement": "21231",
        "coordonneeLambertAbscisseEtablissement": "854000.0",
        "coordonneeLambertOrdonneeEtablissement": "6693000.0",
        "dateDebut": "2015-03-02",
        "etatAdministratifEtablissement": "A",
        "enseigne1Etablissement": "L'ENSEIGNE",
        "denominationUsuelleEtablissement": "LE NOM USUEL",
        "activitePrincipaleEtablissement": "62.01Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "N",
    }
    return {nom: None if valeur is None else str(valeur) for nom, valeur in (defaut | champs).items()}


def unite(siren: str, **champs: Any) -> dict[str, Any]:
    """Une ligne de StockUniteLegale : une société par actions simplifiée en activité."""
    defaut = {
        "siren": siren,
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "2015-03-02",
        "sigleUniteLegale": "SGL",
        "dateDebut": "2015-03-02",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": "LA SOCIETE",
        "categorieJuridiqueUniteLegale": "5710",
        "nicSiegeUniteLegale": "00011",
        "dateDernierTraitementUniteLegale": "2026-10-20T08:00:00",
    }
    return {nom: None if valeur is None else str(valeur) for nom, valeur in (defaut | champs).items()}


def periode(siret: str, date_debut: Any, etat: str | None, **champs: Any) -> dict[str, Any]:
    """Une ligne de StockEtablissementHistorique ; sans colonne de changement d'état, il est calculé."""
    defaut = {
        "siret": siret,
        "dateDebut": date_debut,
        "etatAdministratifEtablissement": etat,
        "changementEtatAdministratifEtablissement": None,
        "activitePrincipaleEtablissement": "62.01Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "enseigne1Etablissement": "L'ENSEIGNE",
    }
    return {nom: None if valeur is None else str(valeur) for nom, valeur in (defaut | champs).items()}


def composer(contexte: Contexte = CONTEXTE, **lignes: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Toutes les tables, étapes de travail comprises, en lignes. Les clés sont celles des tables d'entrée."""
    with atelier() as moteur:
        tables = {}
        for nom, contenu in {"naf": NAF, **lignes}.items():
            entree = _en_table(list(contenu))
            if entree.num_rows:
                moteur.register(nom, entree)
                tables[nom] = ibis.table(ibis.Schema.from_pyarrow(entree.schema), name=nom)
        rendu = {}
        for etape in ETAPES:
            requete = compiler(etape.fonction(tables, contexte))
            moteur.execute(f'CREATE TABLE "etape_{etape.nom}" AS {requete}')
            sortie = moteur.execute(f'FROM "etape_{etape.nom}" ORDER BY ALL').to_arrow_table()
            tables[etape.nom] = ibis.table(ibis.Schema.from_pyarrow(sortie.schema), name=f"etape_{etape.nom}")
            rendu[etape.nom] = sortie.to_pylist()
        return rendu


def par(lignes: Iterable[Mapping[str, Any]], cle: str) -> dict[Any, Mapping[str, Any]]:
    """Les lignes rangées par la valeur d'une colonne."""
    return {ligne[cle]: ligne for ligne in lignes}


def _en_table(lignes: list[Mapping[str, Any]]) -> pa.Table:
    colonnes = sorted({colonne for ligne in lignes for colonne in ligne})
    valeurs = {colonne: [ligne.get(colonne) for ligne in lignes] for colonne in colonnes}
    return pa.table({colonne: pa.array(valeurs[colonne], _genre(valeurs[colonne])) for colonne in colonnes})


def _genre(valeurs: list[Any]) -> pa.DataType:
    connues = {type(valeur) for valeur in valeurs if valeur is not None}
    return {date: pa.date32(), bool: pa.bool_()}.get(next(iter(connues), str), pa.string())
