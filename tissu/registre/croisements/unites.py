"""Les unités légales, telles qu'on les connaît puis telles qu'on les montre."""

import ibis
import ibis.expr.types as ir

from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.diffusion import avec_cas, masquer, statut
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme


def unites_legales(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIREN ayant un établissement dans le territoire. Déjà masquée.

    Un statut de diffusion absent est celui de ses établissements : qu'un seul soit protégé, l'unité l'est.
    """
    unites = entrees.unites_legales(tables)
    stock = entrees.etablissements(tables)
    situes = stock.filter(stock.code_commune.isin(list(contexte.communes)))
    presentes = situes.group_by("siren").agg(diffusion_ici=statut(situes.diffusion).max())
    retenues = unites.join(presentes, "siren")
    retenues = retenues.mutate(diffusion=ibis.coalesce(statut(retenues.diffusion), retenues.diffusion_ici))
    masquees = masquer(avec_cas(retenues))
    return conforme(masquees, "unites_legales")
