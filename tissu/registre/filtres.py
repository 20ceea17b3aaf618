"""Les filtres du registre : ce qu'une personne peut demander, et sa traduction en prédicats Ibis.

Un `Filtres` est une valeur : deux demandes égales donnent la même expression, que le moteur ne traduit qu'une fois.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from tissu.registre.nomenclatures import NAF_REV2, libelle_naf, table_agregations
from tissu.registre.recherche import normaliser
from tissu.registre.rules import OUVERT, TRANCHES

ETATS = {
    "ouvert": "Ouvert",
    "fermeture_prevue": "Fermeture prévue",
    "ferme": "Fermé",
    "reactive": "Rouvert après une fermeture",
}
NIVEAUX = {
    "section": "Section (21 postes)",
    "division": "Division (88 postes)",
    "a5": "Agrégat A5",
    "a10": "Agrégat A10",
    "a17": "Agrégat A17",
    "a38": "Agrégat A38",
    "a64": "Agrégat A64",
    "a129": "Agrégat A129",
    "a138": "Agrégat A138",
    "naf": "Sous-classe (732 codes)",
}
DIFFUSIONS = {"O": "Diffusible", "P": "Diffusion partielle"}
SIEGES = {"oui": "Siège de son unité légale", "non": "Établissement secondaire"}


@dataclass(frozen=True)
class Filtres:
    """Ce que la liste doit respecter. Une valeur vide ne filtre pas.

    `activites` sont des codes du niveau `niveau` ; `formes`, des débuts de catégorie juridique ; `sirets`, la liste
    de SIRET de la personne (None : pas de liste ; vide : une liste où rien n'est du territoire). Les effectifs
    sont en salariés : celui de la CCI s'il existe, sinon les bornes de la tranche Sirene. `cadre` : ouest, sud, est,
    nord en degrés ; ce qui n'a pas de position n'y est jamais.
    """

    communes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    niveau: str = "section"
    activites: tuple[str, ...] = ()
    mots_activite: str = ""
    sections: tuple[str, ...] = ()
    tranches: tuple[str, ...] = ()
    effectif_min: int | None = None
    effectif_max: int | None = None
    formes: tuple[str, ...] = ()
    creation_du: date | None = None
    creation_au: date | None = None
    fermeture_du: date | None = None
    fermeture_au: date | None = None
    etats: tuple[str, ...] = ()
    diffusion: str = ""
    siege: str = ""
    sirets: tuple[str, ...] | None = None
    cadre: tuple[float, float, float, float] | None = None

    @property
    def vides(self) -> bool:
        """Rien n'est-il filtré ? Le niveau seul ne filtre pas."""
        return all(getattr(self, f.name) == f.default for f in fields(self) if f.name != "niveau")


def predicats(table: ir.Table, filtres: Filtres, *, appartenances: ir.Table, au: date) -> list[ir.BooleanValue]:
    """Les conditions d'une table d'établissements. `appartenances` : la table siret, zone_id."""
    conditions: list[ir.BooleanValue] = []
    if filtres.communes:
        conditions.append(table.code_commune.isin(filtres.communes))
    if filtres.zones:
        dedans = appartenances.filter(appartenances.zone_id.isin(filtres.zones))
        conditions.append(table.siret.isin(dedans.siret))
    if filtres.activites:
        conditions.append(table[filtres.niveau].isin(filtres.activites))
    if filtres.mots_activite:
        conditions.append(table.naf.isin(codes_de_l_activite(filtres.mots_activite)))
    if filtres.sections:
        conditions.append(table.section.isin(filtres.sections))
    conditions += _effectifs(table, filtres)
    if filtres.formes:
        conditions.append(ibis.or_(*(table.categorie_juridique.startswith(debut) for debut in filtres.formes)))
    conditions += _dates(table, filtres)
    if filtres.etats:
        conditions.append(ibis.or_(*(ETATS_EN_IBIS[etat](table, au) for etat in filtres.etats)))
    if filtres.diffusion:
        partielle = (table.diffusion != "O") | (table.diffusion_unite != "O")
        conditions.append(partielle if filtres.diffusion == "P" else ~partielle)
    if filtres.siege:
        conditions.append(table.siege == (filtres.siege == "oui"))
    if filtres.sirets is not None:
        conditions.append(parmi(table, "|".join(filtres.sirets)))
    if filtres.cadre is not None:
        ouest, sud, est, nord = filtres.cadre
        conditions += [table.lon.between(ouest, est), table.lat.between(sud, nord)]
    return conditions


def parmi(table: ir.Table, sirets: str) -> ir.BooleanValue:
    """Le SIRET est-il de cette liste, jointe par « | » ? Un seul texte : mille fois plus vite lu que mille valeurs."""
    liste = ibis.literal(sirets).split("|").unnest().name("siret").as_table()
    return table.siret.isin(liste.siret)


def _effectifs(table: ir.Table, filtres: Filtres) -> list[ir.BooleanValue]:
    conditions: list[ir.BooleanValue] = []
    if filtres.tranches:
        conditions.append(table.tranche_effectif.isin(filtres.tranches))
    if filtres.effectif_min is not None:
        convient = [t.code for t in TRANCHES.values() if t.minimum >= filtres.effectif_min]
        conditions.append(_effectif(table, table.effectif_cci >= filtres.effectif_min, convient))
    if filtres.effectif_max is not None:
        convient = [t.code for t in TRANCHES.values() if t.maximum is not None and t.maximum <= filtres.effectif_max]
        conditions.append(_effectif(table, table.effectif_cci <= filtres.effectif_max, convient))
    return conditions


def _effectif(table: ir.Table, declare: ir.BooleanValue, tranches: list[str]) -> ir.BooleanValue:
    """L'effectif déclaré à la CCI prime ; sinon la tranche entière doit convenir."""
    return declare.fill_null(table.tranche_effectif.isin(tranches)).fill_null(False)


def _dates(table: ir.Table, filtres: Filtres) -> list[ir.BooleanValue]:
    bornes = (
        (table.date_creation, filtres.creation_du, filtres.creation_au),
        (table.date_fermeture, filtres.fermeture_du, filtres.fermeture_au),
    )
    conditions: list[ir.BooleanValue] = []
    for colonne, du, jusqu_au in bornes:
        if du:
            conditions.append(colonne >= ibis.date(du))
        if jusqu_au:
            conditions.append(colonne <= ibis.date(jusqu_au))
    return conditions


def _prevue(table: ir.Table, au: date) -> ir.BooleanValue:
    return (table.date_fermeture > ibis.date(au)).fill_null(False)


ETATS_EN_IBIS: Mapping[str, Callable[[ir.Table, date], ir.BooleanValue]] = {
    "ouvert": lambda table, au: (table.etat == OUVERT) | _prevue(table, au),
    "fermeture_prevue": _prevue,
    "ferme": lambda table, au: (table.etat != OUVERT) & ~_prevue(table, au),
    "reactive": lambda table, au: (table.etat == OUVERT) & table.date_reactivation.notnull(),
}


def etat_au(etablissement: Mapping[str, Any], au: date) -> str:
    """L'état d'un établissement un jour donné : un des codes de `ETATS`, ou vide s'il est inconnu."""
    fermeture = etablissement["date_fermeture"]
    if fermeture is not None and fermeture > au:
        return "fermeture_prevue"
    if etablissement["etat"] == OUVERT:
        return "reactive" if etablissement["date_reactivation"] else "ouvert"
    return "ferme" if etablissement["etat"] else ""


def codes_de_l_activite(mots: str) -> list[str]:
    """Les codes NAF rév. 2 dont le code commence ainsi, ou dont le libellé a tous ces mots."""
    cherches = normaliser(mots).split()
    colle = "".join(cherches).upper()
    codes = table_agregations().column("code").to_pylist()
    par_code = [code for code in codes if code.replace(".", "").startswith(colle)]
    if par_code or not cherches:
        return par_code
    racines = [mot[:-1] if len(mot) > 4 and mot[-1] in "sx" else mot for mot in cherches]
    return [code for code in codes if _contient(normaliser(libelle_naf(code, NAF_REV2)).split(), racines)]


def _contient(mots: list[str], racines: list[str]) -> bool:
    return all(any(mot.startswith(racine) for mot in mots) for racine in racines)
