"""Les revues : préparer à deux, arrêter, signer, lire ce qui est figé."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.revues import CommentaireForm, OuvrirRevueForm, PropositionForm, RectificationForm
from tissu.programme.models import Fiche, FigureFigee, Revue
from tissu.programme.operations import revues as operations
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.publications.revue import document_revue
from tissu.programme.queries import cadre
from tissu.programme.queries import revues as lectures
from tissu.programme.rules.revues import afficher
from tissu.programme.views.ecrire import agir, comparer
from tissu.publications.habillage import Habillage
from tissu.publications.queries import gabarit_en_service
from tissu.publications.rendus import FORMATS, rendre
from tissu.publications.sources import lien_de_diffusion
from tissu.socle.ecrans import ecran

REPONSES = {"rafraichir": "Chiffres repris.", "arreter": "Revue arrêtée : chaque partenaire peut donner son accord.",
            "rouvrir": "Revue rouverte : les accords déjà donnés sont annulés."}  # fmt: skip


def lire_revue(request: RequeteConnectee, pk: int) -> Revue:
    try:
        revue = lectures.revues().get(pk=pk)
    except Revue.DoesNotExist as erreur:
        raise Http404("Cette revue n'existe pas.") from erreur
    if LECTEURS.isdisjoint(request.user.roles_actifs("programme")):
        raise PermissionDenied("Cette revue n'est pas ouverte à votre rôle.")
    return revue


def contexte_de_revue(request: RequeteConnectee, revue: Revue) -> dict[str, Any]:
    signataires = {accord.organisation_id for accord in revue.accords.all()}
    tient, verrouillee = permissions.peut_tenir_la_revue(request.user, revue), revue.etat == "verrouillee"
    return {
        "revue": revue,
        "tient": tient,
        "diffuser": lien_de_diffusion("programme.revue", str(revue.pk)) if tient and verrouillee else "",
        "a_signer": tient and revue.etat == "arretee" and request.user.organisation_id not in signataires,
        "formats": [
            {"titre": titre, "url": reverse("programme:revue_document", args=[revue.pk, cle]), "detail": ""}
            for cle, (_, titre) in FORMATS.items()
            if cle != "csv"
        ],
    }


def montrees(figures: Any) -> list[dict[str, Any]]:
    """Chaque figure avec sa valeur, sa cible et ses rectifications en toutes lettres."""
    return [
        {
            "figure": une,
            "valeur": afficher(une.valeur, une.unite) or une.texte or "Non renseigné",
            "note": une.texte if une.valeur is not None else "",
            "cible": afficher(une.cible, une.unite),
            "rectifications": [(r, afficher(r.valeur, une.unite) or r.texte) for r in une.rectifications.all()],
        }
        for une in figures
    ]


@ecran("Bilans et points d'étape", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revues(request: RequeteConnectee) -> HttpResponse:
    formulaire = OuvrirRevueForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            ouverte = operations.ouvrir(**formulaire.cleaned_data, auteur=request.user, le=timezone.now())
            return redirect("programme:revue", ouverte.pk)
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
    peut_ouvrir = not REDACTEURS.isdisjoint(request.user.roles_actifs("programme"))
    contexte = {"revues": lectures.revues(), "formulaire": formulaire, "peut_ouvrir": peut_ouvrir}
    return render(request, "programme/revue_liste.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Revue", roles=LECTEURS)
@require_safe
def revue(request: RequeteConnectee, pk: int) -> HttpResponse:
    vue = lire_revue(request, pk)
    figures = list(lectures.figures(vue))
    contexte = contexte_de_revue(request, vue) | {
        "titre": str(vue),
        "lignes": lectures.preparation(vue),
        "totaux": montrees(une for une in figures if une.groupe == "total"),
        "generaux": [un for un in vue.commentaires.select_related("organisation") if un.fiche_id is None],
        "suites": operations.suites_preparees(vue),
    }
    return render(request, "programme/revue.html", contexte)


@ecran("Une fiche dans la revue", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_fiche(request: RequeteConnectee, pk: int, fiche: int) -> HttpResponse:
    vue = lire_revue(request, pk)
    try:
        choisie = cadre.fiches().get(pk=fiche, convention=vue.convention_id, annee=vue.annee)
    except Fiche.DoesNotExist as erreur:
        raise Http404("Cette fiche n'est pas dans cette revue.") from erreur
    contexte = contexte_de_revue(request, vue) | {
        "titre": f"{choisie.numero}. {choisie.titre_court}",
        "fiche": choisie,
        "figures": montrees(lectures.figures(vue, choisie)),
        "commentaires": vue.commentaires.filter(fiche=choisie).select_related("organisation", "ecrit_par"),
        "proposition": vue.propositions.filter(fiche=choisie).first(),
        "peut_proposer": permissions.peut_modifier(request.user, choisie) and vue.etat == "ouverte",
    }
    return _ecrire(request, vue, choisie, contexte)


def _ecrire(request: RequeteConnectee, vue: Revue, fiche: Fiche, contexte: dict[str, Any]) -> HttpResponse:
    """Le commentaire ou la proposition ; un conflit montre les deux versions et garde ce qui est tapé."""
    sien = vue.commentaires.filter(fiche=fiche, organisation=request.user.organisation_id).first()
    geste = request.POST.get("geste", "")
    commentaire = CommentaireForm(
        request.POST if geste == "commenter" else None,
        initial={"texte": sien.texte if sien else "", "revision": sien.revision if sien else 0},
    )
    proposition = PropositionForm(
        request.POST if geste == "proposer" else None, initial=_propose(contexte["proposition"]),
        criteres=list(fiche.criteres.order_by("ordre", "pk")),
    )  # fmt: skip
    envoye = {"commenter": commentaire, "proposer": proposition}.get(geste)
    conflit, etat = [], 200 if envoye is None else 422
    if envoye is not None and envoye.is_valid():
        try:
            _enregistrer(request, vue, fiche, geste, envoye)
        except ModificationRefusee as refus:
            envoye.add_error(None, str(refus))
        except ConflitDeSaisie as erreur:
            conflit, etat = comparer(erreur), 409
            courant = sien if geste == "commenter" else contexte["proposition"]
            envoye.a_refaire_sur(courant.revision if courant else 0)
        else:
            messages.success(request, "Enregistré.")
            return redirect("programme:revue_fiche", vue.pk, fiche.pk)
    contexte |= {"form_commentaire": commentaire, "form_proposition": proposition, "conflit": conflit}
    return render(request, "programme/revue_fiche.html", contexte, status=etat)


def _propose(proposition: Any) -> dict[str, Any]:
    if proposition is None:
        return {"revision": 0}
    cibles = {f"cible_{cle}": cible for cle, cible in proposition.cibles.items()}
    return {"revision": proposition.revision, "suite": proposition.suite, "texte": proposition.texte,
            "total_eur": proposition.total_propose_eur, **cibles}  # fmt: skip


def _enregistrer(request: RequeteConnectee, vue: Revue, fiche: Fiche, geste: str, formulaire: Any) -> None:
    lu = formulaire.cleaned_data
    commun: dict[str, Any] = {"revue": vue, "fiche": fiche, "auteur": request.user, "au": timezone.now(),
                              "texte": lu["texte"], "revision": lu["revision"] or 0}  # fmt: skip
    if geste == "commenter":
        operations.commenter(**commun)
    else:
        operations.proposer(suite=lu["suite"], total_eur=lu["total_eur"], cibles=formulaire.cibles(), **commun)


@ecran("Conduire une revue", roles=REDACTEURS)
@require_POST
def revue_geste(request: RequeteConnectee, pk: int) -> HttpResponse:
    vue, geste = lire_revue(request, pk), request.POST.get("geste", "")
    gestes = {
        "rafraichir": lambda: operations.rafraichir(revue=vue, auteur=request.user),
        "arreter": lambda: operations.arreter(revue=vue, auteur=request.user, au=timezone.now()),
        "rouvrir": lambda: operations.rouvrir(
            revue=vue, motif=request.POST.get("motif", "") or "sans motif écrit", auteur=request.user
        ),
    }
    if geste not in gestes:
        raise Http404("Ce geste n'existe pas.")
    return agir(request, gestes[geste], fait=REPONSES[geste], retour=reverse("programme:revue", args=[pk]))


@ecran("Donner son accord sur une revue", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_accord(request: RequeteConnectee, pk: int) -> HttpResponse:
    vue = lire_revue(request, pk)
    if request.method == "POST":
        return agir(
            request,
            lambda: operations.donner_accord(
                revue=vue, empreinte=request.POST.get("empreinte", ""), auteur=request.user, au=timezone.now()
            ),
            fait="Votre accord est enregistré.",
            retour=reverse("programme:revue", args=[pk]),
        )
    contexte = contexte_de_revue(request, vue) | {
        "titre": f"Donner votre accord : {vue}",
        "totaux": montrees(lectures.figures(vue).filter(groupe="total")),
        "lignes": [ligne for ligne in lectures.preparation(vue) if ligne.manques],
    }
    return render(request, "programme/revue_accord.html", contexte)


@ecran("Préparer la fiche suivante", roles=REDACTEURS)
@require_POST
def revue_suite(request: RequeteConnectee, pk: int, fiche: int) -> HttpResponse:
    vue = lire_revue(request, pk)
    return agir(
        request,
        lambda: operations.preparer_la_suite(
            revue=vue, fiche=cadre.fiche(fiche), auteur=request.user, au=timezone.now()
        ),
        fait="La fiche de l'année suivante est en préparation.",
        retour=reverse("programme:revue", args=[pk]),
    )


@ecran("Chiffre figé d'une revue", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_figure(request: RequeteConnectee, pk: int) -> HttpResponse:
    try:
        figure = FigureFigee.objects.select_related("revue__convention", "fiche").get(pk=pk)
    except FigureFigee.DoesNotExist as erreur:
        raise Http404("Ce chiffre n'existe pas ou plus : la revue a été rafraîchie.") from erreur
    vue = lire_revue(request, figure.revue_id)
    formulaire = RectificationForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.rectifier(figure=figure, **formulaire.cleaned_data, auteur=request.user, au=timezone.now())
            messages.success(request, "Rectification écrite à côté de la valeur verrouillée.")
            return redirect("programme:revue_figure", pk)
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
    colonnes = figure.lignes.get("colonnes", [])
    contexte = contexte_de_revue(request, vue) | {
        "titre": figure.libelle,
        "montree": montrees([figure])[0],
        "colonnes": [titre for _, titre in colonnes],
        "preuves": [[(titre, ligne.get(cle)) for cle, titre in colonnes] for ligne in figure.lignes.get("lignes", [])],
        "formulaire": formulaire,
    }
    return render(request, "programme/revue_figure.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Historique d'une revue", roles=LECTEURS)
@require_safe
def revue_historique(request: RequeteConnectee, pk: int) -> HttpResponse:
    vue = lire_revue(request, pk)
    evenements = [
        {
            "date": une.history_date,
            "titre": une.history_change_reason or "Modifiée",
            "texte": str(une.history_user or ""),
        }
        for une in vue.historique.select_related("history_user").order_by("-history_date", "-history_id")
    ]
    contexte = contexte_de_revue(request, vue) | {"titre": f"Historique : {vue}", "evenements": evenements}
    return render(request, "programme/revue_historique.html", contexte)


@ecran("Document d'une revue", roles=LECTEURS)
@require_safe
@limite("60/m")
def revue_document(request: RequeteConnectee, pk: int, format_: str) -> HttpResponse:
    vue = lire_revue(request, pk)
    if format_ not in FORMATS:
        raise Http404("Ce format n'existe pas.")
    octets = rendre(document_revue(vue), format_, habillage=_habillage(request))
    reponse = HttpResponse(octets, content_type=FORMATS[format_][0])
    reponse["Content-Disposition"] = f'attachment; filename="revue-{vue.annee}-{vue.type}.{format_}"'
    return reponse


def _habillage(request: RequeteConnectee) -> Habillage | None:
    """Le gabarit de l'organisation de la personne, s'il y en a un en service."""
    organisation = request.user.organisation
    gabarit = gabarit_en_service(organisation, au=timezone.localdate()) if organisation else None
    if organisation is None or gabarit is None:
        return None
    return Habillage(
        organisation=organisation.nom,
        accent=gabarit.accent,
        pied=gabarit.pied,
        logo=bytes(gabarit.logo),
        diapositives=bytes(gabarit.diapositives) if gabarit.diapositives else None,
    )
