"""Les écrans d'une réunion : la prévoir, présences, compte rendu, décisions."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import EtatFiche, EtatReunion, PresenceReunion
from tissu.programme.forms.tableau import entier
from tissu.programme.forms.vie import CompteRenduForm, DecisionForm, ReunionForm
from tissu.programme.models import Reunion
from tissu.programme.operations import reunions as operations
from tissu.programme.operations.vie import exiger_redacteur
from tissu.programme.permissions import LECTEURS, REDACTEURS, est_redacteur
from tissu.programme.publications.reunion import compte_rendu as document_du_compte_rendu
from tissu.programme.queries import reunions as lectures
from tissu.programme.views.cadre import charger_fiche
from tissu.programme.views.ecrire import agir, remplir
from tissu.publications.rendus import rendre
from tissu.socle.ecrans import ecran


@ecran("Nouvelle réunion", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une réunion seule."""
    fiche = charger_fiche(request, pk)
    formulaire = ReunionForm(request.POST or None, fiche=fiche)
    return remplir(
        request,
        formulaire,
        lambda lu: operations.creer_reunion(
            fiche=fiche, contenu=formulaire.contenu(), auteur=request.user, au=timezone.now()
        ),
        garde=lambda: exiger_redacteur(fiche, request.user),
        objet=None, fait="La réunion est au calendrier.", retour=reverse("programme:calendrier_fiche", args=[pk]),
        contexte={"titre": "Prévoir une réunion", "fiche": fiche, "bouton": "Ajouter la réunion"},
    )  # fmt: skip


