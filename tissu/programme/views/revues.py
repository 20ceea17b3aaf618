"""Les revues : préparer à deux, arrêter, signer, préparer la suite, remettre le document."""

from collections.abc import Mapping
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
from tissu.programme.choices import EtatRevue, Feu, SuiteProposee, TypeRevue
from tissu.programme.forms.revues import OuvrirRevueForm, ReprendreForm, SuiteForm
from tissu.programme.models import Fiche, Revue
from tissu.programme.operations import revues as operations
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.publications.revue import document_revue
from tissu.programme.publications.revue_parties import chiffres_cles
from tissu.programme.queries import revues as lectures
from tissu.programme.queries.figures import RevueFigee, ranger
from tissu.programme.queries.photographie import fiches_de
from tissu.programme.rules.constats import constats
from tissu.programme.rules.revues import SUITES, afficher
from tissu.programme.views.ecrire import agir
from tissu.programme.views.revues_cadre import contexte_de_revue, ecarts_a_lire, lire_revue, montrees
from tissu.publications.habillage import Habillage
from tissu.publications.queries import gabarit_en_service
from tissu.publications.rendus import FORMATS, rendre
from tissu.publications.valeurs import affichee
from tissu.socle.ecrans import ecran

REPONSES = {"rafraichir": "Chiffres repris.", "arreter": "Revue arrêtée : chaque partenaire peut donner son accord.",
            "rouvrir": "Revue rouverte : les accords déjà donnés sont annulés."}  # fmt: skip


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
    figee = ranger(list(lectures.figures(vue)))
    preparation = lectures.preparation(vue) if vue.etat == EtatRevue.OUVERTE else []
    verrouillee = vue.etat == EtatRevue.VERROUILLEE
    lignes = _lignes(vue, figee, preparation)
    contexte = contexte_de_revue(request, vue) | {
        "titre": str(vue),
        "constat": " ".join(constats(figee.ensemble())),
        "chiffres": [(un, affichee(un.valeur, un.nature)) for un in chiffres_cles(figee)],
        "totaux": montrees(figee.totaux.values()),
        "lignes": lignes,
        "reste": _ce_qui_reste(preparation),
        "generaux": [un for un in vue.commentaires.select_related("organisation") if un.fiche_id is None],
        "changes": len(ecarts_a_lire(operations.differences(vue))) if verrouillee else 0,
        "a_preparer": verrouillee and vue.type == TypeRevue.BILAN_ANNUEL and any(une["continue"] for une in lignes),
        "reprendre": ReprendreForm(initial={"au": vue.au}),
    }
    contexte["plan"] = _plan(contexte)
    return render(request, "programme/revue.html", contexte)


def _plan(contexte: dict[str, Any]) -> list[dict[str, str]]:
    """Les parties que la page montre."""
    a_faire = contexte["tient"] and contexte["revue"].etat != EtatRevue.VERROUILLEE
    mots = contexte["revue"].introduction or contexte["generaux"]
    parties = [("conduire", "À faire", a_faire), ("essentiel", "L'essentiel", True),
               ("mots", "En introduction", mots), ("fiches", "Fiche par fiche", True)]  # fmt: skip
    return [{"identifiant": cle, "titre": titre} for cle, titre, montree in parties if montree]


def _lignes(vue: Revue, figee: RevueFigee, preparation: list[lectures.LigneDePreparation]) -> list[dict[str, Any]]:
    """Une ligne par fiche : où elle en est, ce qui est dépensé et atteint, ce qui manque ou ce qui est proposé."""
    manques = {ligne.fiche.pk: ligne.manques for ligne in preparation}
    propositions = {une.fiche_id: une.suite for une in vue.propositions.order_by("pk")}
    suivantes: Mapping[int, Fiche] = lectures.suites_preparees(vue) if vue.etat == EtatRevue.VERROUILLEE else {}
    return [
        {
            "fiche": une.fiche,
            "feu": Feu(une.feu.origine),
            "motifs": une.feu.texte.removeprefix(f"{Feu(une.feu.origine).label}. "),
            "depense": afficher(une.valeur("part"), "part"),
            "resultats": afficher(une.valeur("resultats"), "part"),
            "manques": manques.get(une.fiche.pk, []),
            "proposition": SUITES[vue.type].get(propositions.get(une.fiche.pk, ""), ""),
            "suivante": suivantes.get(une.fiche.pk),
            "continue": une.fiche.pk not in suivantes and propositions.get(une.fiche.pk) != SuiteProposee.ARRETER,
        }
        for une in figee.fiches
    ]


