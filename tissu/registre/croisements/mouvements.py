"""Ouvertures et fermetures : les deux mouvements d'un établissement, avant de leur chercher une cause."""

import ibis
import ibis.expr.types as ir

from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.entrees import Tables
from tissu.registre.rules import FERME, OUVERT

COLONNES = ("siret", "siren", "date", "ape", "reouverture", "premiere_de_l_unite", "depuis")


def ouvertures(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET et jour d'ouverture, dans et hors du territoire. `depuis` est la fermeture qui précède une
    réouverture ; `premiere_de_l_unite` dit si c'est le plus ancien établissement connu de son SIREN."""
    return _premieres(tables).union(_reouvertures(tables))


def _premieres(tables: Tables) -> ir.Table:
    stock = entrees.etablissements(tables).select("siret", "date_creation", "siege")
    unites = entrees.unites_legales(tables).select("siren", "nic_siege")
    suites = tables["sequences"]
    initiales = suites.filter(suites.numero == 1).select("siret", "ape")
    connues = (
        tables["vies"]
        .left_join(stock, "siret").drop("siret_right")
        .left_join(unites, "siren").drop("siren_right")
        .left_join(initiales, "siret").drop("siret_right")
    )  # fmt: skip
    inconnue = connues.date_inconnue & connues.date_creation.isnull()
    datees = connues.mutate(
        date=ibis.coalesce(connues.date_creation, inconnue.ifelse(ibis.null("date"), connues.date_premiere)),
        siege=ibis.coalesce(connues.siege, connues.siret == connues.siren + connues.nic_siege, False),
    )
    anciennete = ibis.window(
        group_by="siren",
        order_by=[datees.date.asc(nulls_first=True), datees.siege.desc(), datees.siret.asc()],
    )
    classees = datees.mutate(premiere_de_l_unite=ibis.row_number().over(anciennete) == 0)
    return classees.filter(classees.date.notnull()).select(
        "siret", "siren", "date", "ape", "premiere_de_l_unite",
        reouverture=ibis.literal(False), depuis=ibis.null("date"),
    ).select(*COLONNES)  # fmt: skip


def _reouvertures(tables: Tables) -> ir.Table:
    suites = tables["sequences"]
    rouvertes = suites.filter((suites.etat == OUVERT) & (suites.etat_avant == FERME) & suites.date_debut.notnull())
    return rouvertes.select(
        "siret", "siren", "ape",
        date=rouvertes.date_debut, depuis=rouvertes.date_avant,
        premiere_de_l_unite=ibis.literal(False), reouverture=ibis.literal(True),
    ).select(*COLONNES)  # fmt: skip


def fermetures(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET et jour de fermeture, dans et hors du territoire : un passage de A à F, une seule fois."""
    suites = tables["sequences"]
    fermees = suites.filter((suites.etat == FERME) & suites.date_changement.notnull())
    return fermees.select("siret", "siren", "ape", date=fermees.date_changement)
