"""Qui ne veut pas, ou ne peut pas, recevoir un message."""

from collections.abc import Iterable
from typing import Any

from tissu.messages.choices import Canal, Fondement, MotifEcart, SensDuChoix
from tissu.messages.contrat import Finalite
from tissu.messages.models import Choix, Coordonnee


def refus(coordonnees: Iterable[Coordonnee], finalite: str, fondement: str) -> dict[int, MotifEcart]:
    """Par coordonnée qui ne doit pas recevoir ce message : pourquoi. Une requête.

    Le refus de tout message vaut pour chaque finalité ; l'accord d'une finalité donné après lui l'emporte.
    """
    toutes = list(coordonnees)
    ecarts = {une.pk: MotifEcart.SUSPENDUE for une in toutes if une.suspendue_le is not None}
    if fondement == Fondement.OBLIGATOIRE:
        return {}
    dits: dict[int, list[Choix]] = {}
    for choix in Choix.objects.filter(coordonnee__in=toutes, finalite__in=("", finalite)).order_by("le", "pk"):
        dits.setdefault(choix.coordonnee_id, []).append(choix)
    for une in toutes:
        dernier = dits.get(une.pk, [None])[-1]
        if dernier is not None and dernier.sens == SensDuChoix.OPPOSE:
            ecarts[une.pk] = MotifEcart.OPPOSITION
        elif fondement == Fondement.CONSENTEMENT and (dernier is None or dernier.finalite != finalite):
            ecarts.setdefault(une.pk, MotifEcart.SANS_ACCORD)
    return ecarts


def qui_s_oppose(personnes: Iterable[Any], finalite: Finalite) -> set[int]:
    """Les clés des personnes, parmi celles-ci, qui ne veulent pas de cette finalité par courriel. Une requête."""
    par_courriel = {personne.courriel.lower(): personne.pk for personne in personnes}
    dits = Choix.objects.filter(
        coordonnee__canal=Canal.COURRIEL, coordonnee__valeur__in=par_courriel, finalite__in=("", finalite.slug)
    )
    derniers = dict(dits.order_by("le", "pk").values_list("coordonnee__valeur", "sens"))
    return {par_courriel[courriel] for courriel, sens in derniers.items() if sens == SensDuChoix.OPPOSE}


def recoit(personne: Any, finalite: Finalite) -> bool:
    """Vrai tant que la personne ne s'est pas opposée à cette finalité, ni à tout message."""
    return not qui_s_oppose([personne], finalite)
