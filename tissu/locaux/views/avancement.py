"""Où en est une campagne, à l'écran et dans un tableur."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.models import Campagne
from tissu.locaux.presentation.campagne import presenter, tableau
from tissu.locaux.queries.avancement import avancement as lire
from tissu.publications.rendus.feuille import tableau_en_csv
from tissu.socle.ecrans import ecran
from tissu.socle.parametres import parametre


@ecran("Avancement d'une campagne", roles=permissions.LECTEURS)
@require_safe
@limite("300/m")
def avancement(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Par releveur et par rue ; `?format=csv` le donne à un tableur."""
    campagne, au = get_object_or_404(Campagne, pk=pk), timezone.localdate()
    ou_l_on_en_est = lire(campagne, au)
    if request.GET.get("format") == "csv":
        nom = f"campagne-{pk}-avancement-{au:%Y-%m-%d}.csv"
        return HttpResponse(
            tableau_en_csv(tableau(ou_l_on_en_est)), content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{nom}"'},
        )  # fmt: skip
    contexte = {
        "campagne": campagne, "au": au, **presenter(ou_l_on_en_est),
        "jours": parametre("locaux.tournee_dormante_jours", au=au),
        "peut_preparer": permissions.peut_modifier(request.user),
        "exports": [{"titre": "CSV (tableur)", "detail": "une ligne par rue", "url": "?format=csv"}],
    }  # fmt: skip
    return render(request, "locaux/avancement.html", contexte)
