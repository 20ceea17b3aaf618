"""Les tables de l'instantané : leurs colonnes, dans l'ordre, et leurs types. Le contrat de toute lecture."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

_T, _J, _B, _E, _R = "string", "date", "boolean", "int64", "float64"
_EUROS = "decimal(18, 2)"


def _suite(*groupes: tuple[str, str]) -> dict[str, str]:
    return {nom: genre for genre, noms in groupes for nom in noms.split()}


SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "etablissements": _suite(
        (_T, "siret siren nic diffusion diffusion_unite"),
        (_B, "siege"),
        (_T, "etat employeur"),
        (_J, "date_creation date_debut date_fermeture date_reactivation"),
        (_T, "nom enseigne denomination_usuelle naf naf_nomenclature naf25 section division"),
        (_T, "a5 a10 a17 a38 a64 a129 a138 tranche_effectif"),
        (_E, "annee_effectif effectif_cci"),
        (_J, "effectif_cci_date"),
        (_T, "complement numero indice type_voie libelle_voie code_postal code_commune commune adresse"),
        (_R, "lon lat"),
        (_T, "qualite_xy origine_position"),
        (_J, "date_dernier_traitement"),
        (_E, "nombre_periodes"),
        ("array<string>", "corrections"),
        (_T, "denomination_unite sigle"),
        (_B, "personne_physique"),
        (_T, "categorie_juridique etat_unite"),
        (_J, "date_creation_unite"),
        (_T, "categorie_entreprise tranche_effectif_unite"),
        (_E, "annee_effectif_unite"),
        (_T, "naf_unite ess societe_mission"),
        (_B, "site_cci"),
        (_EUROS, "chiffre_affaires_eur capital_eur"),
    ),
    "unites_legales": _suite(
        (_T, "siren diffusion etat"),
        (_J, "date_creation date_cessation"),
        (_T, "nom denomination sigle"),
        (_B, "personne_physique"),
        (_T, "categorie_juridique naf naf_nomenclature naf25 tranche_effectif"),
        (_E, "annee_effectif"),
        (_T, "categorie_entreprise"),
        (_E, "annee_categorie"),
        (_T, "nic_siege ess societe_mission employeur"),
        (_J, "date_dernier_traitement"),
    ),
    "periodes": _suite(
        (_T, "siret siren"),
        (_J, "date_debut date_fin"),
        (_T, "etat"),
        (_B, "changement_etat"),
        (_T, "enseigne denomination_usuelle naf naf_nomenclature employeur"),
    ),
    "etablissements_hors": _suite((_T, "siret siren etat"), (_J, "date_premiere date_fermeture"), (_T, "naf")),
    "successions": _suite(
        (_T, "siret_predecesseur siret_successeur"),
        (_J, "date_lien"),
        (_B, "transfert_siege continuite_economique"),
        (_J, "date_traitement"),
    ),
    "evenements": _suite(
        (_T, "siret siren type"),
        (_J, "date_effet connu_le"),
        (_T, "siret_lie motif code_commune section division naf naf_nomenclature categorie_juridique"),
        (_T, "tranche_effectif diffusion"),
        (_B, "personne_physique"),
    ),
    "annonces": _suite(
        (_T, "id siren type_avis famille"),
        (_J, "date_parution date_effet"),
        (_T, "nature tribunal"),
        (_B, "annulee"),
        (_T, "texte"),
        (_B, "desaccord_sirene"),
    ),
    "etablissements_zones": _suite((_T, "siret zone_id")),
}


def conforme(table: ir.Table, nom: str) -> ir.Table:
    """La table réduite aux colonnes de l'instantané, dans leur ordre et leurs types."""
    return table.select(**{colonne: table[colonne].cast(genre) for colonne, genre in SCHEMAS[nom].items()})


def vide(modele: ir.Table, colonnes: Mapping[str, str]) -> ir.Table:
    """Une table sans ligne de ces colonnes, posée sur le moteur de `modele`."""
    return modele.filter(ibis.literal(False)).select(**{nom: ibis.null(genre) for nom, genre in colonnes.items()})
