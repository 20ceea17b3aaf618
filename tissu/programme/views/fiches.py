"""À écrire."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.permissions import LECTEURS
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche
from tissu.socle.ecrans import ecran


@ecran("Fiche", roles=LECTEURS)
@require_safe
def fiche(request: RequeteConnectee, pk: int) -> HttpResponse:
    fiche = charger_fiche(request, pk)
    return render(
        request, "programme/fiche_base.html", contexte_de_fiche(fiche, request.user, onglet="programme:fiche")
    )


@ecran("Budget d'une fiche", roles=LECTEURS)
@require_safe
def budget(request: RequeteConnectee, pk: int) -> HttpResponse:
    fiche = charger_fiche(request, pk)
    return render(
        request, "programme/fiche_base.html", contexte_de_fiche(fiche, request.user, onglet="programme:budget")
    )


@ecran("Historique d'une fiche", roles=LECTEURS)
@require_safe
def historique(request: RequeteConnectee, pk: int) -> HttpResponse:
    fiche = charger_fiche(request, pk)
    return render(
        request, "programme/fiche_base.html", contexte_de_fiche(fiche, request.user, onglet="programme:historique")
    )
