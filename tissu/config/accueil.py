"""L'accueil d'une personne connectée : ce qui est neuf dans le territoire, ce qui l'attend."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.socle.accueil import rassembler
from tissu.socle.action import appeler_les_portes
from tissu.socle.ecrans import ecran


@ecran("Accueil")
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Assemble les blocs que chaque porte a pour cette personne (voir `tissu.socle.accueil`)."""
    blocs = appeler_les_portes("accueil", request.user, au=timezone.now())
    return render(request, "config/accueil.html", {"bloc": rassembler([bloc for _, bloc in blocs])})
