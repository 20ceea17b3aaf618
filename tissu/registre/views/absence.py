"""Ce qu'un écran du registre montre tant qu'aucun import n'a abouti."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from tissu.comptes.permissions import peut_importer
from tissu.comptes.requetes import RequeteConnectee
from tissu.entrepot.instantane import RegistreAbsent
from tissu.registre.recherche import IndexAbsent


def registre_requis(vue: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Décore une vue qui lit le registre : sans lui, la page dit comment l'importer."""

    @wraps(vue)
    def gardee(request: RequeteConnectee, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return vue(request, *args, **kwargs)
        except (RegistreAbsent, IndexAbsent) as absence:
            contexte = {"titre": "Registre", "motif": str(absence), "peut_importer": peut_importer(request.user)}
            return render(request, "registre/vide.html", contexte)

    return gardee
