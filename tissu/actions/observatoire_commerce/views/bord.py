"""Le tableau de bord de la fiche 5."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.observatoire_commerce.permissions import LECTEURS_VACANCE
from tissu.actions.observatoire_commerce.publications.bord import figures_du_bord
from tissu.actions.observatoire_commerce.queries.bord import tableau_de_bord
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran


@ecran("Observatoire du commerce", roles=LECTEURS_VACANCE)
@require_safe
@limite("120/m")
def bord(request: RequeteConnectee) -> HttpResponse:
    """La vacance en quelques chiffres, ce qui attend la personne, son histoire, les quartiers et les rues."""
    tableau = tableau_de_bord(request.user, au=timezone.now())
    return render(request, "observatoire_commerce/bord.html", {"bord": tableau, **figures_du_bord(tableau)})
