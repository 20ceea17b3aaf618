"""Les pages que l'on ouvre : la liste des cartes, et la carte d'une couche."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tissu.cartes.couches import couches
from tissu.cartes.views.garde import couche_ouverte
from tissu.socle.ecrans import public


@public("Cartes")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Les couches que cette personne peut ouvrir."""
    ouvertes = [couche for couche in couches().values() if couche.ouverte_a(request.user)]
    return render(request, "cartes/index.html", {"couches": sorted(ouvertes, key=lambda couche: couche.titre)})


@public("Carte d'une couche")
@require_safe
def carte(request: HttpRequest, slug: str) -> HttpResponse:
    """La carte d'une couche, sa liste et son tableau ; la couche dit à qui elle est ouverte."""
    couche = couche_ouverte(request, slug)
    return render(request, "cartes/carte.html", {"titre": couche.titre, "couche": couche})
