"""Ce que la connexion d'allauth a de particulier ici : on n'entre que sur invitation, et tout est journalisé."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from tissu.comptes.choices import TypeEvenementDeCompte
from tissu.comptes.models import Personne
from tissu.comptes.operations import journaliser_evenement


class AdaptateurCompte(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Jamais : un compte naît d'une invitation."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Sans le nom de domaine entre crochets : l'expéditeur le dit déjà."""
        return subject

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note l'échec. L'adresse essayée n'est pas gardée si elle n'est celle de personne : ce peut être un secret."""
        adresse = str(credentials.get("email", "")).lower()
        connue = Personne.objects.filter(courriel=adresse).first()
        detail = "" if connue else "adresse inconnue"
        _noter(TypeEvenementDeCompte.ECHEC_CONNEXION, request, auteur=None, personne=connue, detail=detail)


def adresse_ip(request: HttpRequest) -> str:
    """L'adresse IP de la personne, derrière les mandataires déclarés par `TISSU_MANDATAIRES`."""
    return str(get_adapter().get_client_ip(request))


def noter_connexion(sender: Any, request: HttpRequest, user: Personne, **kwargs: Any) -> None:
    """Écrit la date de connexion sans passer par l'historique de la fiche, et la journalise."""
    maintenant = timezone.now()
    Personne.objects.filter(pk=user.pk).update(last_login=maintenant)
    user.last_login = maintenant
    _noter(TypeEvenementDeCompte.CONNEXION, request, auteur=user, personne=user)


def noter_deconnexion(sender: Any, request: HttpRequest, user: Personne | AnonymousUser | None, **kwargs: Any) -> None:
    """Journalise un départ volontaire."""
    if isinstance(user, Personne):
        _noter(TypeEvenementDeCompte.DECONNEXION, request, auteur=user, personne=user)


def noter_mfa(type: TypeEvenementDeCompte) -> Any:
    """Rend le récepteur d'un signal de double authentification."""

    def noter(sender: Any, request: HttpRequest, user: Personne, authenticator: Any = None, **kwargs: Any) -> None:
        detail = authenticator.get_type_display() if authenticator else ""
        _noter(type, request, auteur=user, personne=user, detail=str(detail))

    return noter


def _noter(type: TypeEvenementDeCompte, request: HttpRequest, **champs: Any) -> None:
    # Les essais automatiques connectent sans requête complète : l'adresse manque alors.
    ip = adresse_ip(request) if request is not None and request.META.get("REMOTE_ADDR") else None
    journaliser_evenement(type=type, au=timezone.now(), adresse_ip=ip, **champs)
