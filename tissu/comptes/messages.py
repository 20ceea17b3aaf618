"""Les courriels des comptes : leur texte est dans `templates/comptes/courriels/`."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from tissu.comptes.models import Invitation
from tissu.socle.theme import theme


def envoyer_invitation(invitation: Invitation, *, jeton: str) -> None:
    """Envoie le lien d'une invitation, en texte et en HTML."""
    contexte = {
        "invitation": invitation,
        "lien": urljoin(settings.ADRESSE, reverse("comptes:invitation", args=[jeton])),
        "plateforme": theme().nom,
    }
    courriel = EmailMultiAlternatives(
        subject=f"Votre accès à la plateforme de {theme().nom}",
        body=render_to_string("comptes/courriels/invitation.txt", contexte),
        to=[invitation.courriel],
    )
    courriel.attach_alternative(render_to_string("comptes/courriels/invitation.html", contexte), "text/html")
    courriel.send()
