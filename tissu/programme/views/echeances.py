"""Les écrans d'un jalon ou d'une tâche."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.choices import EtatFiche
from tissu.programme.forms.tableau import entier
from tissu.programme.forms.vie import EcheanceForm
from tissu.programme.models import Echeance
from tissu.programme.operations import echeances as operations
from tissu.programme.operations.vie import exiger_redacteur
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.views.cadre import charger_fiche
from tissu.programme.views.ecrire import agir, remplir
from tissu.socle.ecrans import ecran


@ecran("Nouvelle échéance", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ajouter un jalon ou une tâche à une fiche. `?type=` choisit la sorte."""
    fiche = charger_fiche(request, pk)
    initial = {"type": request.GET.get("type", "tache")}
    formulaire = EcheanceForm(request.POST or None, fiche=fiche, initial=initial)
    return remplir(
        request,
        formulaire,
        lambda lu: operations.creer_echeance(
            fiche=fiche, type=lu["type"], titre=lu["titre"], echeance=lu["le"], detail=lu["detail"],
            responsable=lu["responsable"], auteur=request.user, au=timezone.now(),
        ),
        garde=lambda: exiger_redacteur(fiche, request.user),
        objet=None, fait="L'échéance est au calendrier.", retour=_retour(fiche.pk),
        contexte={"titre": "Ajouter une échéance", "fiche": fiche, "bouton": "Ajouter l'échéance"},
    )  # fmt: skip


@ecran("Échéance", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def echeance(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Lire une échéance et son histoire ; la modifier, la confier ou la déplacer quand elle est à son partenaire."""
    objet = get_object_or_404(Echeance.objects.select_related("responsable", "organisation", "creee_par"), pk=pk)
    objet.fiche = fiche = charger_fiche(request, objet.fiche_id)
    initial = {
        "titre": objet.titre, "le": objet.echeance, "responsable": objet.responsable_id, "detail": objet.detail,
        "revision": objet.revision,
    }  # fmt: skip
    formulaire = EcheanceForm(request.POST or None, fiche=fiche, existante=True, initial=initial)
    return remplir(
        request,
        formulaire,
        lambda lu: operations.modifier_echeance(
            echeance=objet, revision=lu["revision"] or 0, titre=lu["titre"], detail=lu["detail"], le=lu["le"],
            responsable=lu["responsable"], motif=lu["motif"], auteur=request.user, au=timezone.now(),
        ),
        objet=objet, fait="L'échéance est enregistrée.", retour=_retour(fiche.pk),
        gabarit="programme/vie_echeance.html",
        contexte={
            "titre": objet.titre, "fiche": fiche, "bouton": "Enregistrer l'échéance", "echeance": objet,
            "peut": fiche.etat != EtatFiche.CLOSE and permissions.peut_modifier_echeance(request.user, objet),
            "traces": objet.historique.select_related("history_user").order_by("-history_date", "-history_id"),
            "en_retard": objet.etat == "a_faire" and objet.echeance < timezone.localdate(),
        },
    )  # fmt: skip


@ecran("Changement d'état d'une échéance", roles=REDACTEURS)
@require_POST
def etat(request: RequeteConnectee, pk: int) -> HttpResponse:
    """La dire faite, la rouvrir, l'abandonner."""
    objet = get_object_or_404(Echeance, pk=pk)
    objet.fiche = charger_fiche(request, objet.fiche_id)
    lue = request.POST.get("revision", "")
    commun: dict[str, Any] = {
        "echeance": objet, "revision": entier(lue) or 0, "auteur": request.user, "au": timezone.now(),
    }  # fmt: skip
    gestes = {
        "faite": (lambda: operations.terminer_echeance(le=timezone.localdate(), **commun), "C'est fait."),
        "rouvrir": (lambda: operations.rouvrir_echeance(**commun), "L'échéance est de nouveau à faire."),
        "abandonner": (
            lambda: operations.abandonner_echeance(motif=request.POST.get("motif", ""), **commun),
            "L'échéance est abandonnée.",
        ),
    }
    geste, fait = gestes.get(request.POST.get("geste", ""), gestes["rouvrir"])
    return agir(request, geste, fait=fait, retour=_retour(objet.fiche_id))


def _retour(fiche: int) -> str:
    return reverse("programme:calendrier_fiche", args=[fiche])
