"""Lire la grille d'une semaine : une case par ligne et par jour, telle que la page l'envoie."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.http import QueryDict

from tissu.programme.operations.temps import CaseSaisie
from tissu.programme.rules.temps import DureeIllisible, lire_duree

Case = tuple[int, date]
ZERO = Decimal(0)


@dataclass
class GrilleEnvoyee:
    """Ce que la personne a envoyé : les textes tels que tapés, les durées comprises, les cases illisibles."""

    textes: dict[Case, str] = field(default_factory=dict)
    lues: dict[Case, str] = field(default_factory=dict)
    cases: dict[Case, CaseSaisie] = field(default_factory=dict)
    erreurs: dict[Case, str] = field(default_factory=dict)


def nom_de_case(ligne: int, jour: date) -> str:
    """Le nom du champ d'une case ; celui de la valeur lue est précédé de « lue- »."""
    return f"c-{ligne}-{jour:%Y-%m-%d}"


def lire_grille(donnees: QueryDict, lignes: Iterable[int], jours: Iterable[date]) -> GrilleEnvoyee:
    """Les cases envoyées, parmi les lignes et les jours montrés ; une case absente n'a pas bougé."""
    grille, montres = GrilleEnvoyee(), tuple(jours)
    for cle in ((ligne, jour) for ligne in lignes for jour in montres):
        nom = nom_de_case(*cle)
        if nom not in donnees:
            continue
        texte = str(donnees[nom])
        grille.textes[cle], grille.lues[cle] = texte, str(donnees.get(f"lue-{nom}", ""))
        try:
            grille.cases[cle] = CaseSaisie(_lue(grille.lues[cle]), lire_duree(texte))
        except DureeIllisible as erreur:
            grille.erreurs[cle] = str(erreur)
    return grille


def _lue(texte: str) -> Decimal:
    try:
        return lire_duree(texte)
    except DureeIllisible:
        return ZERO


def entiers(textes: Iterable[str]) -> list[int]:
    """Les clés reçues d'une adresse ou d'un formulaire ; ce qui n'en est pas une est ignoré."""
    return [int(texte) for texte in textes if texte.isascii() and texte.isdigit() and len(texte) < 12]
