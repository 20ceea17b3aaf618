"""Les écrans de la page vivante : les composants, et chaque archétype rempli d'un exemple."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tissu.socle.composants.exemples import ARCHETYPES, COMPOSANTS, contexte_d_exemple, rendre
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
    return render(
        request, "socle/composants.html", {"montres": montres, "sections": sections, "archetypes": ARCHETYPES}
    )


@ecran("Archétype de page")
@require_safe
def archetype(request: HttpRequest, nom: str) -> HttpResponse:
    """Un archétype rempli d'un contenu inventé."""
    if nom not in ARCHETYPES:
        raise Http404(f"Aucun archétype ne s'appelle « {nom} ».")
    contexte = contexte_d_exemple() | {"titre": ARCHETYPES[nom], "adresse_composants": reverse("composants")}
    return render(request, f"socle/exemples/{nom}.html", contexte)
