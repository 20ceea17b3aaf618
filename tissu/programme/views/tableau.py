"""Le tableau de bord du partenariat."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.permissions import LECTEURS
from tissu.socle.ecrans import ecran


@ecran("Le partenariat", roles=LECTEURS)
@require_safe
def tableau(request: RequeteConnectee) -> HttpResponse:
    return render(request, "archetypes/tableau_de_bord.html", {"titre": "Le partenariat"})
