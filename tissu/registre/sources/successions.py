"""StockEtablissementLiensSuccession : une ligne par lien entre deux établissements (Insee, base Sirene)."""

import ibis.expr.types as ir

from tissu.registre.sources.champs import booleen, jour, texte


def successions(brut: ir.Table) -> ir.Table:
    """Grain : prédécesseur, successeur et date. La continuité économique de l'Insee tient à deux critères sur
    trois : même SIREN, même APE, même lieu."""
    return brut.select(
        siret_predecesseur=texte(brut, "siretEtablissementPredecesseur"),
        siret_successeur=texte(brut, "siretEtablissementSuccesseur"),
        date_lien=jour(brut, "dateLienSuccession"),
        transfert_siege=booleen(brut, "transfertSiege"),
        continuite_economique=booleen(brut, "continuiteEconomique"),
        date_traitement=jour(brut, "dateDernierTraitementLienSuccession"),
    ).distinct()
