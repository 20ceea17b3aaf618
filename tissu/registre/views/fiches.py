"""La page d'un établissement et celle de son unité légale."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.choices import LECTEURS_DU_REGISTRE
from tissu.registre.queries import fiches
from tissu.registre.views.absence import registre_requis
from tissu.socle.ecrans import ecran


@ecran("Établissement", roles=LECTEURS_DU_REGISTRE)
@require_safe
@registre_requis
def etablissement(request: HttpRequest, siret: str) -> HttpResponse:
    """Tout ce que le registre sait d'un établissement."""
    dossier = fiches.etablissement(siret)
    if dossier is None:
        raise Http404
    return render(request, "registre/etablissement.html", {"dossier": dossier, "au": timezone.localdate()})
