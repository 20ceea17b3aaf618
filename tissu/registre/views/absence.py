"""Ce qu'un écran du registre montre tant qu'aucun import n'a abouti."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tissu.comptes.permissions import peut_importer
from tissu.entrepot.instantane import RegistreAbsent
from tissu.registre.recherche import IndexAbsent


def registre_requis(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Décore une vue qui lit le registre : sans lui, la page dit comment l'importer."""

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return vue(request, *args, **kwargs)
        except (RegistreAbsent, IndexAbsent) as absence:
            contexte = {"titre": "Registre", "motif": str(absence), "peut_importer": peut_importer(request.user)}
            return render(request, "registre/vide.html", contexte)

    return gardee
