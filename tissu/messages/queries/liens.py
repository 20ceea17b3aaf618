"""L'adresse signée où une personne ne veut plus d'un message, sans compte ni mot de passe."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from tissu.messages.models import Coordonnee, Partie

SEL = "tissu.messages.arret"


class LienPerdu(Exception):
    """Le lien est faux, ou l'adresse qu'il désigne n'est plus connue."""


@dataclass(frozen=True)
class Arret:
    """Ce qu'un lien permet d'arrêter : une finalité, à une adresse."""

    coordonnee: Coordonnee
    finalite: str


def jeton_d_arret(coordonnee: int | None, finalite: str) -> str:
    """Ce qui prouve que l'on tient un message de cette finalité, reçu à cette adresse."""
    return signing.dumps([coordonnee, finalite], salt=SEL, compress=True)


def adresse_d_arret(partie: Partie) -> str:
    """L'adresse entière, pour l'en-tête et le bas d'un courriel."""
    jeton = jeton_d_arret(partie.remise.coordonnee_id, partie.remise.envoi.finalite)
    return f"{settings.ADRESSE}{reverse('messages:arreter', args=[jeton])}"


def lire_lien(jeton: str) -> Arret:
    """Lève `LienPerdu`."""
    try:
        pk, finalite = signing.loads(jeton, salt=SEL)
        return Arret(Coordonnee.objects.get(pk=pk), finalite)
    except (signing.BadSignature, Coordonnee.DoesNotExist, ValueError) as erreur:
        raise LienPerdu from erreur
