"""StockEtablissementHistorique : une ligne par période d'un établissement (Insee, base Sirene)."""

import ibis.expr.types as ir

from tissu.registre.sources.champs import assembler, booleen, jour, texte


def historique(brut: ir.Table) -> ir.Table:
    """Grain : SIRET et début de période. Les dates sont des dates d'effet, non de traitement."""
    siret = texte(brut, "siret")
    return brut.select(
        siret=siret,
        siren=siret.left(9),
        date_debut=jour(brut, "dateDebut"),
        etat=texte(brut, "etatAdministratifEtablissement"),
        changement_etat=booleen(brut, "changementEtatAdministratifEtablissement"),
        enseigne=assembler([texte(brut, f"enseigne{rang}Etablissement") for rang in (1, 2, 3)]),
        denomination_usuelle=texte(brut, "denominationUsuelleEtablissement"),
        naf=texte(brut, "activitePrincipaleEtablissement"),
        naf_nomenclature=texte(brut, "nomenclatureActivitePrincipaleEtablissement"),
        employeur=texte(brut, "caractereEmployeurEtablissement"),
    )
