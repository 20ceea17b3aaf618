"""La page publique de Géoshop : chercher un commerce, un local ; lire la vacance et sa définition."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tissu.actions.observatoire_commerce.publications.vacance import document_public
from tissu.actions.observatoire_commerce.queries.geoshop import vitrine
from tissu.actions.observatoire_commerce.queries.vacance import dernier_jour
from tissu.comptes.limites import limite
from tissu.locaux.nomenclatures import choix_d_activite
from tissu.publications.rendus import contexte_page
from tissu.socle.ecrans import public
from tissu.socle.territoire import territoire

COUCHE = "geoshop"
EXPORTS = (("csv", "CSV", "un tableur"), ("geojson", "GeoJSON", "une carte"), ("gpkg", "GeoPackage", "un SIG"),
           ("parquet", "GeoParquet", "l’analyse"))  # fmt: skip


@public("Géoshop")
@require_safe
@limite("300/m")
@cache_control(private=True, max_age=60)
def accueil(request: HttpRequest) -> HttpResponse:
    """Une recherche, les familles d'activités, ce qui est à louer, la vacance par quartier, les données."""
    au = dernier_jour(timezone.localdate())
    document, montree = document_public(au=au), vitrine(au)
    contexte = contexte_page(document) | {
        "titre": "Géoshop", "territoire": territoire(), "carte": _carte(), "vitrine": montree,
        "familles": [(libelle, combien, _carte(famille=code)) for code, libelle, combien in montree.familles],
        "activites": choix_d_activite(), "a_louer": _carte(disponible="on"),
        "exports": [
            {"titre": titre, "detail": detail, "url": reverse("cartes:export", args=[COUCHE, sorte])}
            for sorte, titre, detail in EXPORTS
        ],
    }  # fmt: skip
    return render(request, "observatoire_commerce/geoshop.html", contexte)


def _carte(**filtres: Any) -> str:
    adresse = reverse("cartes:carte", args=[COUCHE])
    return f"{adresse}?{urlencode(filtres)}" if filtres else adresse
