"""Le refus par défaut : chaque adresse n'ouvre qu'aux rôles que sa vue déclare."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tissu.socle.ecrans import ecran_de


class DroitsMiddleware:
    """Confronte les rôles de la personne à la déclaration de la vue (`tissu.socle.ecrans`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        declaration = ecran_de(vue)
        if declaration is None:
            raise PermissionDenied("Cette adresse ne déclare pas qui peut l'ouvrir.")
        if declaration.public or declaration.ouvert_a(request.user.roles_actifs()):
            return None
        raise PermissionDenied(f"« {declaration.titre} » n'est pas ouvert à votre rôle.")
