"""Ce que les vues partagent : la réserve à la chambre, une phrase pour la suite, un geste qui se refuse."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import peut_gerer
from tissu.comptes.requetes import RequeteConnectee


def de_la_chambre(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ferme la vue à qui n'est pas de la chambre, quel que soit son rôle."""

    @wraps(vue)
    def enveloppe(request: RequeteConnectee, *args: Any, **kwargs: Any) -> HttpResponse:
        if not peut_gerer(request.user):
            raise PermissionDenied("Le réseau Alerte Commerce est tenu par la chambre.")
        return vue(request, *args, **kwargs)

    return enveloppe


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
