"""La chambre et ses partenaires, tels qu'ils signent un document : nom, couleur, logos, adresse où adhérer."""

from datetime import date

from django.conf import settings
from django.urls import reverse

from tissu.comptes.choices import TypeOrganisation
from tissu.comptes.models import Organisation
from tissu.publications import queries as publications
from tissu.publications.habillage import Habillage
from tissu.publications.imprimes import Invitation, Logo
from tissu.socle.territoire import territoire
from tissu.socle.theme import theme

PARTENAIRES = (TypeOrganisation.CCI, TypeOrganisation.METROPOLE)


def habillage_de_la_chambre(au: date) -> Habillage:
    """L'habillage de la chambre qui tient le réseau ; neutre si aucune n'est connue."""
    chambre = Organisation.objects.filter(type=TypeOrganisation.CCI).order_by("pk").first()
    return publications.habillage(chambre, au=au) if chambre else Habillage()


def logos(au: date) -> list[Logo]:
    """Les logos des deux partenaires ; celui du territoire tient lieu de celui de la métropole."""
    trouves = []
    for sorte in PARTENAIRES:
        organisation = Organisation.objects.filter(type=sorte).order_by("pk").first()
        gabarit = publications.gabarit_en_service(organisation, au=au) if organisation else None
        if organisation and gabarit and gabarit.logo:
            forme = "png" if gabarit.logo_nature == "image/png" else "jpg"
            trouves.append(Logo(organisation.nom, forme, bytes(gabarit.logo)))
        elif sorte == TypeOrganisation.METROPOLE:
            trouves += _du_territoire()
    return trouves


def _du_territoire() -> list[Logo]:
    fichier = theme().logo
    return [Logo(territoire().nom, fichier.suffix[1:], fichier.read_bytes())] if fichier else []


def invitation(appel: str) -> Invitation:
    """L'invitation à adhérer : la page publique, en code QR et en adresse que l'on tape."""
    adresse = settings.ADRESSE + reverse("adhesion:accueil")
    return Invitation(appel, adresse, adresse.split("://", 1)[-1].rstrip("/"))
