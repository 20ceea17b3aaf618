"""Ne plus recevoir un message, d'un lien ou du bouton d'un logiciel de courriel (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tissu.comptes.limites import limite
from tissu.messages.choices import SensDuChoix, SourceDuChoix
from tissu.messages.operations import choisir
from tissu.messages.queries.declarations import titre_de_la_finalite
from tissu.messages.queries.liens import LienPerdu, lire_lien
from tissu.socle.ecrans import public


@public("Ne plus recevoir ces messages")
@csrf_exempt
@limite("60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def arreter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Lire la page n'arrête rien (des robots suivent les liens) ; le bouton, si. Le jeton tient lieu de preuve."""
    try:
        arret = lire_lien(jeton)
    except LienPerdu as erreur:
        raise Http404("Ce lien n'est pas entier : recopiez-le depuis le courriel.") from erreur
    arrete = request.method == "POST"
    if arrete:
        choisir(
            canal=arret.coordonnee.canal, valeur=arret.coordonnee.valeur, finalite=arret.finalite,
            sens=SensDuChoix.OPPOSE, source=SourceDuChoix.LIEN, auteur=None, au=timezone.now(),
        )  # fmt: skip
    contexte = {"titre": "Ne plus recevoir ces messages", "arrete": arrete, "adresse": arret.coordonnee.valeur,
                "finalite": titre_de_la_finalite(arret.finalite)}  # fmt: skip
    return render(request, "messages/arreter.html", contexte)
