"""Ce que les vues partagent : la réserve à la chambre, une phrase pour la suite, un geste qui se refuse."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import peut_alerter, peut_gerer, peut_lire_les_seances, peut_relire
from tissu.comptes.requetes import RequeteConnectee

Vue = Callable[..., HttpResponseBase]


def _reserve(predicat: Callable[[Any], bool], phrase: str) -> Callable[[Vue], Vue]:
    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def enveloppe(request: RequeteConnectee, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not predicat(request.user):
                raise PermissionDenied(phrase)
            return vue(request, *args, **kwargs)

        return enveloppe

    return decorer


de_la_chambre = _reserve(peut_gerer, "Le réseau Alerte Commerce est tenu par la chambre.")
"""Ferme la vue à qui n'est pas de la chambre, quel que soit son rôle."""

des_forces_de_l_ordre = _reserve(peut_alerter, "Seules les forces de l'ordre écrivent et envoient une alerte.")
"""Ferme la vue à qui n'est pas des forces de l'ordre : la chambre n'envoie aucune alerte."""

des_relecteurs = _reserve(peut_relire, "Les alertes envoyées se relisent par la police et les deux partenaires.")

du_cpsq = _reserve(peut_lire_les_seances, "Les séances du CPSQ se lisent par la police et les deux partenaires.")


def dire(request: HttpRequest, phrase: str, *, erreur: bool = False) -> None:
    """Une phrase pour la page suivante."""
    (messages.error if erreur else messages.success)(request, phrase)


def tenter(request: HttpRequest, geste: Callable[[], Any], reussi: str) -> bool:
    """Fait un geste et le dit ; refusé, dit pourquoi."""
    try:
        geste()
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
        return False
    dire(request, reussi)
    return True
