"""Périodes et vies : de l'historique aux suites d'états, à la date de fermeture et à la réouverture.

Un état vide ne dit rien : il prolonge le dernier état connu. Une date inconnue (1900-01-01) est la plus ancienne.
"""

import ibis
import ibis.expr.types as ir

from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.dates import decaler
from tissu.registre.croisements.diffusion import avec_cas, masquer
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme
from tissu.registre.rules import FERME, OUVERT


def periodes_connues(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET et rang de période. Toutes les périodes, sans trou ni chevauchement, dans et hors du
    territoire ; la période courante du stock complète un historique absent ou plus ancien."""
    historique = entrees.historique(tables)
    toutes = historique.union(_courantes_sans_historique(entrees.etablissements(tables), historique))
    uniques = _sans_doublon(toutes).rename(marque="changement_etat")
    dans_l_ordre = ibis.window(group_by="siret", order_by=uniques.date_debut.asc(nulls_first=True))
    rangees = uniques.mutate(
        rang=ibis.row_number().over(dans_l_ordre),
        date_fin=decaler(uniques.date_debut.lead().over(dans_l_ordre), days=-1),
    )
    return _avec_etats(rangees).mutate(changement_etat=_changement)


def _avec_etats(rangees: ir.Table) -> ir.Table:
    """Ajoute `etat_connu`, qu'un état vide prolonge, et `etat_precedent`, celui de la période d'avant."""
    par_rang = ibis.window(group_by="siret", order_by="rang")
    comptees = rangees.mutate(
        connus=rangees.etat.count().over(ibis.cumulative_window(group_by="siret", order_by="rang"))
    )
    connues = comptees.mutate(etat_connu=comptees.etat.max().over(ibis.window(group_by=["siret", "connus"])))
    return connues.mutate(etat_precedent=connues.etat_connu.lag().over(par_rang)).drop("connus")


def _changement(periode: ir.Table) -> ir.BooleanValue:
    calcule = periode.etat.notnull() & periode.etat_precedent.notnull() & (periode.etat != periode.etat_precedent)
    return ibis.coalesce(periode.marque, calcule, ibis.literal(False))


def _courantes_sans_historique(stock: ir.Table, historique: ir.Table) -> ir.Table:
    courantes = stock.select(
        **{colonne: stock[colonne] for colonne in historique.columns if colonne != "changement_etat"},
    ).mutate(changement_etat=ibis.null("boolean"))
    dernieres = historique.group_by("siret").agg(derniere=historique.date_debut.max(), nombre=historique.count())
    jointes = courantes.left_join(dernieres, "siret")
    plus_recente = jointes.date_debut.notnull() & (jointes.derniere.isnull() | (jointes.date_debut > jointes.derniere))
    return jointes.filter(jointes.nombre.isnull() | plus_recente).select(*historique.columns)


def _sans_doublon(periodes: ir.Table) -> ir.Table:
    """Deux périodes d'un même établissement au même jour sont une anomalie : la mieux renseignée reste."""
    au_choix = ibis.window(
        group_by=["siret", "date_debut"],
        order_by=[
            periodes.etat.isnull(),
            periodes.changement_etat.isnull(),
            periodes.etat.desc(),
            periodes.naf.asc(nulls_first=False),
        ],
    )
    return periodes.mutate(choix=ibis.row_number().over(au_choix)).filter(ibis._.choix == 0).drop("choix")


def sequences(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET et suite de périodes de même état connu. `date_changement` est le jour du passage à cet état
    (NULL si rien ne le montre), `etat_avant` et `date_avant` décrivent la suite précédente."""
    periodes = tables["periodes_connues"]
    ordre = ibis.window(group_by="siret", order_by="rang")
    rupture = (periodes.rang == 0) | ~periodes.etat_connu.identical_to(periodes.etat_connu.lag().over(ordre))
    numerotees = periodes.mutate(rupture=rupture.cast("int64"))
    numerotees = numerotees.mutate(
        numero=numerotees.rupture.sum().over(ibis.cumulative_window(group_by="siret", order_by="rang"))
    )
    suites = numerotees.group_by("siret", "siren", "numero").agg(
        etat=numerotees.etat_connu.max(),
        date_debut=numerotees.date_debut.first(order_by="rang", include_null=True),
        etat_avant=numerotees.etat_precedent.first(order_by="rang", include_null=True),
        marquee=numerotees.date_debut.min(where=numerotees.marque & (numerotees.etat == FERME)),
        ape=_ape(numerotees).first(order_by="rang", include_null=True),
        naf=numerotees.naf.last(order_by="rang"),
    )
    changee = ibis.cases(
        (suites.etat == FERME, ibis.coalesce(suites.marquee, _si_precedee(suites))), else_=_si_precedee(suites)
    )
    datees = suites.mutate(date_changement=changee).drop("marquee")
    par_siret = ibis.window(group_by="siret", order_by="numero")
    avant = ibis.coalesce(datees.date_changement, datees.date_debut).lag().over(par_siret)
    return datees.mutate(date_avant=avant)


def _ape(periodes: ir.Table) -> ir.StringValue:
    """Le code APE avec sa nomenclature : deux codes de nomenclatures différentes ne sont jamais égaux."""
    return periodes.naf_nomenclature.fill_null("") + ":" + periodes.naf


def _si_precedee(suites: ir.Table) -> ir.DateValue:
    return suites.etat_avant.notnull().ifelse(suites.date_debut, ibis.null("date"))


def vies(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET. L'état connu, la première date, la fermeture et la dernière réouverture."""
    suites, periodes = tables["sequences"], tables["periodes_connues"]
    dernier = suites.group_by("siret").agg(dernier=suites.numero.max())
    fins = suites.join(dernier, [suites.siret == dernier.siret, suites.numero == dernier.dernier]).select(
        suites.siret,
        suites.etat,
        suites.naf,
        date_fermeture=(suites.etat == FERME).ifelse(suites.date_changement, ibis.null("date")),
    )
    rouverte = (suites.etat == OUVERT) & (suites.etat_avant == FERME)
    reouvertures = suites.group_by("siret").agg(date_reactivation=suites.date_debut.max(where=rouverte))
    premieres = periodes.group_by("siret", "siren").agg(
        date_premiere=periodes.date_debut.min(),
        date_inconnue=periodes.date_debut.isnull().any(),
        nombre_periodes=periodes.count(),
    )
    return premieres.left_join(fins, "siret").drop("siret_right").left_join(reouvertures, "siret").drop("siret_right")


def periodes(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET et début. Les périodes des établissements du territoire, noms masqués comme ailleurs."""
    etablissements = tables["etablissements"].select("siret", "diffusion", "diffusion_unite", "categorie_juridique")
    jointes = tables["periodes_connues"].join(etablissements, "siret")
    masquees = masquer(avec_cas(jointes))
    return conforme(masquees, "periodes")


def etablissements_hors(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET hors du territoire, connu par l'historique (même unité légale ou succession)."""
    hors = tables["vies"].anti_join(tables["etablissements"], "siret")
    return conforme(hors, "etablissements_hors")
