"""L'écran de la page vivante des composants."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tissu.socle.composants.exemples import COMPOSANTS, contexte_d_exemple, rendre
from tissu.socle.ecrans import ecran


@ecran("Composants")
@require_safe
def composants(request: HttpRequest) -> HttpResponse:
    """Rend chaque exemple par le moteur de gabarits, tel qu'une page l'appellerait."""
    contexte = contexte_d_exemple()
    montres = [
        {
            "composant": composant,
            "etats": [(appel, rendre(appel.gabarit, contexte, request)) for appel in composant.appels],
        }
        for composant in COMPOSANTS
    ]
    sections = [{"titre": composant.titre, "identifiant": composant.nom} for composant in COMPOSANTS]
    return render(request, "socle/composants.html", {"montres": montres, "sections": sections})
