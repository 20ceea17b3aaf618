"""StockUniteLegale : une ligne par unité légale, sa situation courante (Insee, base Sirene)."""

import ibis
import ibis.expr.types as ir

from tissu.registre import rules
from tissu.registre.sources.champs import assembler, entier, jour, texte


def unites_legales(brut: ir.Table) -> ir.Table:
    """Grain : SIREN. `nom` est la dénomination d'une personne morale, ou « Prénom usuel NOM ».

    `date_cessation` est le début de la période courante d'une unité cessée : sans l'historique des unités légales,
    une correction postérieure à la cessation la déplace.
    """
    siren = texte(brut, "siren")
    categorie = texte(brut, "categorieJuridiqueUniteLegale")
    denomination = ibis.coalesce(texte(brut, "denominationUniteLegale"), texte(brut, "denominationUsuelle1UniteLegale"))
    personne = _nom_de_personne(brut)
    physique = ibis.coalesce(
        categorie.startswith(rules.PREFIXE_PERSONNE_PHYSIQUE), texte(brut, "nomUniteLegale").notnull()
    )
    etat = texte(brut, "etatAdministratifUniteLegale")
    return brut.select(
        siren=siren,
        diffusion=texte(brut, "statutDiffusionUniteLegale"),
        etat=etat,
        date_creation=jour(brut, "dateCreationUniteLegale"),
        date_cessation=(etat == "C").ifelse(jour(brut, "dateDebut"), ibis.null("date")),
        nom=physique.ifelse(ibis.coalesce(personne, denomination), ibis.coalesce(denomination, personne)),
        denomination=denomination,
        sigle=texte(brut, "sigleUniteLegale"),
        personne_physique=physique,
        categorie_juridique=categorie,
        naf=texte(brut, "activitePrincipaleUniteLegale"),
        naf_nomenclature=texte(brut, "nomenclatureActivitePrincipaleUniteLegale"),
        naf25=texte(brut, "activitePrincipaleNAF25UniteLegale"),
        tranche_effectif=texte(brut, "trancheEffectifsUniteLegale"),
        annee_effectif=entier(brut, "anneeEffectifsUniteLegale"),
        categorie_entreprise=texte(brut, "categorieEntreprise"),
        annee_categorie=entier(brut, "anneeCategorieEntreprise"),
        nic_siege=texte(brut, "nicSiegeUniteLegale"),
        ess=texte(brut, "economieSocialeSolidaireUniteLegale"),
        societe_mission=texte(brut, "societeMissionUniteLegale"),
        employeur=texte(brut, "caractereEmployeurUniteLegale"),
        date_dernier_traitement=jour(brut, "dateDernierTraitementUniteLegale"),
    )


def _nom_de_personne(brut: ir.Table) -> ir.StringValue:
    prenom = ibis.coalesce(texte(brut, "prenomUsuelUniteLegale"), texte(brut, "prenom1UniteLegale"))
    nom = ibis.coalesce(texte(brut, "nomUsageUniteLegale"), texte(brut, "nomUniteLegale"))
    return nom.isnull().ifelse(ibis.null("string"), assembler([_en_prenom(prenom), nom.upper()]))


def _en_prenom(prenom: ir.StringValue) -> ir.StringValue:
    """« JEAN-PIERRE » devient « Jean-Pierre »."""
    compose = prenom.lower()
    for separateur in ("-", " "):
        compose = compose.split(separateur).map(lambda mot: mot.left(1).upper() + mot.substr(1)).join(separateur)
    # Les prénoms simples, de loin les plus nombreux, n'ont pas à payer le découpage.
    return prenom.re_search("[- ]").ifelse(compose, prenom.capitalize())
