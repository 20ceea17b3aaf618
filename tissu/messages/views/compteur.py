"""La longueur d'un SMS : la page où l'essayer, et le compte rendu à tout champ où l'on écrit un SMS."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.forms.composeur import TexteForm, lignes_simples
from tissu.messages.rules.compte import compter as compter_le_texte
from tissu.socle.ecrans import ecran


@ecran("Longueur d'un SMS")
@limite("300/m")
@require_http_methods(["GET", "HEAD", "POST"])
def compter(request: RequeteConnectee) -> HttpResponse:
    """Le fragment du compteur si un champ le demande pendant la frappe ; sinon la page, qui marche sans JavaScript."""
    if "champ" in request.POST:
        champ = request.POST["champ"]
        compte = compter_le_texte(lignes_simples(request.POST.get(champ, "")))
        return render(request, "messages/_compteur.html", {"champ": champ, "compte": compte})
    formulaire = TexteForm(request.POST or None)
    return render(request, "messages/compter.html", {"formulaire": formulaire})
