"""Le format CAP 1.2 : sortir une alerte, en reprendre une."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.actions.alerte_commerce.forms.alertes import CapForm
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.permissions import ALERTEURS
from tissu.actions.alerte_commerce.queries.ciblage import message_cap
from tissu.actions.alerte_commerce.rules.cap import ecrire
from tissu.actions.alerte_commerce.views.garde import des_forces_de_l_ordre, dire
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran


@ecran("Alerte au format CAP", roles=ALERTEURS)
@require_safe
@des_forces_de_l_ordre
def exporter(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Le fichier XML d'une alerte."""
    alerte = get_object_or_404(Alerte.objects.select_related("premiere"), pk=pk)
    emetteur = urlsplit(settings.ADRESSE).hostname or "tissu"
    return HttpResponse(
        ecrire(message_cap(alerte, emetteur=emetteur)), content_type="application/cap+xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="alerte-{alerte.pk}.xml"'},
    )  # fmt: skip


@ecran("Reprendre un message CAP", roles=ALERTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@des_forces_de_l_ordre
def reprendre(request: RequeteConnectee) -> HttpResponse:
    """Un fichier déposé devient un brouillon."""
    formulaire = CapForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        octets = formulaire.cleaned_data["fichier"].read()
        try:
            alerte = alertes.reprendre_un_cap(octets=octets, auteur=request.user, au=timezone.now())
        except alertes.AlerteRefusee as refus:
            formulaire.add_error("fichier", forms.ValidationError(str(refus)))
        else:
            dire(request, "Le message est repris en brouillon : complétez-le, l'appel au 17 n'y est pas.")
            return redirect("alerte_commerce:alerte_modifier", alerte.pk)
    contexte = {"titre": "Reprendre un message CAP", "formulaire": formulaire}
    return render(request, "alerte_commerce/cap.html", contexte, status=422 if formulaire.errors else 200)
