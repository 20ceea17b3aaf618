"""Écrans des réglages : règles de piste, filières d'excellence."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.forms import FiliereForm, RegleForm
from tissu.actions.fichier_entreprises.models import FiliereExcellence, RegleDePiste
from tissu.actions.fichier_entreprises.permissions import REDACTEURS
from tissu.actions.fichier_entreprises.queries import reglages as lectures
from tissu.actions.fichier_entreprises.views.garde import dire
from tissu.comptes.choices import AGENTS
from tissu.socle.ecrans import ecran


@ecran("Règles de piste et filières", roles=AGENTS)
@require_safe
def reglages(request: HttpRequest) -> HttpResponse:
    """Les règles, dites en mots, et les filières d'excellence."""
    return render(request, "fichier_entreprises/reglages.html", lectures.reglages(request.user))


@ecran("Règle de piste", roles=REDACTEURS)
@require_http_methods(["GET", "POST"])
def regle(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Écrire ou modifier une règle."""
    objet = get_object_or_404(RegleDePiste, pk=pk) if pk else RegleDePiste()
    formulaire = RegleForm(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        regle_ecrite = formulaire.save(commit=False)
        operations.enregistrer_regle(regle=regle_ecrite, auteur=request.user, au=timezone.now())
        dire(request, f"La règle « {regle_ecrite.nom} » vaudra dès le prochain import.")
        return redirect("fichier_entreprises:reglages")
    return _formulaire(
        request, formulaire, "Règle de piste" if pk else "Nouvelle règle de piste", "Enregistrer la règle"
    )


@ecran("Filière d'excellence", roles=REDACTEURS)
@require_http_methods(["GET", "POST"])
def filiere(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Écrire ou modifier une filière d'excellence."""
    objet = get_object_or_404(FiliereExcellence, pk=pk) if pk else FiliereExcellence()
    formulaire = FiliereForm(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        filiere_ecrite = formulaire.save(commit=False)
        filiere_ecrite.slug = filiere_ecrite.slug or slugify(filiere_ecrite.nom)[:40]
        operations.enregistrer_filiere(filiere=filiere_ecrite, auteur=request.user)
        dire(request, f"La filière « {filiere_ecrite.nom} » est enregistrée.")
        return redirect("fichier_entreprises:reglages")
    titre = "Filière d'excellence" if pk else "Nouvelle filière d'excellence"
    return _formulaire(request, formulaire, titre, "Enregistrer la filière")


def _formulaire(request: HttpRequest, formulaire: Any, titre: str, bouton: str) -> HttpResponse:
    contexte = {"titre": titre, "formulaire": formulaire, "bouton": bouton}
    statut = 422 if formulaire.errors else 200
    return render(request, "fichier_entreprises/reglage.html", contexte, status=statut)
