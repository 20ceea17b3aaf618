"""L'espace d'une personne qui a un compte : ce que les actions lui ont écrit."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from tissu.messages.choices import Canal, EtatRemise
from tissu.messages.contrat import Message, cle_de
from tissu.messages.models import Coordonnee, Remise


def messages_de(personne: Any) -> QuerySet[Remise]:
    """Ses messages dont le texte est encore gardé, le plus récent d'abord."""
    siens = Remise.objects.filter(destinataire=cle_de(personne.pk), canal=Canal.ESPACE, etat=EtatRemise.RECUE)
    return siens.filter(envoi__efface_le=None).select_related("envoi").order_by("-remise_le", "-pk")


def objet_et_texte(remise: Remise) -> tuple[str, str]:
    """Ce que montre l'espace : les mots écrits pour lui, sinon ceux du courriel."""
    mots = {**remise.envoi.textes, **(remise.textes or {})}
    return mots.get("objet", ""), mots.get("espace") or mots.get("courriel", "")


def courriel_suspendu(personne: Any) -> bool:
    """Son adresse a trop refusé : elle ne reçoit plus de courriel, seulement son espace."""
    siennes = Coordonnee.objects.filter(canal=Canal.COURRIEL, valeur=personne.courriel.lower())
    return siennes.exclude(suspendue_le=None).exists()


def qui_attend(personnes: Iterable[Any], message: type[Message]) -> set[int]:
    """Les clés des personnes dont un message de cette sorte attend encore de partir : le suivant s'y fondrait."""
    par_cle = {cle_de(personne.pk): personne.pk for personne in personnes}
    attendent = Remise.objects.filter(
        destinataire__in=par_cle, canal=Canal.COURRIEL, envoi__message=message.slug,
        etat__in=(EtatRemise.ATTENTE, EtatRemise.EN_COURS),
    )  # fmt: skip
    return {par_cle[cle] for cle in attendent.values_list("destinataire", flat=True)}
