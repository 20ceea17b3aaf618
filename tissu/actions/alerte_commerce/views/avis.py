"""« Utile ? » : un lien dans le courriel d'une alerte, deux boutons, une réponse."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.queries.liens import alerte_et_adherent_de_l_avis
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public


@public("Dire si une alerte est utile")
@require_http_methods(["GET", "HEAD", "POST"])
# Des centaines de commerces répondent dans le quart d'heure, souvent derrière la même adresse d'un opérateur mobile.
@limite("120/m")
@never_cache
def avis(request: HttpRequest, signe: str) -> HttpResponse:
    """Le lien montre les boutons ; seul le bouton répond, si bien qu'un logiciel qui suit les liens ne dit rien."""
    trouves = alerte_et_adherent_de_l_avis(signe)
    contexte = {"titre": "Cette alerte vous est-elle utile ?", "connu": trouves is not None, "dit": False}
    if trouves is not None and request.method == "POST":
        try:
            alertes.noter_avis(
                alerte=trouves[0], adherent=trouves[1], utile=request.POST.get("utile") == "oui", au=timezone.now()
            )
        except alertes.AlerteRefusee:
            contexte["connu"] = False
        else:
            contexte["dit"] = True
    return render(request, "alerte_commerce/public/avis.html", contexte)
