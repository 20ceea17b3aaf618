"""Les figures de la fiche 7 : fonctions Ibis pures, de tables en tables, qu'aucun moteur n'exécute ici.

Tables d'entrée : celles de l'instantané du registre (`evenements`, `etablissements`, `unites_legales`,
`etablissements_zones`, `annonces`). Grain dit par chaque fonction. Les comptes distinguent toujours
établissements (SIRET distincts) et unités légales (SIREN distincts).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from tissu.actions.fichier_entreprises.rules import (
    AUTRES_ENTREES,
    TYPES_ENTREES,
    TYPES_ENTREES_UNITES,
    TYPES_PUBLIES,
    TYPES_SORTIES,
    TYPES_SORTIES_UNITES,
    Perimetre,
)
from tissu.registre.choices import TypeEvenement

HORS_ZONE = "hors_zone"
INCONNU = "inconnu"


def entre(evenements: ir.Table, debut: date, fin: date) -> ir.Table:
    """Les événements dont la date d'effet tombe de `debut` à `fin` compris."""
    return evenements.filter(evenements.date_effet >= ibis.date(debut), evenements.date_effet <= ibis.date(fin))


def connus_au(evenements: ir.Table, jour: date | None) -> ir.Table:
    """Les événements que Sirene connaissait ce jour-là ; une date de connaissance absente vaut connue de longtemps."""
    if jour is None:
        return evenements
    return evenements.filter(evenements.connu_le.isnull() | (evenements.connu_le <= ibis.date(jour)))


def dans_le_perimetre(evenements: ir.Table, perimetre: Perimetre) -> ir.Table:
    """Applique le champ d'activité. Une section inconnue n'est d'aucun secteur."""
    table = evenements
    if perimetre.sections is not None:
        table = table.filter(table.section.isin(perimetre.sections).fill_null(False))
    if perimetre.categories_exclues:
        table = table.filter(~table.categorie_juridique.isin(perimetre.categories_exclues).fill_null(False))
    if perimetre.naf_exclus:
        table = table.filter(~table.naf.isin(perimetre.naf_exclus).fill_null(False))
    if perimetre.naf_exclus_personnes_physiques:
        loueur = table.naf.isin(perimetre.naf_exclus_personnes_physiques) & table.personne_physique
        table = table.filter(~loueur.fill_null(False))
    return table


def publies(evenements: ir.Table) -> ir.Table:
    """Les onze types du rapport, sans le type technique."""
    return evenements.filter(evenements.type.isin(TYPES_PUBLIES))


def du_mois(evenements: ir.Table, debut: date, fin: date, perimetre: Perimetre, connu: date | None = None) -> ir.Table:
    """Les événements d'un mois dans un périmètre, tels qu'ils étaient connus un jour donné."""
    return dans_le_perimetre(connus_au(entre(evenements, debut, fin), connu), perimetre)


def comptes_par_type(evenements: ir.Table) -> ir.Table:
    """Grain : type. Colonnes : type, etablissements, unites_legales (le type technique compris)."""
    return (
        evenements.group_by("type")
        .aggregate(etablissements=evenements.siret.nunique(), unites_legales=evenements.siren.nunique())
        .order_by("type")
    )


def comptes_par_mois(evenements: ir.Table) -> ir.Table:
    """Grain : mois (« AAAA-MM ») et type. Mêmes colonnes que `comptes_par_type`, plus `mois`."""
    table = evenements.mutate(mois=evenements.date_effet.strftime("%Y-%m"))
    return (
        table.group_by("mois", "type")
        .aggregate(etablissements=table.siret.nunique(), unites_legales=table.siren.nunique())
        .order_by("mois", "type")
    )


def _nombre(table: ir.Table, colonne: str, types: Sequence[str]) -> ir.IntegerValue:
    """Somme, type par type, des identifiants distincts : la même addition que celle des totaux."""
    comptes = [table[colonne].nunique(where=table.type == type_) for type_ in types]
    somme: Any = comptes[0]
    for compte in comptes[1:]:
        somme = somme + compte
    return somme


def mesures(table: ir.Table) -> dict[str, ir.IntegerValue]:
    """Les colonnes d'une ventilation, en établissements puis en unités légales (suffixe `_ul`)."""
    return {
        "creations": _nombre(table, "siret", [TypeEvenement.CREATION_PURE.value]),
        "autres_entrees": _nombre(table, "siret", AUTRES_ENTREES),
        "sorties": _nombre(table, "siret", TYPES_SORTIES),
        "solde": _nombre(table, "siret", TYPES_ENTREES) - _nombre(table, "siret", TYPES_SORTIES),
        "transferts_internes": _nombre(table, "siret", [TypeEvenement.TRANSFERT_INTERNE.value]),
        "entrees_ul": _nombre(table, "siren", TYPES_ENTREES_UNITES),
        "cessations_ul": _nombre(table, "siren", TYPES_SORTIES_UNITES),
        "solde_ul": _nombre(table, "siren", TYPES_ENTREES_UNITES) - _nombre(table, "siren", TYPES_SORTIES_UNITES),
    }


