"""Le suivi des messages : l'état des opérateurs, ce que deviennent les envois."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.choices import Role
from tissu.messages.queries.declarations import titre_de_la_finalite
from tissu.messages.queries.suivi import envois_suivis, operateurs_suivis
from tissu.socle.ecrans import ecran

PAR_PAGE = 25


@ecran("Suivi des messages", roles={Role.ADMINISTRATEUR})
@require_safe
def suivi(request: HttpRequest) -> HttpResponse:
    """Les opérateurs et les envois récents ; ni nom, ni numéro, ni texte."""
    page = Paginator(envois_suivis(), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "operateurs": operateurs_suivis(au=timezone.now()),
        "page": page,
        "envois": [(envoi, titre_de_la_finalite(envoi.finalite)) for envoi in page],
    }
    return render(request, "messages/suivi.html", contexte)
