"""Les tables d'entrée, typées par `sources` ; une table absente est lue comme vide."""

from collections.abc import Mapping

import ibis.expr.types as ir

from tissu.registre.croisements.schemas import vide
from tissu.registre.sources import etablissements as _etablissements
from tissu.registre.sources import geolocalisation as _geolocalisation
from tissu.registre.sources import historique as _historique
from tissu.registre.sources import successions as _successions
from tissu.registre.sources import unites_legales as _unites_legales

Tables = Mapping[str, ir.Table]


def brute(tables: Tables, nom: str) -> ir.Table:
    """La table d'entrée de ce nom, ou une table vide (une colonne témoin) si l'import ne l'a pas."""
    return tables[nom] if nom in tables else vide(tables["sirene_etablissements"], {"siret": "string"})


def etablissements(tables: Tables) -> ir.Table:
    """Les établissements du stock, dans et hors du territoire."""
    return _etablissements.etablissements(tables["sirene_etablissements"])


def historique(tables: Tables) -> ir.Table:
    """Les périodes connues du fichier historique."""
    return _historique.historique(brute(tables, "sirene_historique"))


def unites_legales(tables: Tables) -> ir.Table:
    """Les unités légales du stock."""
    return _unites_legales.unites_legales(brute(tables, "sirene_unites_legales"))


def successions(tables: Tables) -> ir.Table:
    """Les liens de succession."""
    return _successions.successions(brute(tables, "sirene_successions"))


def geolocalisation(tables: Tables) -> ir.Table:
    """Les positions de l'Insee."""
    return _geolocalisation.geolocalisation(brute(tables, "sirene_geolocalisation"))
