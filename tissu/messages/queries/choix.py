"""Qui ne veut pas, ou ne peut pas, recevoir un message."""

from collections.abc import Iterable

from tissu.messages.choices import Fondement, MotifEcart, SensDuChoix
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
