"""Ce que les vues de l'observatoire partagent : la réserve aux partenaires, une phrase, un conflit à montrer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tissu.actions.observatoire_commerce.permissions import est_d_un_partenaire
from tissu.comptes.requetes import RequeteConnectee


def entre_partenaires(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ferme la vue à qui n'est ni de la chambre ni de la métropole, quel que soit son rôle."""

    @wraps(vue)
    def enveloppe(request: RequeteConnectee, *args: Any, **kwargs: Any) -> HttpResponse:
        if not est_d_un_partenaire(request.user):
            raise PermissionDenied("Cette page est réservée à la chambre et à la métropole.")
        return vue(request, *args, **kwargs)

    return enveloppe


def dire(request: HttpRequest, phrase: str, *, erreur: bool = False) -> None:
    """Une phrase pour la page suivante."""
    (messages.error if erreur else messages.success)(request, phrase)
