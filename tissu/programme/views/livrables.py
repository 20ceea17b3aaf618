"""Les livrables : la liste de ce qui est promis et remis, la promesse, la remise."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import EtatFiche
from tissu.programme.forms.tableau import entier
from tissu.programme.forms.vie import LivrableForm, RemiseForm
from tissu.programme.models import Livrable
from tissu.programme.operations import livrables as operations
from tissu.programme.operations.vie import exiger_redacteur
from tissu.programme.permissions import LECTEURS, REDACTEURS, est_redacteur
from tissu.programme.queries import livrables as lectures
from tissu.programme.views.cadre import charger_fiche
from tissu.programme.views.ecrire import agir, remplir
from tissu.socle.ecrans import ecran


@ecran("Livrables", roles=LECTEURS)
@require_safe
def livrables(request: RequeteConnectee) -> HttpResponse:
    """Par fiche et par année : ce qui est promis, quand c'est remis, et le fichier."""
    contexte = lectures.page(
        request.user, annee=request.GET.get("annee", ""), etat=request.GET.get("etat", ""), au=timezone.localdate()
    )
    return render(request, "programme/vie_livrables.html", contexte)


@ecran("Nouveau livrable", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Promettre un livrable de plus."""
    fiche = charger_fiche(request, pk)
    return remplir(
        request,
        LivrableForm(request.POST or None),
        lambda lu: operations.promettre_livrable(
            fiche=fiche, titre=lu["titre"], periode=lu["periode"], attendu_le=lu["attendu_le"], note=lu["note"],
            auteur=request.user, au=timezone.now(),
        ),
        garde=lambda: exiger_redacteur(fiche, request.user),
        objet=None, fait="Le livrable est promis.", retour=reverse("programme:calendrier_fiche", args=[pk]),
        contexte={"titre": "Promettre un livrable", "fiche": fiche, "bouton": "Ajouter le livrable"},
    )  # fmt: skip


@ecran("Livrable", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def livrable(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Lire un livrable et ses remises ; le remettre, ou remplacer ce qui l'a été."""
    objet = get_object_or_404(Livrable.objects.select_related("piece", "remis_par"), pk=pk)
    objet.fiche = fiche = charger_fiche(request, objet.fiche_id)
    initial = {"le": timezone.localdate(), "revision": objet.revision, "note": objet.note}
    return remplir(
        request,
        RemiseForm(request.POST or None, request.FILES or None, initial=initial),
        lambda lu: operations.remettre_livrable(
            livrable=objet, revision=lu["revision"] or 0, le=lu["le"], fichier=lu["fichier"], adresse=lu["adresse"],
            note=lu["note"], auteur=request.user, au=timezone.now(),
        ),
        objet=objet, fait="Le livrable est remis.", retour=reverse("programme:livrable", args=[pk]),
        gabarit="programme/vie_livrable.html",
        contexte={
            "titre": objet.titre, "fiche": fiche, "livrable": objet, "remises": lectures.remises(objet),
            "peut": fiche.etat != EtatFiche.CLOSE and est_redacteur(request.user, fiche),
            "en_retard": objet.remis_le is None and (objet.attendu_le or timezone.localdate()) < timezone.localdate(),
        },
    )  # fmt: skip


@ecran("Retrait d'une remise", roles=REDACTEURS)
@require_POST
def retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Retirer ce qui a été remis, avec sa raison."""
    objet = get_object_or_404(Livrable, pk=pk)
    objet.fiche = charger_fiche(request, objet.fiche_id)
    return agir(
        request,
        lambda: operations.retirer_remise(
            livrable=objet, revision=entier(request.POST.get("revision", "")) or 0, auteur=request.user,
            motif=request.POST.get("motif", "")[:1000], au=timezone.now(),
        ),
        fait="La remise est retirée ; le fichier et la raison restent lisibles.",
        retour=reverse("programme:livrable", args=[pk]),
    )  # fmt: skip


@ecran("Modification d'un livrable", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Changer la promesse : nom, période, date."""
    objet = get_object_or_404(Livrable, pk=pk)
    objet.fiche = fiche = charger_fiche(request, objet.fiche_id)
    champs = ("titre", "periode", "attendu_le", "note", "revision")
    return remplir(
        request,
        LivrableForm(request.POST or None, initial={nom: getattr(objet, nom) for nom in champs}),
        lambda lu: operations.modifier_livrable(
            livrable=objet, revision=lu["revision"] or 0, titre=lu["titre"], periode=lu["periode"],
            attendu_le=lu["attendu_le"], note=lu["note"], auteur=request.user, au=timezone.now(),
        ),
        garde=lambda: exiger_redacteur(fiche, request.user),
        objet=objet, fait="La promesse est modifiée.", retour=reverse("programme:livrable", args=[pk]),
        contexte={"titre": "Modifier la promesse", "fiche": fiche, "bouton": "Enregistrer la promesse"},
    )  # fmt: skip
