"""Les unités légales, telles qu'on les connaît puis telles qu'on les montre."""

import ibis.expr.types as ir

from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.diffusion import avec_cas, masquer, statut
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme


def unites_legales(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIREN ayant un établissement dans le territoire. Déjà masquée."""
    unites = entrees.unites_legales(tables)
    stock = entrees.etablissements(tables)
    presentes = stock.filter(stock.code_commune.isin(list(contexte.communes))).select("siren").distinct()
    retenues = unites.semi_join(presentes, "siren").mutate(diffusion=statut(unites.diffusion))
    masquees = masquer(avec_cas(retenues))
    return conforme(masquees, "unites_legales")
