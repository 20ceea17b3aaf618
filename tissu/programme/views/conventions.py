"""Les conventions, côte à côte, et leurs années."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.choices import EtatFiche
from tissu.programme.forms.fiches import ConventionForm
from tissu.programme.forms.tableau import lire_revisions
from tissu.programme.models import Convention
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.conventions import enregistrer_convention
from tissu.programme.operations.etats import signer_ensemble
from tissu.programme.permissions import IMPORTENT, LECTEURS, REDACTEURS
from tissu.programme.queries.anomalies import anomalies_de
from tissu.programme.queries.conventions import additionner, annees_de
from tissu.programme.queries.conventions import conventions as lire_conventions
from tissu.programme.queries.historique import histoire_de
from tissu.programme.queries.signatures import fiches_a_signer
from tissu.programme.rules.budget import incomplet, somme
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pluriel


@ecran("Conventions", roles=LECTEURS)
@require_safe
def conventions(request: RequeteConnectee) -> HttpResponse:
    """Toutes les conventions : années, partenaires, fiches, totaux."""
    redacteur = permissions.est_redacteur_du_programme(request.user)
    lues = lire_conventions()
    contexte = {
        "titre": "Conventions",
        "conventions": lues,
        "total": additionner(une.sommes for une in lues),
        "redacteur": redacteur,
        "importe": not IMPORTENT.isdisjoint(request.user.roles_actifs("programme")),
    }
    return render(request, "programme/conventions.html", contexte)


@ecran("Convention", roles=LECTEURS)
@require_safe
def convention(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une convention : ses années et leur total, les fiches à signer, son histoire."""
    objet = get_object_or_404(Convention, pk=pk)
    annees = annees_de([objet])[objet.pk]
    contexte = {
        "titre": str(objet),
        "convention": objet,
        "partenaires": list(objet.partenaires.order_by("nom")),
        "annees": annees,
        "total": additionner(annee.sommes for annee in annees),
        "changements": histoire_de(objet),
        "redacteur": permissions.est_redacteur_de(request.user, objet),
        **_signatures(request.user, objet),
    }
    return render(request, "programme/convention.html", contexte)


def _signatures(personne: Any, convention: Convention) -> dict[str, Any]:
    """Les fiches en préparation, ce qui reste à y trancher, leur total, et celles que la personne peut signer."""
    preparees = fiches_a_signer(personne, [convention])
    anomalies = anomalies_de([une.fiche for une in preparees]) if preparees else {}
    lignes = [
        {"une": une, "anomalies": sum(not trouvee.tranchee for trouvee in anomalies[une.fiche.pk])} for une in preparees
    ]
    ecrits = [une.fiche.total_declare_eur for une in preparees]
    return {
        "preparees": lignes,
        "a_signer": {
            "declare": somme(ecrits),
            "declare_complet": not incomplet(ecrits),
            "anomalies": sum(ligne["anomalies"] for ligne in lignes),
        },
        "par_moi": [une for une in preparees if une.par_moi],
    }


@ecran("Signature des fiches d'une convention", roles=REDACTEURS)
@require_POST
def convention_signer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Donner l'accord de son organisation sur les fiches cochées, telles que la page les montrait."""
    objet = get_object_or_404(Convention, pk=pk)
    try:
        fiches = signer_ensemble(
            convention=objet, lues=lire_revisions(request.POST.getlist("fiche")), auteur=request.user, au=timezone.now()
        )
    except ModificationRefusee as refus:
        messages.error(request, str(refus))
    else:
        signees = sum(fiche.etat == EtatFiche.SIGNEE for fiche in fiches)
        messages.success(request, f"Accord donné sur {pluriel(len(fiches), 'fiche')}, dont {signees} "
                                  f"{'signée' if signees < 2 else 'signées'} par tous les partenaires.")  # fmt: skip
    return redirect(reverse("programme:convention", args=[pk]) + "#signatures")


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