def _ce_qui_reste(preparation: list[lectures.LigneDePreparation]) -> dict[str, Any]:
    """Où en est la préparation, en trois comptes."""
    return {
        "fiches": len(preparation),
        "commentees": sum(not any(m.code == "commentaire_absent" for m in ligne.manques) for ligne in preparation),
        "proposees": sum(ligne.proposition is not None for ligne in preparation),
        "bloquantes": [ligne.fiche for ligne in preparation if any(manque.bloquant for manque in ligne.manques)],
    }


@ecran("Conduire une revue", roles=REDACTEURS)
@require_POST
def revue_geste(request: RequeteConnectee, pk: int) -> HttpResponse:
    vue, geste = lire_revue(request, pk), request.POST.get("geste", "")
    retour = reverse("programme:revue", args=[pk])
    reprise = ReprendreForm(request.POST)
    if geste == "rafraichir" and not reprise.is_valid():
        messages.error(request, "La date des chiffres ne se lit pas : écrivez-la au format JJ/MM/AAAA.")
        return redirect(retour)
    gestes = {
        "rafraichir": lambda: operations.rafraichir(revue=vue, auteur=request.user, au=reprise.cleaned_data["au"]),
        "arreter": lambda: operations.arreter(revue=vue, auteur=request.user, au=timezone.now()),
        "rouvrir": lambda: operations.rouvrir(
            revue=vue, motif=request.POST.get("motif", "") or "sans motif écrit", auteur=request.user
        ),
    }
    if geste not in gestes:
        raise Http404("Ce geste n'existe pas.")
    return agir(request, gestes[geste], fait=REPONSES[geste], retour=retour)


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
    figee = ranger(list(lectures.figures(vue)))
    contexte = contexte_de_revue(request, vue) | {
        "titre": f"Donner votre accord : {vue}",
        "constat": " ".join(constats(figee.ensemble())),
        "totaux": montrees(figee.totaux.values()),
        "lignes": [ligne for ligne in lectures.preparation(vue) if ligne.manques],
    }
    return render(request, "programme/revue_accord.html", contexte)


@ecran("Préparer l'année suivante d'une revue", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_suite(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Les fiches de l'année suivante, dans la convention de la revue ou dans celle qui lui succède."""
    vue = lire_revue(request, pk)
    if not permissions.peut_tenir_la_revue(request.user, vue):
        raise PermissionDenied("La suite d'une revue se prépare entre chargés de mission des partenaires.")
    a_preparer, arretees = _a_preparer(vue)
    conventions = lectures.conventions_de_la_suite(vue, request.user.organisation)
    formulaire = SuiteForm(
        request.POST or None, conventions=conventions, fiches=a_preparer, initial={"fiches": a_preparer}
    )
    if request.method == "POST" and formulaire.is_valid():
        try:
            faites = operations.preparer_la_suite(
                revue=vue, **formulaire.cleaned_data, auteur=request.user, au=timezone.now()
            )
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            dans = formulaire.cleaned_data["convention"]
            messages.success(request, f"Fiches de {vue.annee + 1} en préparation dans « {dans} » : {len(faites)}.")
            return redirect("programme:revue", pk)
    contexte = contexte_de_revue(request, vue) | {
        "titre": f"Préparer les fiches de {vue.annee + 1}", "formulaire": formulaire, "conventions": conventions,
        "a_preparer": a_preparer, "arretees": arretees,
    }  # fmt: skip
    return render(request, "programme/revue_suite.html", contexte, status=422 if formulaire.errors else 200)


def _a_preparer(vue: Revue) -> tuple[Any, list[Fiche]]:
    """Les fiches dont la suite reste à préparer, et celles que la revue propose d'arrêter."""
    arretees = set(vue.propositions.filter(suite=SuiteProposee.ARRETER).values_list("fiche", flat=True))
    fiches = fiches_de(vue)
    reste = {une.pk for une in fiches} - arretees - set(lectures.suites_preparees(vue))
    return Fiche.objects.filter(pk__in=reste).order_by("numero", "pk"), [une for une in fiches if une.pk in arretees]


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
