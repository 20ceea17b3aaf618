"""Le refus par défaut : chaque adresse n'ouvre qu'aux rôles que sa vue déclare."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from tissu.comptes.queries import a_double_authentification, doit_double_authentification
from tissu.socle.action import portee_des_roles
from tissu.socle.ecrans import ecran_de

# Ce qu'il faut pouvoir ouvrir pour activer la double authentification, ou partir.
AVANT_DOUBLE_AUTHENTIFICATION = frozenset({"mfa_activate_totp", "account_reauthenticate", "account_logout"})


class _Intergiciel:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class ConnexionMiddleware(LoginRequiredMiddleware):
    """Mène à la connexion ; à un script, qui ne demande que du JSON, le dit (401) au lieu de lui rendre une page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.accepts("text/html"):
            return super().handle_no_permission(request, view_func)
        refus = "Votre session est fermée : reconnectez-vous, rien n'est perdu."
        return JsonResponse({"erreur": refus}, status=401, json_dumps_params={"ensure_ascii": False})


class DroitsMiddleware(_Intergiciel):
    """Confronte les rôles de la personne à la déclaration de la vue (`tissu.socle.ecrans`).

    Sous les adresses d'une action ne comptent que les rôles donnés pour elle ou pour toutes.
    """

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        declaration = ecran_de(vue)
        if declaration is None:
            raise PermissionDenied("Cette adresse ne déclare pas qui peut l'ouvrir.")
        if declaration.public:
            return None
        espace = request.resolver_match.namespace if request.resolver_match else ""
        if request.user.is_authenticated and declaration.ouvert_a(request.user.roles_actifs(portee_des_roles(espace))):
            return None
        raise PermissionDenied(f"« {declaration.titre} » n'est pas ouvert à votre rôle.")


class EnvoiMiddleware(_Intergiciel):
    """Refuse un envoi démesuré sans en rien garder : Django poserait ses fichiers sur le disque.

    Se place après la connexion et avant tout ce qui lit le formulaire : à qui n'est pas connecté, presque rien.
    """

    # Un navigateur ne lit la réponse qu'une fois tout envoyé : ce qu'on jette pour que le refus se lise, en octets et
    # en secondes.
    A_JETER_ANONYME = (32 * 1024**2, 10)
    A_JETER_CONNECTE = (2 * 1024**3, 60)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        annonce = request.META.get("CONTENT_LENGTH") or "0"
        octets = int(annonce) if annonce.isdecimal() else 0
        if octets > settings.ENVOI_ANONYME_OCTETS_MAX and (
            octets > settings.ENVOI_OCTETS_MAX or not request.user.is_authenticated
        ):
            connecte = request.user.is_authenticated
            _jeter(request, *(self.A_JETER_CONNECTE if connecte else self.A_JETER_ANONYME))
            permis = settings.ENVOI_OCTETS_MAX if connecte else settings.ENVOI_ANONYME_OCTETS_MAX
            return render(request, "413.html", {"envoye": octets, "permis": permis}, status=413)
        return self.get_response(request)


def _jeter(request: HttpRequest, octets: int, secondes: int) -> None:
    """Lit l'envoi et n'en garde rien, dans ces bornes ; au-delà, la connexion se coupe."""
    fin = time.monotonic() + secondes
    while octets > 0 and time.monotonic() < fin:
        morceau = request.read(min(octets, 256 * 1024))
        if not morceau:
            return
        octets -= len(morceau)


class DoubleAuthentificationMiddleware(_Intergiciel):
    """Mène à l'activation les personnes à qui la double authentification est imposée, jusqu'à ce qu'elle soit faite."""

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.MFA_OBLIGATOIRE or not request.user.is_authenticated:
            return None
        declaration = ecran_de(vue)
        nom = request.resolver_match.url_name if request.resolver_match else ""
        if (declaration and declaration.public) or nom in AVANT_DOUBLE_AUTHENTIFICATION:
            return None
        if not doit_double_authentification(request.user) or a_double_authentification(request.user):
            return None
        messages.info(request, "Votre organisation demande la double authentification : activez-la pour continuer.")
        return redirect("mfa_activate_totp")
