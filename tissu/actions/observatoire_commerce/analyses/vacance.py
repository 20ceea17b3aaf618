"""La vacance et ce qui l'entoure : fonctions Ibis pures, qu'aucun moteur n'exécute ici.

Table d'entrée : les locaux d'un jour, tels que `tissu.locaux.queries.situation` les donne. Grain dit par chaque
fonction ; une valeur de groupe absente de la source est `NON_RENSEIGNE`, pour que les parties fassent le tout.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from tissu.actions.observatoire_commerce.rules.vacance import Definition
from tissu.locaux.choices import VACANTS, EtatLocal, Independance

NON_RENSEIGNE = "Non renseigné"
SANS_DATE = "Durée inconnue"
TENUS = (EtatLocal.OCCUPE.value, EtatLocal.EPHEMERE.value)
"""Un local où l'on trouve quelqu'un."""


def dans_le_champ(locaux: ir.Table, definition: Definition) -> ir.Table:
    """Les locaux que la définition compte, avec `vide` : ceux qu'elle tient pour vacants."""
    etat = locaux.etat.fill_null(EtatLocal.INCONNU.value)
    compte = ~etat.isin(definition.hors_champ)
    if definition.familles_exclues:
        exclue = locaux.famille.isin(definition.familles_exclues).fill_null(False)
        compte = compte & (etat.isin(sorted(VACANTS)) | ~exclue)
    vide = etat.isin(definition.vacants)
    if definition.structurelle:
        vide = vide & locaux.structurel.fill_null(False)
    return locaux.filter(compte).mutate(vide=vide)


def vacance(locaux: ir.Table, definition: Definition, *par: str) -> ir.Table:
    """Grain : une valeur de `par` (tout, sans elles). Locaux et vacants, en nombre, en surface et en vitrine.

    Surfaces en m², vitrines en mètres ; `…_mesures` : le nombre de locaux où la grandeur est connue.
    """
    table = dans_le_champ(locaux, definition)
    surface = table.surface_vente_m2.fill_null(table.surface_m2)
    mesures = {
        "cellules": table.count(),
        "vacantes": table.vide.sum().fill_null(0),
        "structurelles": (table.vide & table.structurel.fill_null(False)).sum().fill_null(0),
        "inconnus": (table.etat.fill_null(EtatLocal.INCONNU.value) == EtatLocal.INCONNU.value).sum().fill_null(0),
        "surface_m2": surface.sum().fill_null(0.0),
        "surface_mesures": surface.count(),
        "surface_vacante_m2": surface.sum(where=table.vide).fill_null(0.0),
        "surface_vacante_mesures": surface.count(where=table.vide),
        "vitrine_m": table.vitrine_m.sum().fill_null(0.0),
        "vitrine_mesures": table.vitrine_m.count(),
        "vitrine_vacante_m": table.vitrine_m.sum(where=table.vide).fill_null(0.0),
        "vitrine_vacante_mesures": table.vitrine_m.count(where=table.vide),
    }
    if not par:
        return table.aggregate(**mesures)
    groupes = {cle: groupe(table, cle) for cle in par}
    return table.group_by(**groupes).aggregate(**mesures).order_by(*par)


def groupe(table: ir.Table, cle: str) -> ir.Value:
    """La valeur de regroupement ; une absence se nomme, pour que les parties fassent le tout."""
    colonne = table[cle]
    return colonne.nullif("").fill_null(NON_RENSEIGNE) if colonne.type().is_string() else colonne


def durees(locaux: ir.Table, definition: Definition, *, au: date, bornes_mois: Sequence[int]) -> ir.Table:
    """Grain : tranche de durée de la vacance (rang dans `bornes_mois`, ou `SANS_DATE`). Colonne `vacantes`."""
    vides = dans_le_champ(locaux, definition)
    vides = vides.filter(vides.vide)
    jour = ibis.date(au)
    mois = (jour.year() - vides.vacant_depuis.year()) * 12 + jour.month() - vides.vacant_depuis.month()
    mois = mois - (vides.vacant_depuis.day() > jour.day()).cast("int32")
    rang = ibis.literal(0)
    for borne in bornes_mois:
        rang = rang + (mois >= borne).cast("int64")
    tranche = ibis.ifelse(vides.vacant_depuis.isnull(), SANS_DATE, rang.cast("string"))
    return vides.group_by(tranche=tranche).aggregate(vacantes=vides.count()).order_by("tranche")


