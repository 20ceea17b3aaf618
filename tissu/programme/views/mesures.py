"""Saisir la valeur d'un critère, et décider de celles de l'autre partenaire."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.indicateurs import MesureForm, RefusForm
from tissu.programme.operations import mesures as operations
from tissu.programme.queries import indicateurs as lectures
from tissu.programme.queries import pages_indicateurs as pages
from tissu.programme.views.ecrire import agir, remplir
from tissu.programme.views.indicateurs import charger_critere, charger_mesure
from tissu.socle.ecrans import ecran


@ecran("Saisie d'une valeur", roles=permissions.REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def mesure_saisir(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Propose une valeur pour un critère que rien ne calcule."""
    critere = charger_critere(request, pk)
    if not permissions.est_redacteur(request.user, critere.fiche):
        raise PermissionDenied("Seul un chargé de mission d'un partenaire de la convention saisit une valeur.")
    formulaire = MesureForm(request.POST or None, request.FILES or None, critere=critere)
    return remplir(
        request,
        formulaire,  # type: ignore[arg-type]  # rien à départager : une saisie s'ajoute, elle ne modifie rien
        lambda _: operations.saisir_mesure(
            critere=critere, saisie=formulaire.saisie(), auteur=request.user, au=timezone.now()
        ),
        objet=None,
        fait="La valeur est proposée : l'autre partenaire va la valider.",
        retour=reverse("programme:critere", args=[critere.pk]),
        contexte={"titre": "Saisir une valeur", "critere": critere, "fiche": critere.fiche},
        garde=lambda: operations.exiger_saisissable(critere, request.user),
        gabarit="programme/indicateurs_saisir.html",
    )


@ecran("Valeurs à valider", roles=permissions.REDACTEURS)
@require_safe
def mesures_a_valider(request: RequeteConnectee) -> HttpResponse:
    """Les valeurs que l'autre partenaire propose."""
    contexte = {
        "titre": "Valeurs à valider",
        "mesures": pages.a_decider(lectures.a_valider(request.user), request.user),
    }
    return render(request, "programme/indicateurs_a_valider.html", contexte)


@ecran("Validation d'une valeur", roles=permissions.REDACTEURS)
@require_POST
def mesure_valider(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Valide la valeur proposée par l'autre."""
    mesure = charger_mesure(request, pk)
    return agir(
        request,
        lambda: operations.valider_mesure(mesure=mesure, auteur=request.user, au=timezone.now()),
        fait="La valeur est validée : elle compte désormais.",
        retour=reverse("programme:mesures_a_valider"),
    )


@ecran("Refus d'une valeur", roles=permissions.REDACTEURS)
@require_POST
def mesure_refuser(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Refuse la valeur proposée, avec son motif."""
    mesure = charger_mesure(request, pk)
    formulaire = RefusForm(request.POST)
    motif = formulaire.cleaned_data["motif"] if formulaire.is_valid() else ""
    return agir(
        request,
        lambda: operations.refuser_mesure(mesure=mesure, motif=motif, auteur=request.user, au=timezone.now()),
        fait="La valeur est refusée ; son auteur lira votre motif.",
        retour=reverse("programme:mesures_a_valider"),
    )
