"""La diffusion partielle dans les croisements : les mêmes constantes que `rules.masquer`, en expressions."""

import ibis
import ibis.expr.types as ir

from tissu.registre import rules
from tissu.registre.rules import CHAMPS_MASQUES, CasDiffusion

CAS = "cas_diffusion"


def statut(valeur: ir.StringValue) -> ir.StringValue:
    """« O » ou « P » ; tout statut autre que « O » protège, un statut absent reste inconnu."""
    return ibis.cases((valeur == "O", "O"), (valeur.notnull(), "P"), else_=ibis.null("string"))


def nom_protege(categorie: ir.StringValue) -> ir.BooleanValue:
    """Personne physique, entité sans personnalité morale, ou catégorie inconnue (voir `rules.nom_protege`)."""
    return (
        categorie.isnull()
        | categorie.startswith(rules.PREFIXE_PERSONNE_PHYSIQUE)
        | categorie.startswith(rules.PREFIXE_SANS_PERSONNALITE)
        | categorie.isin(rules.CATEGORIES_SANS_PERSONNALITE)
    )


def avec_cas(table: ir.Table) -> ir.Table:
    """Ajoute la colonne `cas_diffusion`, même décision que `rules.cas_diffusion`.

    Une table d'unités légales n'a pas de `diffusion_unite` : c'est alors `diffusion` qui en tient lieu.
    """
    diffusion = statut(table.diffusion)
    unite = statut(table.diffusion_unite) if "diffusion_unite" in table.columns else diffusion
    protege = nom_protege(table.categorie_juridique)
    cas = ibis.cases(
        ((unite == "P") & protege, CasDiffusion.PERSONNE_PHYSIQUE.value),
        (unite == "P", CasDiffusion.PERSONNE_MORALE.value),
        (diffusion.fill_null("O") == "O", CasDiffusion.DIFFUSIBLE.value),
        (protege & unite.isnull(), CasDiffusion.PERSONNE_PHYSIQUE.value),
        (protege, CasDiffusion.ETABLISSEMENT_SEUL_PHYSIQUE.value),
        else_=CasDiffusion.ETABLISSEMENT_SEUL.value,
    )
    return table.mutate(**{CAS: cas})


def masquer(table: ir.Table) -> ir.Table:
    """Vide les champs protégés selon la colonne `cas_diffusion`, qu'elle retire."""
    vides = {}
    for champ in table.columns:
        cas_masquants = sorted(cas.value for cas, champs in CHAMPS_MASQUES.items() if champ in champs)
        if cas_masquants:
            vide = ibis.null(table[champ].type())
            vides[champ] = table[CAS].isin(cas_masquants).ifelse(vide, table[champ])
    return table.mutate(**vides).drop(CAS)
