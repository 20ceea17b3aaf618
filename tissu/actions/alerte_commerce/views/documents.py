"""Les documents que chacun emporte : le guide de la sécurité."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.alerte_commerce.publications.guide import document_guide
from tissu.actions.alerte_commerce.queries.editeur import habillage_de_la_chambre
from tissu.comptes.limites import limite
from tissu.publications.rendus import FORMATS
from tissu.publications.rendus.garde import rendre_et_garder
from tissu.socle.ecrans import public
from tissu.socle.reponses import fichier as rendre_le_fichier


@public("Guide de la sécurité en PDF")
@require_safe
@limite("20/m")
def guide(request: HttpRequest) -> HttpResponse:
    """Le guide publié ; refait quand une page, un référent ou le logo change."""
    document = document_guide()
    if document is None:
        raise Http404("Le guide n'a encore aucune page publiée.")
    octets = rendre_et_garder(document, "pdf", habillage=habillage_de_la_chambre(timezone.localdate()))
    return rendre_le_fichier(octets, FORMATS["pdf"][0], "guide-de-la-securite.pdf", sur_place=True)
