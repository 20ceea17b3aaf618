"""Confirmer un numéro sur un téléphone, par un lien personnel : ouvrir la page ne dit rien, le bouton répond."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tissu.actions.alerte_commerce.choices import MotifConfirmation
from tissu.actions.alerte_commerce.forms.adhesion import CodeForm, RemplacantForm, numero_masque
from tissu.actions.alerte_commerce.models import Confirmation, ContactAdherent
from tissu.actions.alerte_commerce.operations import confirmations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.confirmations import commerces_du_numero, confirmation_du_lien
from tissu.actions.alerte_commerce.queries.reglages import version_de_la_charte
from tissu.actions.alerte_commerce.rules.codes import EtatDuCode
from tissu.actions.alerte_commerce.views.garde import dire
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public


def _perdu(request: HttpRequest) -> HttpResponse:
    return render(request, "alerte_commerce/public/lien_expire.html", {"titre": "Lien expiré"}, status=410)


@public("Confirmer son numéro")
@require_http_methods(["GET", "HEAD", "POST"])
# Des centaines de commerces répondent dans le quart d'heure, souvent derrière la même adresse d'un opérateur mobile.
@limite("120/m")
@never_cache
def page(request: HttpRequest, signe: str) -> HttpResponse:
    """Deux boutons pour un numéro à confirmer ; pour un numéro suspendu, de quoi en donner un et taper son code."""
    confirmation = confirmation_du_lien(signe, au=timezone.now())
    if confirmation is None:
        return _perdu(request)
    if confirmation.motif == MotifConfirmation.SUSPENDU:
        return _page_du_suspendu(request, signe, confirmation)
    commerces = commerces_du_numero(confirmation)
    fait = "oui" if confirmation.reponse else ""
    if request.method == "POST":
        fait = _repondre(confirmation, oui=request.POST.get("reponse") == "oui")
    contexte = {
        "titre": "Confirmer son numéro", "fait": fait, "commerces": commerces,
        "numero": numero_masque(confirmation.contact.mobile),
        "charte": f"alerte_commerce/charte/{version_de_la_charte(timezone.now())}.html",
    }  # fmt: skip
    return render(request, "alerte_commerce/public/confirmer.html", contexte)


def _repondre(confirmation: Confirmation, *, oui: bool) -> str:
    """Ce qui est fait ; répondre deux fois ne change rien."""
    geste = confirmations.confirmer if oui else confirmations.dire_que_non
    try:
        geste(confirmation=confirmation, au=timezone.now())
    except GesteRefuse:
        return "deja"
    return "oui" if oui else "non"


def _page_du_suspendu(
    request: HttpRequest, signe: str, confirmation: Confirmation, *, formulaire: Any = None
) -> HttpResponse:
    contact = confirmation.contact
    essaye = _essaye(confirmation, request.GET.get("numero", ""))
    contexte = {
        "titre": "Votre numéro ne reçoit plus", "signe": signe, "commerce": contact.adherent.nom,
        "fait": bool(confirmation.reponse), "numero": numero_masque(contact.mobile), "essaye": essaye,
        "essaye_masque": numero_masque(essaye.mobile) if essaye else "", "code": CodeForm(),
        "formulaire": formulaire or RemplacantForm(),
    }  # fmt: skip
    statut = 422 if formulaire is not None and formulaire.errors else 200
    return render(request, "alerte_commerce/public/numero.html", contexte, status=statut)


def _essaye(confirmation: Confirmation, pk: str) -> ContactAdherent | None:
    """Le numéro de ce commerce à qui un code vient de partir."""
    if not pk.isdecimal():
        return None
    return confirmation.contact.adherent.contacts.filter(pk=int(pk)).exclude(mobile="").first()


@public("Donner un numéro qui reçoit")
@require_POST
@limite("20/h")
@never_cache
def numero(request: HttpRequest, signe: str) -> HttpResponse:
    """Demande un code pour un numéro, ou en essaie un."""
    confirmation = confirmation_du_lien(signe, au=timezone.now())
    if confirmation is None or confirmation.motif != MotifConfirmation.SUSPENDU:
        return _perdu(request)
    essaye = _essaye(confirmation, request.POST.get("numero", ""))
    if essaye is not None:
        return _essayer_le_code(request, signe, confirmation, essaye)
    formulaire = RemplacantForm(request.POST)
    if not formulaire.is_valid():
        return _page_du_suspendu(request, signe, confirmation, formulaire=formulaire)
    try:
        vers = confirmations.donner_un_numero(
            confirmation=confirmation, mobile=formulaire.cleaned_data["mobile"], adresse_ip=adresse_ip(request),
            au=timezone.now(),
        )  # fmt: skip
    except GesteRefuse as refus:
        formulaire.add_error("mobile", str(refus))
        return _page_du_suspendu(request, signe, confirmation, formulaire=formulaire)
    return redirect(f"{reverse('adhesion:confirmer', args=[signe])}?numero={vers.pk}")


def _essayer_le_code(
    request: HttpRequest, signe: str, confirmation: Confirmation, contact: ContactAdherent
) -> HttpResponse:
    try:
        verdict = confirmations.prouver_un_numero(
            confirmation=confirmation, contact=contact, code=request.POST.get("code", "")[:10], au=timezone.now()
        )
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
        return redirect("adhesion:confirmer", signe)
    if verdict.etat is not EtatDuCode.JUSTE:
        dire(request, verdict.phrase, erreur=True)
        return redirect(f"{reverse('adhesion:confirmer', args=[signe])}?numero={contact.pk}")
    contexte = {"titre": "Numéro confirmé", "fait": "oui", "commerces": [contact.adherent.nom], "charte": "",
                "numero": numero_masque(contact.mobile)}  # fmt: skip
    return render(request, "alerte_commerce/public/confirmer.html", contexte)
