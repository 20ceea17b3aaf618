"""Le format CAP 1.2 : sortir une alerte, en reprendre une, confirmer la fin qu'un autre outil annonce."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.actions.alerte_commerce.choices import GesteAlerte
from tissu.actions.alerte_commerce.forms.alertes import CapForm
from tissu.actions.alerte_commerce.messages.alertes import apercu_d_une_suite
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.operations.alertes.reprise import Reprise
from tissu.actions.alerte_commerce.permissions import ALERTEURS
from tissu.actions.alerte_commerce.queries.cap import emetteur_cap
from tissu.actions.alerte_commerce.queries.ciblage import message_cap
from tissu.actions.alerte_commerce.rules.cap import TAILLE_AU_PLUS, ecrire
from tissu.actions.alerte_commerce.views.garde import des_forces_de_l_ordre, dire
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran

ADRESSES = {GesteAlerte.ANNULE: "annuler", GesteAlerte.LEVE: "lever", GesteAlerte.ABANDONNE: "abandonner"}


@ecran("Alerte au format CAP", roles=ALERTEURS)
@require_safe
@des_forces_de_l_ordre
def exporter(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Le fichier XML d'une alerte."""
    alerte = get_object_or_404(Alerte.objects.select_related("premiere"), pk=pk)
    return HttpResponse(
        ecrire(message_cap(alerte, emetteur=emetteur_cap())), content_type="application/cap+xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="alerte-{alerte.pk}.xml"'},
    )  # fmt: skip


@ecran("Reprendre un message CAP", roles=ALERTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
@des_forces_de_l_ordre
def reprendre(request: RequeteConnectee) -> HttpResponse:
    """Un fichier déposé devient un brouillon, ou un geste à confirmer."""
    formulaire = CapForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        octets = formulaire.cleaned_data["fichier"].read(TAILLE_AU_PLUS + 1)
        try:
            reprise = alertes.reprendre_un_cap(octets=octets, auteur=request.user, au=timezone.now())
        except alertes.AlerteRefusee as refus:
            formulaire.add_error("fichier", forms.ValidationError(str(refus)))
        else:
            return _suite(request, reprise)
    contexte = {"titre": "Reprendre un message CAP", "formulaire": formulaire}
    return render(request, "alerte_commerce/cap.html", contexte, status=422 if formulaire.errors else 200)


def _suite(request: RequeteConnectee, reprise: Reprise) -> HttpResponse:
    if reprise.geste is None:
        manque = ", l'appel au 17 n'y est pas" if reprise.alerte.premiere_id is None else ""
        dire(request, f"Le message est repris en brouillon : relisez-le{manque}.")
        return redirect("alerte_commerce:alerte_modifier", reprise.alerte.pk)
    vu = None if reprise.geste == GesteAlerte.ABANDONNE else apercu_d_une_suite(_fin(reprise.alerte), au=timezone.now())
    contexte = {"titre": "Clore l'alerte citée", "alerte": reprise.alerte, "geste": ADRESSES[reprise.geste], "vu": vu}
    return render(request, "alerte_commerce/cap_clore.html", contexte)


def _fin(premiere: Alerte) -> Alerte:
    """De quoi compter ceux que la fin préviendrait, sans rien écrire."""
    return Alerte(
        premiere=premiere, type="levee", nature=premiere.nature, lieu=premiere.lieu, fait_le=premiere.fait_le,
        code_commune=premiere.code_commune, lon=premiere.lon, lat=premiere.lat, cible=premiere.cible,
    )  # fmt: skip
