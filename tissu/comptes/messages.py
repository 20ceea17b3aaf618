"""Les courriels des comptes : leur texte est dans `templates/comptes/courriels/`."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from tissu.comptes.models import Invitation
from tissu.socle.courriels import envoyer_courriel
from tissu.socle.theme import theme


def envoyer_invitation(invitation: Invitation, *, jeton: str) -> None:
    """Envoie le lien d'une invitation, en texte et en HTML."""
    contexte = {
        "invitation": invitation,
        "lien": urljoin(settings.ADRESSE, reverse("comptes:invitation", args=[jeton])),
        "plateforme": theme().nom,
    }
    envoyer_courriel(
        objet=f"Votre accès à la plateforme de {theme().nom}",
        gabarit="comptes/courriels/invitation",
        contexte=contexte,
        a=invitation.courriel,
    )
