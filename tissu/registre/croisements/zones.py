"""Appartenance aux zones : calculée hors d'ici (géométrie) ; la table existe toujours, vide sans zone."""

import ibis.expr.types as ir

from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import SCHEMAS, vide


def etablissements_zones(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET et zone. Vide : le zonage de l'import la remplace."""
    return vide(tables["sirene_etablissements"], SCHEMAS["etablissements_zones"])
