"""Écrans des pistes : la liste, une piste et ses gestes."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.forms import ConfierForm, FermerForm, FiltrePistes, SuivreForm
from tissu.actions.fichier_entreprises.models import Piste
from tissu.actions.fichier_entreprises.permissions import peut_publier
from tissu.actions.fichier_entreprises.queries import pistes as lectures
from tissu.actions.fichier_entreprises.views.garde import dire
from tissu.comptes.choices import AGENTS
from tissu.socle.ecrans import ecran


@ecran("Pistes", roles=AGENTS)
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Les pistes, les miennes d'abord, filtrées par état et filière."""
    filtre = FiltrePistes(request.GET)
    filtre.is_valid()
    resultat = lectures.page_de_pistes(request.user, filtre.cleaned_data, request.GET.get("page"))
    contexte = {
        "titre": "Pistes",
        "filtre": FiltrePistes(initial=filtre.cleaned_data),
        "resultat": resultat,
        "reglable": peut_publier(request.user),
    }
    return render(request, "fichier_entreprises/pistes.html", contexte)


@ecran("Piste", roles=AGENTS)
@require_safe
def piste(request: HttpRequest, pk: int) -> HttpResponse:
    """Une piste : l'entreprise, pourquoi elle est là, ce qui s'est passé, la suite."""
    return _page(request, get_object_or_404(lectures.pistes_lisibles(), pk=pk))


def _page(request: HttpRequest, objet: Piste, statut: int = 200, **formulaires: Any) -> HttpResponse:
    contexte = {
        "titre": "Piste",
        "dossier": lectures.dossier(objet),
        "droits": lectures.droits_sur(request.user, objet),
        "suivre": SuivreForm(initial={"geste": "contact"}),
        "confier": ConfierForm(),
        "fermer": FermerForm(),
    }
    return render(request, "fichier_entreprises/piste.html", contexte | formulaires, status=statut)


def _faire(request: HttpRequest, pk: int, operation: Callable[..., None], phrase: str, **champs: Any) -> HttpResponse:
    """Exécute une opération et revient à la piste, en disant ce qui s'est passé."""
    objet = get_object_or_404(Piste, pk=pk)
    try:
        operation(piste=objet, auteur=request.user, au=timezone.now(), **champs)
    except operations.GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, phrase)
    return redirect("fichier_entreprises:piste", pk=pk)


def _faire_si_valide(
    request: HttpRequest, pk: int, nom: str, formulaire: Form, operation: Callable[..., None], phrase: str
) -> HttpResponse:
    """Exécute l'opération avec les champs du formulaire, ou rend la page avec ses erreurs et ce qui a été tapé."""
    if not formulaire.is_valid():
        objet = get_object_or_404(lectures.pistes_lisibles(), pk=pk)
        return _page(request, objet, 422, **{nom: formulaire})
    return _faire(request, pk, operation, phrase, **formulaire.cleaned_data)


@ecran("Prise en charge d'une piste", roles=AGENTS)
@require_POST
def prendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Prend la piste en charge."""
    return _faire(request, pk, operations.prendre_piste, "Vous suivez cette piste.")


@ecran("Suivi d'une piste", roles=AGENTS)
@require_POST
def suivre(request: HttpRequest, pk: int) -> HttpResponse:
    """Ajoute une note ou un contact."""
    formulaire = SuivreForm(request.POST)
    return _faire_si_valide(request, pk, "suivre", formulaire, operations.suivre_piste, "C'est noté.")


@ecran("Attribution d'une piste", roles=AGENTS)
@require_POST
def confier(request: HttpRequest, pk: int) -> HttpResponse:
    """Confie la piste à quelqu'un."""
    return _faire_si_valide(
        request, pk, "confier", ConfierForm(request.POST), operations.confier_piste, "La piste est confiée."
    )


@ecran("Clôture d'une piste", roles=AGENTS)
@require_POST
def fermer(request: HttpRequest, pk: int) -> HttpResponse:
    """Clôt la piste avec sa raison."""
    return _faire_si_valide(
        request, pk, "fermer", FermerForm(request.POST), operations.fermer_piste, "La piste est close."
    )


@ecran("Réouverture d'une piste", roles=AGENTS)
@require_POST
def rouvrir(request: HttpRequest, pk: int) -> HttpResponse:
    """Rouvre une piste close."""
    return _faire(request, pk, operations.rouvrir_piste, "La piste est rouverte.")