@ecran("Réunion", roles=LECTEURS)
@require_safe
def reunion(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ordre du jour, présents, compte rendu, décisions et leurs tâches."""
    objet = _charger(request, pk)
    return render(request, "programme/vie_reunion.html", _contexte(request, objet, DecisionForm(fiche=objet.fiche)))


@ecran("Modification d'une réunion", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Changer cette réunion seule."""
    objet = _charger(request, pk)
    formulaire = ReunionForm(request.POST or None, fiche=objet.fiche, initial=_initial(objet))
    return remplir(
        request,
        formulaire,
        lambda lu: operations.modifier_reunion(
            reunion=objet, revision=lu["revision"] or 0, contenu=formulaire.contenu(), auteur=request.user,
            au=timezone.now(),
        ),
        garde=lambda: exiger_redacteur(objet.fiche, request.user),
        objet=objet, fait="La réunion est modifiée.", retour=reverse("programme:reunion", args=[pk]),
        contexte={"titre": "Modifier la réunion", "fiche": objet.fiche, "bouton": "Enregistrer la réunion"},
    )  # fmt: skip


@ecran("Compte rendu d'une réunion", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def compte_rendu(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Écrire le compte rendu, ou le joindre ; si quelqu'un l'a écrit entre-temps, les deux versions se lisent."""
    objet = _charger(request, pk)
    initial = {"texte": objet.compte_rendu, "revision": objet.revision}
    return remplir(
        request,
        CompteRenduForm(request.POST or None, request.FILES or None, initial=initial),
        lambda lu: operations.rediger_compte_rendu(
            reunion=objet, revision=lu["revision"] or 0, texte=lu["texte"], fichier=lu["fichier"], auteur=request.user,
            au=timezone.now(),
        ),
        garde=lambda: operations.exiger_tenue(objet, request.user, timezone.now()),
        objet=objet, fait="Le compte rendu est enregistré.", retour=reverse("programme:reunion", args=[pk]),
        contexte={"titre": "Compte rendu", "fiche": objet.fiche, "bouton": "Enregistrer le compte rendu"},
    )  # fmt: skip


@ecran("Décision d'une réunion", roles=REDACTEURS)
@require_POST
def decision(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ajouter une décision, et sa tâche."""
    objet = _charger(request, pk)
    formulaire = DecisionForm(request.POST, fiche=objet.fiche)
    if formulaire.is_valid():
        try:
            operations.prendre_decision(
                reunion=objet, texte=formulaire.cleaned_data["texte"], tache=formulaire.tache_decidee(),
                auteur=request.user, au=timezone.now(),
            )  # fmt: skip
        except operations.VieRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "La décision est notée.")
            return redirect(f"{reverse('programme:reunion', args=[pk])}#decisions")
    return render(request, "programme/vie_reunion.html", _contexte(request, objet, formulaire), status=422)


@ecran("Présences à une réunion", roles=REDACTEURS)
@require_POST
def presences(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Noter qui était là ; un nom de plus s'ajoute au passage."""
    objet, au = _charger(request, pk), timezone.now()
    lues = {
        une.pk: request.POST[f"presence-{une.pk}"]
        for une in objet.participations.all()
        if request.POST.get(f"presence-{une.pk}") in PresenceReunion.values
    }

    def noter() -> None:
        if request.POST.get("nom", "").strip():
            operations.ajouter_participant(reunion=objet, nom=request.POST["nom"], auteur=request.user, au=au)
        operations.noter_presences(reunion=objet, presences=lues, auteur=request.user, au=au)

    return agir(request, noter, fait="Les présences sont notées.", retour=reverse("programme:reunion", args=[pk]))


@ecran("Annulation d'une réunion", roles=REDACTEURS)
@require_POST
def annuler(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Annuler cette réunion seule."""
    objet = _charger(request, pk)
    lue = request.POST.get("revision", "")

    def geste() -> None:
        operations.annuler_reunion(
            reunion=objet, revision=entier(lue) or 0, motif=request.POST.get("motif", ""),
            auteur=request.user, au=timezone.now(),
        )  # fmt: skip

    return agir(request, geste, fait="La réunion est annulée.", retour=reverse("programme:reunion", args=[pk]))


@ecran("Compte rendu en PDF", roles=LECTEURS)
@require_safe
@limite("60/m")
def compte_rendu_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Le compte rendu à imprimer ou à envoyer."""
    objet = _charger(request, pk)
    nom = f"compte-rendu-fiche-{objet.fiche.numero}-{timezone.localtime(objet.debut):%Y-%m-%d}.pdf"
    return HttpResponse(
        rendre(document_du_compte_rendu(objet), "pdf"),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{nom}"'},
    )


def _charger(request: RequeteConnectee, pk: int) -> Reunion:
    objet = lectures.reunion(pk)
    if objet is None:
        raise Http404("Cette réunion n'existe pas.")
    objet.fiche = charger_fiche(request, objet.fiche_id)
    return objet


def _initial(objet: Reunion) -> dict[str, Any]:
    debut: datetime = timezone.localtime(objet.debut)
    participations = list(objet.participations.all())
    return {
        "titre": objet.titre, "jour": debut.date(), "heure": debut.time(), "duree_minutes": objet.duree_minutes,
        "lieu": objet.lieu, "ordre_du_jour": objet.ordre_du_jour, "revision": objet.revision,
        "invites": [une.personne_id for une in participations if une.personne_id],
        "autres": "\n".join(une.nom for une in participations if une.nom),
    }  # fmt: skip


def _contexte(request: RequeteConnectee, objet: Reunion, decision: DecisionForm) -> dict[str, Any]:
    au = timezone.localdate()
    return {
        "titre": objet.titre,
        "reunion": objet,
        "fiche": objet.fiche,
        "formulaire": decision,
        "presences": PresenceReunion.choices,
        "commencee": timezone.localdate(objet.debut) <= au and objet.etat != EtatReunion.ANNULEE,
        "peut": objet.fiche.etat != EtatFiche.CLOSE and est_redacteur(request.user, objet.fiche),
        "regle": lectures.regle(objet.serie) if objet.serie else "",
        **lectures.voisines(objet),
    }
