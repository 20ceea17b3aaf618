"""Les règles de la CDAC telles qu'écrites dans `regles_cdac.yaml` : leur forme, et leur lecture."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tissu.actions.observatoire_commerce.choices import NatureProjet, SecteurProjet


class ReglesInvalides(ValueError):
    """Le fichier des règles nomme un fait, un signe, une nature ou un seuil qui n'existe pas."""


class Effet(StrEnum):
    EXEMPTE = "exempte"
    SOUMET = "soumet"
    SAISINE = "saisine"
    ATTENTION = "attention"


FAITS: Mapping[str, str] = {
    "surface_existante_m2": "surface de vente existante",
    "surface_creee_m2": "surface de vente créée",
    "surface_totale_m2": "surface de vente après projet",
    "dans_ensemble": "appartenance à un ensemble commercial",
    "surface_ensemble_m2": "surface de vente de l'ensemble commercial avant projet",
    "surface_ensemble_apres_m2": "surface de vente de l'ensemble commercial après projet",
    "secteur_change": "secteur d'activité d'avant",
    "annees_de_fermeture": "dates de fermeture et de réouverture",
    "drive_integre": "point de retrait intégré à un magasin ouvert avant le 26 mars 2014",
    "surface_plancher_m2": "surface de plancher créée par le point de retrait",
    "en_ort": "situation dans une opération de revitalisation de territoire",
    "ort_soumet": "seuil éventuel de la convention d'opération de revitalisation",
    "artificialisation": "artificialisation de sols",
    "permis": "permis de construire",
    "habitants": "population de la commune",
}
"""Ce que les règles savent lire d'un projet, et comment on le demande quand il manque."""

SIGNES: Mapping[str, Any] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """`fait` comparé à une `valeur`, ou à un paramètre daté (`seuil`, `seuil_alimentaire`)."""

    fait: str
    signe: str
    valeur: Any = None
    seuil: str = ""
    seuil_alimentaire: str = ""

    def nom_du_seuil(self, alimentaire: bool) -> str:
        return self.seuil_alimentaire if alimentaire and self.seuil_alimentaire else self.seuil


@dataclass(frozen=True)
class Regle:
    """Une règle de droit, valable de `debut` à `fin` compris. Listes vides : toutes les natures, tous les secteurs."""

    code: str
    effet: Effet
    debut: date
    motif: str
    reference: str
    fin: date | None = None
    natures: frozenset[str] = frozenset()
    secteurs: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    sinon: str = ""
    reserve: str = ""

    def concerne(self, nature: str, secteur: str, jour: date) -> bool:
        en_vigueur = self.debut <= jour and (self.fin is None or jour <= self.fin)
        return (
            en_vigueur
            and (not self.natures or nature in self.natures)
            and (not self.secteurs or secteur in self.secteurs)
        )


@dataclass(frozen=True)
class Droit:
    """Les règles, le jour depuis lequel elles suffisent, et quoi répondre avant."""

    depuis: date
    avant: str
    regles: tuple[Regle, ...]

    def seuils(self) -> set[str]:
        """Tous les paramètres datés que les règles nomment."""
        noms = {nom for r in self.regles for c in r.conditions for nom in (c.seuil, c.seuil_alimentaire)}
        return noms - {""}


def lire_droit(contenu: Mapping[str, Any]) -> Droit:
    """Les règles d'un fichier déjà lu. Lève `ReglesInvalides` en nommant la règle et le défaut."""
    codes = [brute["code"] for brute in contenu["regles"]]
    doubles = sorted({code for code in codes if codes.count(code) > 1})
    if doubles:
        raise ReglesInvalides(f"Règles de même code : {', '.join(doubles)}.")
    return Droit(contenu["depuis"], contenu["avant"], tuple(_lire_regle(brute) for brute in contenu["regles"]))


def _lire_regle(brute: Mapping[str, Any]) -> Regle:
    code = brute["code"]
    for champ, permis in (("natures", NatureProjet.values), ("secteurs", SecteurProjet.values)):
        inconnus = set(brute.get(champ, ())) - set(permis)
        if inconnus:
            raise ReglesInvalides(f"Règle « {code} », {champ} : {', '.join(sorted(inconnus))} n'existe pas.")
    return Regle(
        code=code,
        effet=Effet(brute["effet"]),
        debut=brute["debut"],
        fin=brute.get("fin"),
        motif=brute["motif"],
        reference=brute["reference"],
        natures=frozenset(brute.get("natures", ())),
        secteurs=frozenset(brute.get("secteurs", ())),
        conditions=tuple(_lire_condition(code, une) for une in brute.get("conditions", ())),
        sinon=brute.get("sinon", ""),
        reserve=brute.get("reserve", ""),
    )


def _lire_condition(code: str, brute: Mapping[str, Any]) -> Condition:
    condition = Condition(**brute)
    if condition.fait not in FAITS:
        raise ReglesInvalides(f"Règle « {code} » : le fait « {condition.fait} » n'existe pas.")
    if condition.signe not in SIGNES:
        raise ReglesInvalides(f"Règle « {code} » : le signe « {condition.signe} » n'existe pas.")
    if (condition.valeur is None) == (not condition.seuil):
        raise ReglesInvalides(f"Règle « {code} » : une condition compare à une valeur ou à un seuil, pas aux deux.")
    return condition
