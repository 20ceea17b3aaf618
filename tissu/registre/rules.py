"""Règles pures du registre : valeurs reçues, décision rendue. Ni base, ni fichier, ni horloge.

Trois décisions ont ici leur seul texte : ce que la diffusion partielle masque, ce que dit une tranche
d'effectif, et la date de fermeture d'un établissement. Les `croisements` reprennent ces constantes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

# --- Diffusion partielle (article R. 123-232 du code de commerce ; documentation Sirene de l'Insee) ---

MARQUEURS_NON_DIFFUSIBLE = ("[ND]", "[NON-DIFFUSIBLE]")
"""Ce que les fichiers publics écrivent à la place d'une valeur masquée."""

LIBELLE_NON_DIFFUSIBLE = "Non diffusible"

PREFIXE_PERSONNE_PHYSIQUE = "1"
PREFIXE_SANS_PERSONNALITE = "2"
CATEGORIES_SANS_PERSONNALITE = ("0000", "7190", "9210")
"""Catégories juridiques sans personnalité morale hors du niveau I « 2 » : organisme de placement collectif,
école nationale non dotée de la personnalité, association non déclarée (loi du 1er juillet 1901, art. 2)."""


class CasDiffusion(StrEnum):
    """Qui est protégé, donc ce qui se masque."""

    DIFFUSIBLE = "diffusible"
    PERSONNE_MORALE = "personne_morale"
    PERSONNE_PHYSIQUE = "personne_physique"
    ETABLISSEMENT_SEUL = "etablissement_seul"
    ETABLISSEMENT_SEUL_PHYSIQUE = "etablissement_seul_physique"


CHAMPS_ADRESSE = frozenset({"complement", "numero", "indice", "type_voie", "libelle_voie", "code_postal", "adresse"})
CHAMPS_POSITION = frozenset({"lon", "lat", "qualite_xy", "origine_position"})
CHAMPS_MONTANTS = frozenset({"chiffre_affaires_eur", "capital_eur"})
CHAMPS_NOM_UNITE = frozenset({"nom", "prenom", "denomination", "denomination_unite", "sigle"})
CHAMPS_NOM_ETABLISSEMENT = frozenset({"enseigne", "denomination_usuelle"})
CHAMPS_TEXTE_LIBRE = frozenset({"texte"})

# Le texte libre d'une annonce cite volontiers un nom ou une adresse : il suit toujours le lieu.
_LIEU = CHAMPS_ADRESSE | CHAMPS_POSITION | CHAMPS_MONTANTS | CHAMPS_TEXTE_LIBRE

CHAMPS_MASQUES: Mapping[CasDiffusion, frozenset[str]] = {
    CasDiffusion.DIFFUSIBLE: frozenset(),
    CasDiffusion.PERSONNE_MORALE: _LIEU | {"sigle"},
    CasDiffusion.PERSONNE_PHYSIQUE: _LIEU | CHAMPS_NOM_UNITE | CHAMPS_NOM_ETABLISSEMENT,
    CasDiffusion.ETABLISSEMENT_SEUL: _LIEU,
    CasDiffusion.ETABLISSEMENT_SEUL_PHYSIQUE: _LIEU | CHAMPS_NOM_ETABLISSEMENT,
}
"""Les champs rendus vides, cas par cas. La commune n'y est jamais : elle reste diffusible."""


def nom_protege(categorie_juridique: str | None) -> bool:
    """Le nom est-il une donnée protégée ? Oui pour une personne physique, une entité sans personnalité
    morale et, par prudence, une catégorie inconnue."""
    if not categorie_juridique:
        return True
    code = str(categorie_juridique)
    return (
        code.startswith((PREFIXE_PERSONNE_PHYSIQUE, PREFIXE_SANS_PERSONNALITE)) or code in CATEGORIES_SANS_PERSONNALITE
    )


def cas_diffusion(diffusion_unite: str | None, diffusion: str | None, categorie_juridique: str | None) -> CasDiffusion:
    """Le cas d'un établissement ou d'une unité légale (alors `diffusion` vaut `diffusion_unite`).

    Tout statut autre que « O » protège (« P », ou « N » d'avant mars 2023) ; un statut absent ne dit rien.
    """
    if diffusion_unite not in (None, "", "O"):
        return CasDiffusion.PERSONNE_PHYSIQUE if nom_protege(categorie_juridique) else CasDiffusion.PERSONNE_MORALE
    if diffusion in (None, "", "O"):
        return CasDiffusion.DIFFUSIBLE
    if nom_protege(categorie_juridique):
        # Sans fichier des unités, rien ne dit que l'unité est diffusible : on protège aussi son nom.
        if diffusion_unite in (None, ""):
            return CasDiffusion.PERSONNE_PHYSIQUE
        return CasDiffusion.ETABLISSEMENT_SEUL_PHYSIQUE
    return CasDiffusion.ETABLISSEMENT_SEUL


COLONNES_DE_DIFFUSION = ("siret", "diffusion_unite", "diffusion", "categorie_juridique")
"""Ce qu'il faut lire d'un établissement pour savoir s'il est protégé."""


