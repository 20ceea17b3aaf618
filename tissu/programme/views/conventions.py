"""Les conventions, côte à côte, et leurs années."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.fiches import ConventionForm
from tissu.programme.models import Convention
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.conventions import enregistrer_convention
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.queries.conventions import annees_de
from tissu.programme.queries.conventions import conventions as lire_conventions
from tissu.socle.ecrans import ecran


@ecran("Conventions", roles=LECTEURS)
@require_safe
def conventions(request: RequeteConnectee) -> HttpResponse:
    """Toutes les conventions : années, partenaires, fiches, totaux."""
    redacteur = permissions.est_redacteur_du_programme(request.user)
    contexte = {"titre": "Conventions", "conventions": lire_conventions(), "redacteur": redacteur}
    return render(request, "programme/conventions.html", contexte)


@ecran("Convention", roles=LECTEURS)
@require_safe
def convention(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une convention, année par année."""
    objet = get_object_or_404(Convention, pk=pk)
    annees = annees_de([objet])[objet.pk]
    contexte = {
        "titre": str(objet),
        "convention": objet,
        "partenaires": list(objet.partenaires.order_by("nom")),
        "annees": annees,
        "redacteur": permissions.est_redacteur_de(request.user, objet),
    }
    return render(request, "programme/convention.html", contexte)


@ecran("Écrire une convention", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def convention_modifier(request: RequeteConnectee, pk: int | None = None) -> HttpResponse:
    """Enregistrer une convention ou la modifier."""
    objet = get_object_or_404(Convention, pk=pk) if pk else Convention()
    if pk and not permissions.est_redacteur_de(request.user, objet):
        raise PermissionDenied("Cette convention se modifie par un chargé de mission de l'un de ses partenaires.")
    formulaire = ConventionForm(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        try:
            enregistree = enregistrer_convention(
                convention=formulaire.save(commit=False), partenaires=formulaire.cleaned_data["partenaires"],
                auteur=request.user, au=timezone.now(),
            )  # fmt: skip
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, f"La convention « {enregistree} » est enregistrée.")
            return redirect("programme:convention", pk=enregistree.pk)
    contexte = {"titre": "Modifier la convention" if pk else "Nouvelle convention", "formulaire": formulaire}
    return render(request, "programme/convention_saisie.html", contexte, status=422 if formulaire.errors else 200)
