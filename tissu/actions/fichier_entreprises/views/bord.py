"""Le tableau de bord de la fiche 7."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.fichier_entreprises.permissions import LECTEURS
from tissu.actions.fichier_entreprises.publications.bord import figures_du_bord
from tissu.actions.fichier_entreprises.queries.bord import tableau_de_bord
from tissu.actions.fichier_entreprises.views.garde import avec_registre
from tissu.socle.ecrans import ecran


@ecran("Fichier des entreprises", roles=LECTEURS)
@require_safe
@avec_registre
def bord(request: HttpRequest) -> HttpResponse:
    """Les chiffres du dernier mois complet, ce qui attend la personne, la tendance."""
    tableau = tableau_de_bord(request.user, au=timezone.now())
    return render(request, "fichier_entreprises/bord.html", {"bord": tableau, **figures_du_bord(tableau)})
