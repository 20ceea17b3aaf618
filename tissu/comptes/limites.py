"""Limiter le nombre de demandes d'une même personne : exports, recherches, essais de lien."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_ratelimit.core import is_ratelimited

SECONDES = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def limite(taux: str) -> Callable[[Any], Any]:
    """Décore une vue : au-delà de `taux` (« 30/m », « 5/h »), la page 429.

    Le compte se tient par personne connectée, sinon par adresse IP, et pour cette vue seule. Se place sous
    `@ecran`, au plus près de la fonction.
    """
    attente = str(SECONDES[taux[-1]])

    def decorer(vue: Any) -> Any:
        @wraps(vue)
        def limitee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_ratelimited(request, fn=vue, key="user_or_ip", rate=taux, increment=True):
                refus = render(request, "429.html", status=429)
                refus["Retry-After"] = attente
                return refus
            return vue(request, *args, **kwargs)

        return limitee

    return decorer
