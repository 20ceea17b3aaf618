"""Les courriels : un texte et sa page. Ceux d'un compte partent aussitôt ; les autres passent par les messages."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def rendre_courriel(gabarit: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
    """`gabarit`.txt et `gabarit`.html rendus : le texte, sans espace insécable, et la page."""
    texte = sans_insecables(render_to_string(f"{gabarit}.txt", contexte))
    return texte, render_to_string(f"{gabarit}.html", contexte)


def sans_insecables(texte: str) -> str:
    """Le même texte, lisible partout : des lecteurs de courriel écrivent mal les espaces insécables."""
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


def envoyer_courriel(*, objet: str, gabarit: str, contexte: Mapping[str, Any], a: str) -> None:
    """Envoie aussitôt `gabarit`.txt et `gabarit`.html. Lève ce que lève le serveur de courriel."""
    texte, page = rendre_courriel(gabarit, contexte)
    courriel = EmailMultiAlternatives(subject=sans_insecables(objet), body=texte, to=[a])
    courriel.attach_alternative(page, "text/html")
    courriel.send()
