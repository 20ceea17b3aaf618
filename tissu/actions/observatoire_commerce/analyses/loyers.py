"""Les loyers des locaux : fonctions Ibis pures. Loyers en euros hors taxes par m² et par an."""

import ibis.expr.types as ir

from tissu.actions.observatoire_commerce.analyses.vacance import groupe


def loyers(locaux: ir.Table, *par: str) -> ir.Table:
    """Grain : une valeur de `par` (tout, sans elles). Les loyers connus : combien, médiane, somme, le plus grand.

    Un loyer nul ne dit pas un prix : il ne compte pas.
    """
    connus = locaux.filter(locaux.loyer_eur_m2_an > 0)
    loyer = connus.loyer_eur_m2_an
    mesures = {"unites": loyer.count(), "mediane": loyer.median(), "somme": loyer.sum(), "plus_grand": loyer.max()}
    if not par:
        return connus.aggregate(**mesures)
    return connus.group_by(**{cle: groupe(connus, cle) for cle in par}).aggregate(**mesures).order_by(*par)
