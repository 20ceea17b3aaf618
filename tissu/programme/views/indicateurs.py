"""Les critères d'une fiche : leur tableau, leur page, les lignes derrière une valeur."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.models import Critere, Mesure
from tissu.programme.publications.indicateurs import document_des_lignes, figure_des_periodes
from tissu.programme.queries import indicateurs as lectures
from tissu.programme.queries import pages_indicateurs as pages
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche, etat_demande
from tissu.publications.rendus import FORMATS, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.travaux import lancer

ONGLET = "programme:indicateurs"


@ecran("Indicateurs d'une fiche", roles=permissions.LECTEURS)
@require_safe
def indicateurs(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Un critère par ligne : valeur, cible, tendance, origine."""
    fiche = charger_fiche(request, pk)
    etat_au = etat_demande(request, fiche)
    etats = lectures.etats_des_criteres([fiche], au=etat_au.au)[fiche.pk]
    contexte = {
        "lignes": pages.lignes(etats),
        "calcules": any(etat.calcule for etat in etats),
        "departs": any(etat.critere.reference is not None for etat in etats),
    }
    return render(
        request,
        "programme/indicateurs_fiche.html",
        contexte_de_fiche(fiche, request.user, onglet=ONGLET, etat_au=etat_au) | contexte,
    )


def charger_critere(request: RequeteConnectee, pk: int) -> Critere:
    """Le critère, si la personne peut lire sa fiche. Lève `Http404` ou `PermissionDenied`."""
    try:
        critere = lectures.critere(pk)
    except Critere.DoesNotExist as erreur:
        raise Http404("Ce critère n'existe pas.") from erreur
    if not permissions.peut_lire(request.user, critere.fiche):
        raise PermissionDenied("Cette fiche n'est pas ouverte à votre rôle.")
    return critere


@ecran("Critère d'évaluation", roles=permissions.LECTEURS)
@require_safe
def critere(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Tout sur un critère : définition, années, périodes, histoire."""
    trouve = charger_critere(request, pk)
    au = timezone.localdate()
    annees = lectures.annees_du_critere(trouve, au=au)
    etat = next(un for un in annees if un.critere.pk == trouve.pk)
    histoire = lectures.histoire(trouve)
    contexte: dict[str, Any] = {
        "critere": trouve,
        "ligne": pages.lignes([etat])[0],
        "annees_du_critere": pages.lignes(annees),
        "definition": pages.definition_de(etat),
        "ecart": pages.ecart_a_la_cible(etat),
        "figure": figure_des_periodes(etat),
        "periodes": pages.periodes(etat, histoire),
        "ventilation": pages.ventilation(histoire, etat.mesure, trouve.unite),
        "histoire": pages.histoire_en_mots(histoire, trouve.unite),
        "proposees": pages.proposees(histoire, request.user, trouve),
        "erreur": pages.derniere_erreur(trouve.indicateur) if etat.calcule else "",
    }
    return render(
        request,
        "programme/indicateurs_critere.html",
        contexte_de_fiche(trouve.fiche, request.user, onglet=ONGLET) | contexte,
    )


@ecran("Nouveau calcul des indicateurs", roles=permissions.REDACTEURS)
@require_POST
def recalculer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Met en file le calcul des critères de la fiche et montre son avancement."""
    fiche = charger_fiche(request, pk)
    if not permissions.est_redacteur(request.user, fiche):
        raise PermissionDenied("Seul un chargé de mission d'un partenaire demande un nouveau calcul.")
    travail = lancer("programme.mesurer", auteur=request.user.pk, unique=True, fiche=fiche.pk)
    return redirect("travail", travail_id=travail.pk)


def charger_mesure(request: RequeteConnectee, pk: int) -> Mesure:
    """La mesure, si la personne peut lire sa fiche. Lève `Http404` ou `PermissionDenied`."""
    try:
        mesure = lectures.mesure(pk)
    except Mesure.DoesNotExist as erreur:
        raise Http404("Cette mesure n'existe pas.") from erreur
    if not permissions.peut_lire(request.user, mesure.critere.fiche):
        raise PermissionDenied("Cette fiche n'est pas ouverte à votre rôle.")
    return mesure


@ecran("Lignes derrière une valeur", roles=permissions.LECTEURS)
@require_safe
@limite("300/m")
def mesure_lignes(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Les lignes gardées avec une mesure ; `?format=csv` les télécharge."""
    mesure = charger_mesure(request, pk)
    resultat = pages.lignes_de(mesure, request.user)
    if request.GET.get("format") == "csv":
        octets = rendre(document_des_lignes(resultat), "csv")
        nom = f"{mesure.critere.cle}-{mesure.periode}.csv"
        return HttpResponse(
            octets, content_type=FORMATS["csv"][0], headers={"Content-Disposition": f'attachment; filename="{nom}"'}
        )
    contexte = {
        "titre": f"Lignes : {mesure.critere.libelle}",
        "mesure": mesure,
        "resultat": resultat,
        "page": resultat.page(request.GET.get("page")),
        "valeur": pages.valeur_en_mots(mesure.valeur, mesure.critere.unite, secret=mesure.secret, texte=mesure.texte),
        "periode": pages.periode_en_mots(mesure.periode),
        "adresse_critere": reverse("programme:critere", args=[mesure.critere_id]),
    }
    return render(request, "programme/indicateurs_lignes.html", contexte)
