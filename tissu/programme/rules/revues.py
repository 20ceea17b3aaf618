"""Une revue passe d'ouverte à arrêtée, puis à verrouillée par deux partenaires : qui peut quoi, et ce qui manque.

Arrêter fige le contenu et en donne l'empreinte ; chaque partenaire signe l'empreinte qu'il a lue ; deux organisations
différentes verrouillent. Ce qui manque se dit toujours ; seule une erreur de budget sans décision empêche d'arrêter.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tissu.programme.choices import SuiteProposee, TypeRevue
from tissu.socle.formats import FINE, euros, nombre, pluriel, pourcentage

HORIZONS: Mapping[str, str] = {
    TypeRevue.BILAN_ANNUEL: "l'année suivante",
    TypeRevue.MI_PARCOURS: "le reste de l'année",
}
"""Pour quand une revue propose."""
SUITES: Mapping[str, Mapping[str, str]] = {
    TypeRevue.BILAN_ANNUEL: {suite: suite.label for suite in SuiteProposee},
    TypeRevue.MI_PARCOURS: {
        SuiteProposee.RECONDUIRE: "Poursuivre comme prévu",
        SuiteProposee.MODIFIER: "Ajuster",
        SuiteProposee.ARRETER: "Arrêter",
    },
}
"""Ce que l'on peut proposer pour une fiche, selon la revue."""

PARTENAIRES = 2
INVARIABLES = ("mois", "fois", "pays", "accès")
SIGNES = ("€", "%", "part")
"""Les unités qui s'écrivent d'un signe, collé à la valeur."""
OUVERTE, ARRETEE, VERROUILLEE = "ouverte", "arretee", "verrouillee"
GESTES: Mapping[str, tuple[str, str]] = {
    "commenter": (OUVERTE, "Les commentaires s'écrivent tant que la revue est en préparation."),
    "proposer": (OUVERTE, "Les propositions s'écrivent tant que la revue est en préparation."),
    "introduire": (OUVERTE, "L'introduction s'écrit tant que la revue est en préparation."),
    "rafraichir": (OUVERTE, "Les chiffres se recalculent tant que la revue est en préparation."),
    "arreter": (OUVERTE, "Cette revue est déjà arrêtée."),
    "donner_accord": (ARRETEE, "L'accord se donne sur une revue arrêtée et pas encore verrouillée."),
    "rouvrir": (ARRETEE, "Seule une revue arrêtée, que les deux partenaires n'ont pas encore signée, se rouvre."),
    "rectifier": (VERROUILLEE, "Tant que la revue n'est pas verrouillée, corrigez la donnée et rafraîchissez."),
    "preparer": (VERROUILLEE, "La fiche suivante se prépare d'une revue verrouillée."),
}
"""Chaque geste, l'état qui le permet, et ce qu'on répond dans un autre état."""


@dataclass(frozen=True)
class Manque:
    """Ce qui manque avant d'arrêter. `bloquant` : il faut le lever ; sinon, il est dit et imprimé."""

    code: str
    message: str
    bloquant: bool = False


@dataclass(frozen=True)
class EtatDePreparation:
    """Ce que l'on sait d'une fiche quand on va arrêter la revue."""

    criteres_total: int = 0
    criteres_mesures: int = 0
    valeurs_a_valider: int = 0
    jours_a_valider: str = "0"
    anomalies_a_decider: int = 0
    erreurs_a_decider: int = 0
    commentaires: int = 0
    proposition: bool = False


def refus(geste: str, etat: str) -> str:
    """Pourquoi ce geste n'est pas possible dans cet état ; vide s'il l'est."""
    permis, raison = GESTES[geste]
    return "" if etat == permis else raison


def manques(situation: EtatDePreparation) -> list[Manque]:
    """Ce qui manque à une fiche, le bloquant d'abord."""
    trouves = [
        Manque(
            "erreur_a_decider",
            f"{pluriel(situation.erreurs_a_decider, 'erreur')} de budget sans décision : décidez-en avant d'arrêter.",
            bloquant=True,
        )
        if situation.erreurs_a_decider
        else None,
        Manque("anomalie_a_decider", f"{pluriel(situation.anomalies_a_decider, 'remarque')} de budget sans décision.")
        if situation.anomalies_a_decider
        else None,
        Manque(
            "critere_non_mesure",
            f"{pluriel(situation.criteres_total - situation.criteres_mesures, 'critère')} sur "
            f"{situation.criteres_total} sans mesure.",
        )
        if situation.criteres_mesures < situation.criteres_total
        else None,
        Manque("valeur_a_valider", f"{pluriel(situation.valeurs_a_valider, 'valeur')} à valider.")
        if situation.valeurs_a_valider
        else None,
        Manque("jours_a_valider", f"Jours soumis et non validés : {situation.jours_a_valider}.")
        if situation.jours_a_valider != "0"
        else None,
        Manque("commentaire_absent", f"Commentaires : {situation.commentaires} sur {PARTENAIRES}.")
        if situation.commentaires < PARTENAIRES
        else None,
        Manque("proposition_absente", "Pas de proposition.") if not situation.proposition else None,
    ]
    return [manque for manque in trouves if manque is not None]


def refus_d_accord(
    *, etat: str, lue: str, actuelle: str, organisation: int | None, partenaires: Iterable[int], deja: Iterable[int]
) -> str:
    """Pourquoi cette organisation ne peut pas signer ; vide si elle le peut."""
    if raison := refus("donner_accord", etat):
        return raison
    if organisation not in set(partenaires):
        return "Seule une organisation qui a signé la convention donne son accord."
    if organisation in set(deja):
        return "Votre organisation a déjà donné son accord : l'autre partenaire doit donner le sien."
    if lue != actuelle:
        return (
            "Le contenu a changé depuis que vous l'avez lu : votre accord n'est pas enregistré. Relisez la revue, "
            "puis donnez-le sur le nouveau contenu."
        )
    return ""


def verrouillable(signataires: Iterable[int]) -> bool:
    """Deux organisations différentes ont signé."""
    return len(set(signataires)) >= PARTENAIRES


def empreinte(contenu: Mapping[str, Any]) -> str:
    """SHA-256 du contenu écrit d'une seule façon (clés triées, UTF-8)."""
    ecrit = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(ecrit.encode()).hexdigest()


def afficher(valeur: Decimal | None, unite: str) -> str:
    """Une valeur et son unité, à la française ; vide si elle n'est pas connue. Une part de 0 à 1 s'écrit en %."""
    ecrite = chiffre(valeur, unite)
    if valeur is None or unite in SIGNES:
        return ecrite
    return f"{ecrite} {unite_accordee(valeur, unite)}".strip()


def unite_accordee(valeur: Decimal, unite: str) -> str:
    """« 1 livrable », « 1,5 jour », « 2 livrables » : le nom de l'unité, écrit au pluriel, suit sa valeur."""
    seule = unite.endswith("s") and " " not in unite and unite not in INVARIABLES
    return unite[:-1] if seule and abs(valeur) < 2 else unite


def chiffre(valeur: Decimal | None, unite: str) -> str:
    """La valeur sans le nom de son unité (« 12 »), mais avec son signe (« 12 % », « 1 400 € »)."""
    if valeur is None:
        return ""
    if unite == "part":
        return pourcentage(float(valeur))
    decimales = min(max(0, -int(valeur.normalize().as_tuple().exponent)), 2)
    if unite == "€":
        return euros(valeur, 2 if decimales else 0)
    return f"{nombre(valeur, decimales)}{FINE}%" if unite == "%" else nombre(valeur, decimales)
