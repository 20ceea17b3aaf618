"""Corriger un établissement, et la file des corrections à revoir."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import AGENTS, NatureAcces, Role
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_corriger_registre, peut_voir_non_diffusible
from tissu.comptes.requetes import RequeteConnectee
from tissu.entrepot.instantane import courant
from tissu.registre.corrigeables import ValeurRefusee
from tissu.registre.forms.corrections import SUJETS, CorrectionForm, EffectifForm, RevueForm
from tissu.registre.models import Correction
from tissu.registre.operations import corrections as operations
from tissu.registre.operations.consulaire import noter_effectif
from tissu.registre.queries import corrections as queries
from tissu.registre.rules import est_diffusible
from tissu.registre.tables import nom_affiche
from tissu.registre.views.absence import registre_requis
from tissu.socle.ecrans import ecran

CORRIGENT = {Role.CHARGE_MISSION}
PAR_PAGE = 25


@ecran("Corrections à revoir", roles=AGENTS | {Role.ADMINISTRATEUR})
@require_safe
@registre_requis
def a_revoir(request: RequeteConnectee) -> HttpResponse:
    """La file : ancienne source, nouvelle source et notre correction côte à côte."""
    page = Paginator(queries.a_revoir(), PAR_PAGE).get_page(request.GET.get("page"))
    connus = {e["siret"]: e for e in courant().lignes("etablissements", "siret", sorted({c.siret for c in page}))}
    lignes = [
        {
            "correction": c,
            "nom": nom_affiche(connus[c.siret]) if c.siret in connus else "Hors du registre",
            "champ": queries.libelle_champ(c.champ),
        }
        for c in _lisibles(request, list(page), connus)
    ]
    contexte = {"page": page, "lignes": lignes, "peut_corriger": peut_corriger_registre(request.user)}
    return render(request, "registre/corrections.html", contexte)


def _lisibles(request: RequeteConnectee, page: list[Correction], connus: dict[str, Any]) -> list[Correction]:
    """Les corrections que la personne peut lire : les protégées ne le sont que de qui en a le droit, et c'est noté."""
    proteges = {c.siret for c in page if c.siret not in connus or not est_diffusible(connus[c.siret])}
    if not proteges:
        return page
    if not peut_voir_non_diffusible(request.user):
        return queries.montrables(page, connus)
    for siret in sorted(proteges):
        _noter_lecture(request, siret)
    return page


def _noter_lecture(request: RequeteConnectee, siret: str) -> None:
    journaliser_acces(
        personne=request.user, nature=NatureAcces.NON_DIFFUSIBLE, objet=("etablissement", siret), au=timezone.now(),
        motif="Corrections locales", adresse_ip=adresse_ip(request),
    )  # fmt: skip


@ecran("Corriger un établissement", roles=CORRIGENT)
@require_http_methods(["GET", "HEAD", "POST"])
@registre_requis
def corriger(request: RequeteConnectee, siret: str, sujet: str = "nom") -> HttpResponse:
    """Le formulaire d'un sujet, rempli de ce que la page affiche."""
    ligne = _ligne_corrigee(request, siret)
    if sujet not in SUJETS:
        raise Http404
    initial = {champ: ligne.get(champ) for champ in SUJETS[sujet][1]}
    formulaire = CorrectionForm(request.POST or None, initial=initial, sujet=sujet)
    if formulaire.is_valid():
        valeurs = operations.changements(formulaire.valeurs(), initial)
        if not valeurs:
            formulaire.add_error(None, "Rien n'a changé : corrigez une valeur, ou revenez à la fiche.")
        else:
            try:
                operations.corriger(
                    siret=siret, valeurs=valeurs, motif=formulaire.cleaned_data["motif"], auteur=request.user.pk,
                    le=timezone.now(), expire_le=formulaire.cleaned_data["expire_le"],
                )  # fmt: skip
                messages.success(request, "La correction est enregistrée. Elle survivra aux prochains imports.")
                return redirect("registre:etablissement", siret)
            except ValeurRefusee as refus:
                formulaire.add_error(None, str(refus))
    contexte = {"formulaire": formulaire, "ligne": ligne, "sujets": _onglets(siret, sujet), "titre": SUJETS[sujet][0]}
    return render(request, "registre/corriger.html", contexte)


def _ligne_corrigee(request: RequeteConnectee, siret: str) -> dict[str, Any]:
    lignes = courant().lignes("etablissements", "siret", [siret])
    if not lignes:
        raise Http404
    appliquees, peut_voir = queries.appliquees(siret), peut_voir_non_diffusible(request.user)
    if peut_voir and appliquees and not est_diffusible(lignes[0]):
        _noter_lecture(request, siret)
    return queries.appliquer(lignes[0], appliquees, peut_voir=peut_voir)


def _onglets(siret: str, choisi: str) -> list[dict[str, Any]]:
    liens = [
        {
            "titre": titre,
            "url": reverse("registre:corriger", args=[siret, code]),
            "actif": code == choisi,
            "compte": None,
        }
        for code, (titre, _) in SUJETS.items()
    ]
    confirme = reverse("registre:effectif_confirme", args=[siret])
    return [*liens, {"titre": "Effectif confirmé", "url": confirme, "actif": choisi == "confirme", "compte": None}]


@ecran("Effectif confirmé", roles=CORRIGENT)
@require_http_methods(["GET", "HEAD", "POST"])
@registre_requis
def effectif_confirme(request: RequeteConnectee, siret: str) -> HttpResponse:
    """Retient un effectif dit par l'entreprise : combien, quand, par qui."""
    ligne = _ligne_corrigee(request, siret)
    formulaire = EffectifForm(request.POST or None)
    if formulaire.is_valid():
        noter_effectif(siret=siret, auteur=request.user.pk, le=timezone.now(), **formulaire.cleaned_data)
        messages.success(request, "L'effectif est retenu, avec sa date et sa source.")
        return redirect("registre:etablissement", siret)
    contexte = {"formulaire": formulaire, "ligne": ligne, "sujets": _onglets(siret, "confirme")}
    return render(request, "registre/corriger.html", contexte)


@ecran("Revoir une correction", roles=CORRIGENT)
@require_POST
def revoir(request: RequeteConnectee, correction_id: int) -> HttpResponse:
    """Garde notre valeur, reprend celle de la source, ou en pose une troisième."""
    correction = get_object_or_404(Correction, pk=correction_id)
    formulaire = RevueForm(request.POST)
    if not formulaire.is_valid():
        messages.error(request, "Choisissez de garder la correction, de reprendre la source ou de modifier la valeur.")
        return redirect("registre:corrections")
    try:
        operations.revoir(correction=correction, auteur=request.user.pk, **formulaire.cleaned_data)
    except ValeurRefusee as refus:
        messages.error(request, str(refus))
    else:
        champ = queries.libelle_champ(correction.champ)
        messages.success(request, f"{champ} : correction {correction.get_etat_display().lower()}.")
    if request.POST.get("retour") == "etablissement":
        return redirect("registre:etablissement", correction.siret)
    return redirect("registre:corrections")
