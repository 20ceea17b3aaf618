"""L'accès pour un SIG : comment ajouter les couches à QGIS, et les clés qui ouvrent celles qui sont réservées."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.cartes.couches import couches
from tissu.cartes.forms.perimetres import CleForm
from tissu.cartes.models import CleAcces
from tissu.cartes.operations import cles as operations
from tissu.cartes.queries.cles import cles_de
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran, public


@public("Accès pour QGIS")
@require_safe
def acces(request: HttpRequest) -> HttpResponse:
    """L'adresse à donner à QGIS, les couches qu'elle ouvre, et ses clés à qui est connecté."""
    return render(request, "cartes/sig.html", _contexte(request, CleForm()))


@ecran("Créer une clé d'accès")
@require_POST
@limite("20/h")
def creer(request: RequeteConnectee) -> HttpResponse:
    """Crée une clé et la montre : c'est la seule fois, la page ne se garde pas."""
    form = CleForm(request.POST)
    contexte: dict[str, Any] = {}
    if form.is_valid():
        try:
            cle, secret = operations.creer_cle(nom=form.cleaned_data["nom"], auteur=request.user, au=timezone.now())
        except operations.CleRefusee as refus:
            form.add_error("nom", str(refus))
        else:
            contexte, form = {"cle_neuve": cle, "secret": secret}, CleForm()
    reponse = render(request, "cartes/sig.html", _contexte(request, form) | contexte)
    reponse["Cache-Control"] = "no-store"
    return reponse


@ecran("Révoquer une clé d'accès")
@require_POST
def revoquer(request: RequeteConnectee, cle_id: int) -> HttpResponse:
    """Ferme une de ses clés."""
    cle = get_object_or_404(cles_de(request.user), pk=cle_id)
    operations.revoquer_cle(cle=cle, auteur=request.user, au=timezone.now())
    messages.success(request, f"La clé « {cle.nom} » ne sert plus.")
    return redirect("cartes:sig")


def _contexte(request: HttpRequest, form: CleForm) -> dict[str, Any]:
    maintenant = timezone.now()
    return {
        "titre": "Accès pour QGIS",
        "adresse": settings.ADRESSE + reverse("ogc:accueil"),
        "couches": [couche for couche in couches().values() if couche.ouverte_a(request.user)],
        "cles": [(cle, cle.ouverte(au=maintenant)) for cle in _cles(request)],
        "connue": request.user.is_authenticated,
        "form": form,
        "cle_neuve": None,
        "secret": "",
    }


def _cles(request: HttpRequest) -> Iterable[CleAcces]:
    return cles_de(request.user) if request.user.is_authenticated else ()
