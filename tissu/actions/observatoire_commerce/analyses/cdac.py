"""Les chiffres autour d'un projet : fonctions Ibis pures, qu'aucun moteur n'exécute ici.

Table d'entrée : les locaux de la zone, tels que `tissu.locaux.queries.situation` les donne, avec `distance_m` et
`anneau` (le rang de l'anneau où tombe le local, de zéro au centre vers le dehors). `vide` vient de la définition de la
vacance que l'on applique (`analyses.vacance.dans_le_champ`).
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from tissu.locaux.choices import EtatLocal, NatureLocal

SANS_SURFACE = "inconnue"


def cellules(locaux: ir.Table) -> ir.Table:
    """Les seules cellules commerciales : ni bureau, ni entrepôt."""
    return locaux.filter(locaux.nature == NatureLocal.CELLULE.value)


def avec_surface(locaux: ir.Table) -> ir.Table:
    """Ajoute `surface` : la surface de vente, à défaut celle du local ; vide si l'on ne connaît ni l'une ni l'autre."""
    return locaux.mutate(surface=locaux.surface_vente_m2.fill_null(locaux.surface_m2))


def avec_tranche(locaux: ir.Table, bornes: Sequence[float]) -> ir.Table:
    """Ajoute `tranche` : le rang de la tranche de surface (« 0 » au-dessous de la première borne), ou `inconnue`."""
    rang = ibis.literal(0)
    for borne in bornes:
        rang = rang + (locaux.surface >= borne).cast("int64")
    return locaux.mutate(tranche=ibis.ifelse(locaux.surface.isnull(), SANS_SURFACE, rang.cast("string")))


def occupes(locaux: ir.Table) -> ir.Table:
    return locaux.filter(locaux.etat == EtatLocal.OCCUPE.value)


def vacants(locaux: ir.Table) -> ir.Table:
    return locaux.filter(locaux.vide)


def comptes(locaux: ir.Table, *par: str) -> ir.Table:
    """Grain : une valeur de `par` (tout, sans elles). Locaux, occupés, vacants, et leurs surfaces connues."""
    mesures = {
        "locaux": locaux.count(),
        "occupes": (locaux.etat == EtatLocal.OCCUPE.value).sum().fill_null(0),
        "vacants": locaux.vide.sum().fill_null(0),
        "structurels": (locaux.vide & locaux.structurel.fill_null(False)).sum().fill_null(0),
        "surface": locaux.surface.sum().fill_null(0.0),
        "mesures": locaux.surface.count(),
        "surface_vacante": locaux.surface.sum(where=locaux.vide).fill_null(0.0),
        "vacants_mesures": locaux.surface.count(where=locaux.vide),
    }
    return locaux.group_by(*par).aggregate(**mesures).order_by(*par) if par else locaux.aggregate(**mesures)


def vacance_par_rue(locaux: ir.Table) -> ir.Table:
    """Grain : rue où un local au moins est vacant, de la plus touchée à la moins touchée."""
    par_rue = comptes(locaux.filter(locaux.voie_id.notnull()), "voie_id", "voie", "commune")
    return par_rue.filter(par_rue.vacants > 0).order_by(ibis.desc("vacants"), "voie", "voie_id")


def offre(locaux: ir.Table, *, famille: str, activite: str = "") -> ir.Table:
    """Les locaux occupés de la même famille, ou de la seule même activité."""
    retenus = occupes(locaux)
    retenus = retenus.filter(retenus.famille == famille)
    return retenus.filter(retenus.activite == activite) if activite else retenus


def offre_par_anneau(locaux: ir.Table) -> ir.Table:
    """Grain : anneau et tranche de surface. Locaux et surface connue."""
    return (
        locaux.group_by("anneau", "tranche")
        .aggregate(locaux=locaux.count(), surface=locaux.surface.sum().fill_null(0.0), mesures=locaux.surface.count())
        .order_by("anneau", "tranche")
    )


def surfaces_par_commune(locaux: ir.Table, famille: str) -> ir.Table:
    """Grain : commune. Surface connue des locaux occupés, et celle de la famille du projet."""
    tenus = occupes(locaux)
    de_la_famille = (tenus.famille == famille).fill_null(False)
    return (
        tenus.group_by("code_commune")
        .aggregate(
            locaux=tenus.count(),
            mesures=tenus.surface.count(),
            surface=tenus.surface.sum().fill_null(0.0),
            locaux_famille=de_la_famille.sum().fill_null(0),
            mesures_famille=tenus.surface.count(where=de_la_famille),
            surface_famille=tenus.surface.sum(where=de_la_famille).fill_null(0.0),
        )
        .order_by("code_commune")
    )
