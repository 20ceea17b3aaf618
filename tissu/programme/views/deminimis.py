"""Le compteur de minimis d'une entreprise, et l'octroi d'une aide."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.forms.aides import AideDeMinimisForm, RechercheDeMinimisForm
from tissu.programme.operations.aides import octroyer_aide
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.pieces import PieceRefusee
from tissu.programme.permissions import REDACTEURS
from tissu.programme.queries.aides import aides_de_minimis, compteur, entreprise_unique_de
from tissu.socle.ecrans import ecran
from tissu.socle.parametres import parametre


@ecran("Aides de minimis", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def de_minimis(request: RequeteConnectee) -> HttpResponse:
    """Chercher une entreprise, voir ce qu'il reste sous le plafond, enregistrer une aide."""
    recherche = RechercheDeMinimisForm(request.GET or None)
    siren = recherche.cleaned_data["siren"] if recherche.is_valid() else ""
    octroi = AideDeMinimisForm(
        request.POST or None, request.FILES or None, personne=request.user, initial=_initial(siren)
    )
    if octroi.is_valid() and _octroyer(request, octroi):
        return redirect(f"{reverse('programme:de_minimis')}?siren={octroi.cleaned_data['siren']}")
    au = timezone.localdate()
    aides = aides_de_minimis(entreprise_unique_de(siren)) if siren else []
    contexte = {
        "recherche": recherche,
        "siren": siren,
        "octroi": octroi,
        "aides": aides,
        "compteur": compteur(aides, montant_eur=Decimal(0), au=au) if siren else None,
        "au": au,
        "sieg_eur": parametre("programme.plafond_de_minimis_sieg_eur", au=au),
    }
    return render(request, "programme/temps_de_minimis.html", contexte, status=422 if octroi.errors else 200)


def _initial(siren: str) -> dict[str, Any]:
    connues = aides_de_minimis(entreprise_unique_de(siren)) if siren else []
    commun = {"siren": siren, "octroyee_le": timezone.localdate()}
    if not connues:
        return commun
    return commun | {"denomination": connues[0].denomination, "entreprise_unique": connues[0].entreprise_unique}


def _octroyer(request: RequeteConnectee, octroi: AideDeMinimisForm) -> bool:
    try:
        octroyer_aide(
            **octroi.donnees(), auteur=request.user, au=timezone.now(), fichier=octroi.cleaned_data["fichier"]
        )
    except ModificationRefusee as refus:
        octroi.add_error("fichier" if isinstance(refus, PieceRefusee) else None, str(refus))
        return False
    messages.success(request, "Aide enregistrée et comptée sous le plafond.")
    return True