def rotation(avant: ir.Table, apres: ir.Table, *par: str) -> ir.Table:
    """Grain : une valeur de `par`. Les locaux présents aux deux dates, ceux qui ont changé d'occupant, d'activité.

    `avant` et `apres` : la situation à un an d'écart. Une enseigne ou une activité inconnue à l'une des dates ne
    prouve aucun changement ; un local occupé qui devient vide, ou l'inverse, n'est pas une rotation.
    """
    debut = avant.select(
        "id",
        enseigne_avant=avant.enseigne,
        siret_avant=avant.siret,
        activite_avant=avant.activite,
        etat_avant=avant.etat,
    )
    joint = apres.inner_join(debut, "id")
    occupes = joint.etat.isin(TENUS).fill_null(False) & joint.etat_avant.isin(TENUS).fill_null(False)
    joint = joint.mutate(
        suivi=occupes,
        occupant=occupes & _autre_occupant(joint),
        autre_activite=occupes & _differe(joint.activite, joint.activite_avant),
    )
    mesures = {
        "cellules": joint.count(),
        "suivies": joint.suivi.sum().fill_null(0),
        "occupants": joint.occupant.sum().fill_null(0),
        "activites": joint.autre_activite.sum().fill_null(0),
    }
    groupes = {cle: groupe(joint, cle) for cle in par}
    return joint.group_by(**groupes).aggregate(**mesures).order_by(*par) if par else joint.aggregate(**mesures)


def _autre_occupant(joint: ir.Table) -> ir.BooleanValue:
    """Deux enseignes connues et différentes, sauf si le SIRET dit que c'est le même."""
    memes_siret = (joint.siret.nullif("") == joint.siret_avant.nullif("")).fill_null(False)
    return _differe(joint.enseigne.lower(), joint.enseigne_avant.lower()) & ~memes_siret


def _differe(une: ir.StringValue, autre: ir.StringValue) -> ir.BooleanValue:
    """Deux valeurs connues et différentes."""
    return (une.nullif("") != autre.nullif("")).fill_null(False)


def mouvements(avant: ir.Table, apres: ir.Table, *par: str) -> ir.Table:
    """Grain : une valeur de `par` (celle de la date la plus récente où le local existe). Ouvertures et fermetures.

    Ouvre : un local occupé qui ne l'était pas, ou l'était par un autre. Ferme : un local qui l'était et ne l'est plus,
    ou l'est par un autre. `occupes_avant + ouvertures - fermetures = occupes_apres`.
    """
    debut = avant.select(
        id_avant=avant.id,
        occupe_avant=avant.etat.isin(TENUS).fill_null(False),
        enseigne_avant=avant.enseigne,
        siret_avant=avant.siret,
        **{f"{cle}_avant": avant[cle] for cle in par},
    )
    joint = apres.outer_join(debut, apres.id == debut.id_avant)
    occupe = joint.etat.isin(TENUS).fill_null(False)
    occupe_avant = joint.occupe_avant.fill_null(False)
    autre = _autre_occupant(joint)
    joint = joint.mutate(
        occupe=occupe, tenu=occupe_avant, entre=occupe & (~occupe_avant | autre), sort=occupe_avant & (~occupe | autre)
    )
    mesures = {
        "occupes_avant": joint.tenu.sum().fill_null(0),
        "ouvertures": joint.entre.sum().fill_null(0),
        "fermetures": joint.sort.sum().fill_null(0),
        "occupes_apres": joint.occupe.sum().fill_null(0),
    }
    groupes = {cle: ibis.coalesce(joint[cle], joint[f"{cle}_avant"]).nullif("").fill_null(NON_RENSEIGNE) for cle in par}
    return joint.group_by(**groupes).aggregate(**mesures).order_by(*par) if par else joint.aggregate(**mesures)


def independants(locaux: ir.Table, *par: str) -> ir.Table:
    """Grain : une valeur de `par`. Parmi les locaux occupés, indépendants et enseignes ; `inconnus` hors du taux."""
    occupes = locaux.filter(locaux.etat == EtatLocal.OCCUPE.value)
    statut = occupes.independance.fill_null(Independance.INCONNUE.value)
    mesures = {
        "occupes": occupes.count(),
        "independants": (statut == Independance.INDEPENDANT.value).sum().fill_null(0),
        "enseignes": (statut == Independance.ENSEIGNE.value).sum().fill_null(0),
    }
    table = occupes.group_by(**{cle: groupe(occupes, cle) for cle in par}) if par else occupes
    total = table.aggregate(**mesures)
    return total.order_by(*par) if par else total


def repartition(locaux: ir.Table, cle: str = "famille", *par: str) -> ir.Table:
    """Grain : une valeur de `cle` (et de `par`) parmi les locaux occupés d'activité connue. Colonne `occupes`."""
    occupes = locaux.filter(locaux.etat == EtatLocal.OCCUPE.value, locaux[cle].nullif("").notnull())
    groupes = {nom: groupe(occupes, nom) for nom in (*par, cle)}
    return occupes.group_by(**groupes).aggregate(occupes=occupes.count()).order_by(*par, cle)


def completude(locaux: ir.Table, champs: Sequence[str]) -> ir.Table:
    """Grain : tout. Une colonne par champ (le nombre de locaux où il est rempli), et `cellules`."""
    remplis = {}
    for champ in champs:
        colonne = locaux[champ]
        remplis[champ] = (colonne.nullif("") if colonne.type().is_string() else colonne).count()
    return locaux.aggregate(cellules=locaux.count(), **remplis)