def champs_masques(ligne: Mapping[str, Any]) -> frozenset[str]:
    """Les champs que la diffusion partielle cache dans cette ligne."""
    return CHAMPS_MASQUES[_cas_de_la_ligne(ligne)]


def est_diffusible(ligne: Mapping[str, Any]) -> bool:
    """Rien de cet établissement n'est-il protégé ?"""
    return _cas_de_la_ligne(ligne) is CasDiffusion.DIFFUSIBLE


def masquer(ligne: Mapping[str, Any], *, peut_voir: bool = False) -> dict[str, Any]:
    """La ligne telle qu'on peut la montrer : champs protégés vidés, marqueurs de l'Insee vidés toujours.

    `ligne` porte `diffusion_unite`, `diffusion` et `categorie_juridique` (celle d'une unité légale n'a que
    `diffusion`). `peut_voir` est le droit « voir_non_diffusible », accordé et journalisé par l'appelant.
    """
    champs = frozenset() if peut_voir else champs_masques(ligne)
    return {
        cle: None if cle in champs or valeur in MARQUEURS_NON_DIFFUSIBLE else valeur for cle, valeur in ligne.items()
    }


def _cas_de_la_ligne(ligne: Mapping[str, Any]) -> CasDiffusion:
    diffusion = ligne.get("diffusion")
    return cas_diffusion(ligne.get("diffusion_unite", diffusion), diffusion, ligne.get("categorie_juridique"))


# --- Tranches d'effectif (Insee, variable trancheEffectifs : effectif au 31 décembre de l'année indiquée) ---


@dataclass(frozen=True)
class Tranche:
    """Une tranche officielle ; bornes comprises, en salariés. `maximum` vaut None pour la dernière."""

    code: str
    libelle: str
    minimum: int
    maximum: int | None


TRANCHES: Mapping[str, Tranche] = {
    tranche.code: tranche
    for tranche in (
        Tranche("NN", "Non employeur", 0, 0),
        Tranche("00", "0 salarié au 31 décembre, employeur dans l'année", 0, 0),
        Tranche("01", "1 ou 2 salariés", 1, 2),
        Tranche("02", "3 à 5 salariés", 3, 5),
        Tranche("03", "6 à 9 salariés", 6, 9),
        Tranche("11", "10 à 19 salariés", 10, 19),
        Tranche("12", "20 à 49 salariés", 20, 49),
        Tranche("21", "50 à 99 salariés", 50, 99),
        Tranche("22", "100 à 199 salariés", 100, 199),
        Tranche("31", "200 à 249 salariés", 200, 249),
        Tranche("32", "250 à 499 salariés", 250, 499),
        Tranche("41", "500 à 999 salariés", 500, 999),
        Tranche("42", "1\u202f000 à 1\u202f999 salariés", 1_000, 1_999),
        Tranche("51", "2\u202f000 à 4\u202f999 salariés", 2_000, 4_999),
        Tranche("52", "5\u202f000 à 9\u202f999 salariés", 5_000, 9_999),
        Tranche("53", "10\u202f000 salariés et plus", 10_000, None),
    )
}


def tranche_libelle(code: str | None) -> str:
    """Le libellé d'une tranche ; « Effectif inconnu » quand le code est vide ou hors nomenclature."""
    tranche = TRANCHES.get(code or "")
    return tranche.libelle if tranche else "Effectif inconnu"


def tranche_minimum(code: str | None) -> int | None:
    """Le plus petit effectif de la tranche, None si elle est inconnue."""
    tranche = TRANCHES.get(code or "")
    return tranche.minimum if tranche else None


# --- Activité ---

NOMENCLATURE_AGREGEE = "NAFRev2"
"""La seule nomenclature dont les agrégats A5 à A138 s'appliquent à un code ; les autres restent sans agrégat."""

NAF_SANS_ACTIVITE = "00.00Z"


# --- Périodes et fermeture (Insee : l'établissement ferme à sa première période F après changement d'état) ---

OUVERT, FERME = "A", "F"
DATE_INCONNUE = date(1900, 1, 1)
"""Ce que Sirene écrit à la place d'une date inconnue."""


@dataclass(frozen=True)
class Periode:
    """Une période d'un établissement. `changement_etat` vaut None quand le fichier n'a pas la colonne."""

    date_debut: date | None
    etat: str | None
    changement_etat: bool | None = None


def date_fermeture(periodes: Iterable[Periode]) -> date | None:
    """La date de fermeture d'un établissement fermé : début de la première période F, avec changement d'état,
    de sa dernière suite de périodes fermées. Une F qui suit une F (correction) ne la déplace pas.

    None s'il est ouvert, ou si rien ne montre le passage de A à F. Un état vide prolonge le dernier connu.
    """
    avant: str | None = None
    connues = [p for p in sorted(periodes, key=lambda p: p.date_debut or date.min) if p.etat]
    suite: list[Periode] = []
    for precedente, periode in zip([None, *connues], connues, strict=False):
        if periode.etat != FERME:
            suite = []
        elif suite:
            suite.append(periode)
        else:
            suite, avant = [periode], precedente.etat if precedente else None
    if not suite:
        return None
    marquees = [p.date_debut for p in suite if p.changement_etat]
    if marquees:
        return marquees[0]
    return suite[0].date_debut if avant == OUVERT else None
