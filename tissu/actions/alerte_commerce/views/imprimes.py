"""Ce que la chambre imprime pour faire connaître le réseau : le dépliant."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.publications.depliant import depliant as le_depliant
from tissu.actions.alerte_commerce.queries.editeur import habillage_de_la_chambre
from tissu.actions.alerte_commerce.views.garde import de_la_chambre
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.imprimes import Papier
from tissu.publications.rendus import FORMATS
from tissu.publications.rendus.imprimes import rendre_depliant
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier as rendre_le_fichier


@ecran("Dépliant d'Alerte Commerce", roles=GESTIONNAIRES)
@require_safe
@limite("20/m")
@de_la_chambre
def depliant(request: RequeteConnectee, papier: str) -> HttpResponse:
    """Une page à imprimer, en A5 ou en A4."""
    if papier not in set(Papier):
        raise Http404("Ce papier n'existe pas.")
    jour = timezone.localdate()
    octets = rendre_depliant(le_depliant(jour), Papier(papier), habillage_de_la_chambre(jour))
    return rendre_le_fichier(octets, FORMATS["pdf"][0], f"depliant-alerte-commerce-{papier}.pdf", sur_place=True)
