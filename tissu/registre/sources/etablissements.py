"""StockEtablissement : une ligne par établissement, sa situation courante (Insee, base Sirene des entreprises)."""

import ibis.expr.types as ir

from tissu.registre.sources.champs import assembler, booleen, entier, jour, reel, texte


def etablissements(brut: ir.Table) -> ir.Table:
    """Grain : SIRET. Coordonnées Lambert-93 en mètres ; `etat` est celui de la période courante."""
    siret = texte(brut, "siret")
    return brut.select(
        siret=siret,
        siren=siret.left(9),
        nic=siret.right(5),
        diffusion=texte(brut, "statutDiffusionEtablissement"),
        siege=booleen(brut, "etablissementSiege"),
        etat=texte(brut, "etatAdministratifEtablissement"),
        employeur=texte(brut, "caractereEmployeurEtablissement"),
        date_creation=jour(brut, "dateCreationEtablissement"),
        date_debut=jour(brut, "dateDebut"),
        enseigne=assembler([texte(brut, f"enseigne{rang}Etablissement") for rang in (1, 2, 3)]),
        denomination_usuelle=texte(brut, "denominationUsuelleEtablissement"),
        naf=texte(brut, "activitePrincipaleEtablissement"),
        naf_nomenclature=texte(brut, "nomenclatureActivitePrincipaleEtablissement"),
        naf25=texte(brut, "activitePrincipaleNAF25Etablissement"),
        tranche_effectif=texte(brut, "trancheEffectifsEtablissement"),
        annee_effectif=entier(brut, "anneeEffectifsEtablissement"),
        complement=texte(brut, "complementAdresseEtablissement"),
        numero=texte(brut, "numeroVoieEtablissement"),
        indice=texte(brut, "indiceRepetitionEtablissement"),
        type_voie=texte(brut, "typeVoieEtablissement"),
        libelle_voie=texte(brut, "libelleVoieEtablissement"),
        code_postal=texte(brut, "codePostalEtablissement"),
        code_commune=texte(brut, "codeCommuneEtablissement"),
        commune=texte(brut, "libelleCommuneEtablissement"),
        lambert_x=reel(brut, "coordonneeLambertAbscisseEtablissement"),
        lambert_y=reel(brut, "coordonneeLambertOrdonneeEtablissement"),
        date_dernier_traitement=jour(brut, "dateDernierTraitementEtablissement"),
    )
