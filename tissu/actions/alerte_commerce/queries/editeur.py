"""La chambre et ses partenaires, tels qu'ils signent un document : nom, couleur, logo."""

from datetime import date

from tissu.comptes.choices import TypeOrganisation
from tissu.comptes.models import Organisation
from tissu.publications import queries as publications
from tissu.publications.habillage import Habillage


def habillage_de_la_chambre(au: date) -> Habillage:
    """L'habillage de la chambre qui tient le réseau ; neutre si aucune n'est connue."""
    chambre = Organisation.objects.filter(type=TypeOrganisation.CCI).order_by("pk").first()
    return publications.habillage(chambre, au=au) if chambre else Habillage()