def ventilation(evenements: ir.Table, cle: str) -> ir.Table:
    """Grain : une valeur de `cle` (`inconnu` si absente). Colonnes : `cle`, puis celles de `mesures`."""
    table = publies(evenements).mutate(cle=evenements[cle].cast("string").fill_null(INCONNU))
    return table.group_by("cle").aggregate(**mesures(table)).order_by("cle")


def avec_zones(evenements: ir.Table, zones: ir.Table) -> ir.Table:
    """Grain : événement et zone. Un établissement de deux zones y est deux fois, un sans zone est `hors_zone`."""
    liens = zones.select(siret_zone=zones.siret, zone_id=zones.zone_id)
    joint = evenements.left_join(liens, evenements.siret == liens.siret_zone)
    return joint.select(*evenements.columns, zone=joint.zone_id.fill_null(HORS_ZONE))


def avec_activites(evenements: ir.Table, etablissements: ir.Table) -> ir.Table:
    """Grain : événement. Ajoute les agrégats d'activité `a17` et `a38` de l'établissement."""
    niveaux = etablissements.select(siret_a=etablissements.siret, a17=etablissements.a17, a38=etablissements.a38)
    joint = evenements.left_join(niveaux, evenements.siret == niveaux.siret_a)
    return joint.select(*evenements.columns, a17=joint.a17, a38=joint.a38)


COLONNES_FIRME = (
    "nom", "adresse", "commune", "code_postal", "etat", "date_fermeture", "tranche_effectif", "annee_effectif",
    "effectif_cci", "effectif_cci_date", "a17", "a38", "lon", "lat",
)  # fmt: skip


def lignes(evenements: ir.Table, etablissements: ir.Table, unites: ir.Table) -> ir.Table:
    """Grain : événement, avec de quoi nommer l'établissement (noms déjà masqués) et l'état de son unité légale."""
    firmes = etablissements.select(
        siret_e=etablissements.siret, **{f"e_{c}": etablissements[c] for c in COLONNES_FIRME}
    )
    meres = unites.select(siren_u=unites.siren, etat_unite=unites.etat, date_cessation=unites.date_cessation)
    joint = evenements.left_join(firmes, evenements.siret == firmes.siret_e)
    joint = joint.left_join(meres, joint.siren == meres.siren_u)
    return joint.select(
        *[joint[c] for c in ("siret", "siren", "type", "date_effet", "connu_le", "siret_lie", "motif", "code_commune")],
        *[joint[c] for c in ("section", "division", "naf", "naf_nomenclature", "categorie_juridique")],
        *[joint[c] for c in ("diffusion", "personne_physique", "etat_unite", "date_cessation")],
        **{c: joint[f"e_{c}"] for c in COLONNES_FIRME},
    ).order_by("date_effet", "type", "siret")


def filtrer(
    evenements: ir.Table,
    *,
    types: Sequence[str] = (),
    commune: str = "",
    section: str = "",
    a17: str = "",
    tranche: str = "",
    sirets: Sequence[str] = (),
) -> ir.Table:
    """Les lignes derrière un chiffre. `a17` demande la colonne de `avec_activites`."""
    table = evenements
    if types:
        table = table.filter(table.type.isin(types))
    for colonne, valeur in (
        ("code_commune", commune), ("section", section), ("a17", a17), ("tranche_effectif", tranche),
    ):  # fmt: skip
        if valeur == INCONNU:
            table = table.filter(table[colonne].isnull())
        elif valeur:
            table = table.filter(table[colonne] == valeur)
    if sirets:
        table = table.filter(table.siret.isin(sirets))
    return table


def dans_la_zone(evenements: ir.Table, zones: ir.Table, zone: str) -> ir.Table:
    """Les événements d'une zone, ou hors de toute zone pour `hors_zone`."""
    if zone == HORS_ZONE:
        return evenements.anti_join(zones, evenements.siret == zones.siret)
    return evenements.semi_join(zones.filter(zones.zone_id == zone), "siret")


