"""Valider les temps et les coûts des fiches dont on est maître d'ouvrage."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.forms.couts import DecisionForm
from tissu.programme.forms.temps import entiers
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.couts import decider_des_couts
from tissu.programme.operations.temps import decider_des_temps
from tissu.programme.permissions import REDACTEURS
from tissu.programme.queries.temps import depenses_a_valider
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pluriel


@ecran("Temps et coûts à valider", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def temps_a_valider(request: RequeteConnectee) -> HttpResponse:
    """Ce qui est soumis, par personne, fiche et semaine ; on valide ou on renvoie plusieurs lots à la fois."""
    decision = DecisionForm(request.POST or None)
    refus = ""
    if decision.is_valid():
        try:
            messages.success(request, _decider(request, decision))
        except ModificationRefusee as erreur:
            refus = str(erreur)
        else:
            return redirect("programme:temps_a_valider")
    contexte = {
        "attente": depenses_a_valider(request.user),
        "decision": decision,
        "refus": refus,
        "coches": set(request.POST.getlist("lot")),
        "couts_coches": set(entiers(request.POST.getlist("cout"))),
    }
    return render(request, "programme/temps_a_valider.html", contexte, status=422 if refus else 200)


def _decider(request: RequeteConnectee, decision: DecisionForm) -> str:
    """Applique la décision et dit ce qui a été fait. Un lot est la liste des clés de ses temps."""
    valider = decision.cleaned_data["geste"] == "valider"
    commun = {
        "valider": valider,
        "motif": decision.cleaned_data["motif"],
        "auteur": request.user,
        "au": timezone.now(),
    }
    cles = [cle for lot in request.POST.getlist("lot") for cle in entiers(lot.split("-"))]
    couts = entiers(request.POST.getlist("cout"))
    if not cles and not couts:
        raise ModificationRefusee("Cochez au moins un lot de temps ou un coût.")
    faits = decider_des_temps(temps=cles, **commun), decider_des_couts(couts=couts, **commun)
    verbe = "Validés" if valider else "Renvoyés"
    return f"{verbe} : {pluriel(faits[0], 'temps', 'temps')}, {pluriel(faits[1], 'coût')}."