def avis_par_unite(annonces: ir.Table, jusqu_au: date) -> ir.Table:
    """Grain : SIREN. Dernière radiation et dernière procédure publiées, avis annulés écartés."""
    valides = annonces.filter(~annonces.annulee.fill_null(False), annonces.date_parution <= ibis.date(jusqu_au))
    return valides.group_by("siren").aggregate(
        radiation_le=valides.date_parution.max(where=valides.famille.lower().contains("radiation")),
        procedure_le=valides.date_parution.max(where=valides.famille.lower().contains("collective")),
    )


def desaccords(evenements: ir.Table, unites: ir.Table) -> ir.Table:
    """Grain : SIREN radié dans les événements reçus alors que Sirene dit l'unité active ; une ligne par unité."""
    radies = evenements.filter(evenements.type == TypeEvenement.RADIATION_RCS.value)
    par_unite = radies.group_by("siren").aggregate(radiee_le=radies.date_effet.max(), siret=radies.siret.min())
    actives = unites.filter(unites.etat == "A").select("siren")
    return par_unite.semi_join(actives, "siren").order_by("siren")


def candidats_plus_de(etablissements: ir.Table, *, seuil: int, tranches: Sequence[str]) -> ir.Table:
    """Grain : établissement actif. Effectif consulaire strictement au-dessus du seuil, sinon tranche retenue."""
    table = etablissements.filter(etablissements.etat == "A")
    par_cci = table.effectif_cci.notnull() & (table.effectif_cci > seuil)
    par_tranche = table.effectif_cci.isnull() & table.tranche_effectif.isin(tranches)
    return table.filter((par_cci | par_tranche).fill_null(False)).order_by("siret")


def peut_etre_grands(etablissements: ir.Table, *, tranches: Sequence[str]) -> ir.Table:
    """Grain : établissement actif dont l'effectif consulaire est connu ou la tranche retenue ; la règle décide."""
    table = etablissements.filter(etablissements.etat == "A")
    possible = table.effectif_cci.notnull() | table.tranche_effectif.isin(tranches)
    return table.filter(possible.fill_null(False)).order_by("siret")


def unites_peut_etre_grandes(etablissements: ir.Table, unites: ir.Table, *, tranches: Sequence[str]) -> ir.Table:
    """Grain : unité légale ayant un établissement actif dans le territoire, de tranche retenue ou d'effectif connu."""
    actifs = etablissements.filter(etablissements.etat == "A")
    locales = actifs.group_by("siren").aggregate(
        etablissements_actifs=actifs.siret.nunique(),
        avec_effectif=actifs.effectif_cci.count(),
        commune=actifs.commune.min(),
        siret_principal=actifs.siret.argmax(actifs.siege.fill_null(False).cast("int")),
    )
    meres = unites.select("siren", "nom", "naf", "naf_nomenclature", "tranche_effectif", "annee_effectif")
    joint = locales.inner_join(meres, "siren")
    possible = (joint.avec_effectif > 0) | joint.tranche_effectif.isin(tranches)
    return joint.filter(possible.fill_null(False)).order_by("siren")


def faits_recents(
    evenements: ir.Table, etablissements: ir.Table, *, types: Sequence[str], depuis: date, jusqu_au: date
) -> ir.Table:
    """Grain : événement récent d'un type attendu, sur un établissement ouvert : la matière des règles de piste."""
    recents = entre(evenements, depuis, jusqu_au)
    recents = recents.filter(recents.type.isin(types))
    firmes = etablissements.filter(etablissements.etat == "A").select(
        "siret", "nom", "commune", "effectif_cci", tranche_connue=etablissements.tranche_effectif
    )
    joint = recents.inner_join(firmes, "siret")
    return joint.select(
        "siret", "siren", "type", "date_effet", "naf", "naf_nomenclature", "section", "code_commune", "commune", "nom",
        "effectif_cci",
        tranche=joint.tranche_connue,
    ).order_by("date_effet", "siret", "type")  # fmt: skip


def naf_commence_par(naf: ir.StringValue, prefixes: Sequence[str]) -> ir.BooleanValue:
    """Le code commence-t-il par l'un des préfixes, écrits avec ou sans point ?"""
    nu = naf.replace(".", "")
    tests = [nu.startswith(prefixe.replace(".", "")) for prefixe in prefixes]
    resultat = tests[0]
    for test in tests[1:]:
        resultat = resultat | test
    return resultat.fill_null(False)


def fermetures_a_venir(etablissements: ir.Table, jour: date) -> ir.Table:
    """Grain : établissement dont la fermeture est datée après `jour`."""
    prevues = etablissements.filter((etablissements.date_fermeture > ibis.date(jour)).fill_null(False))
    return prevues.select("siret", "date_fermeture").order_by("date_fermeture", "siret")
