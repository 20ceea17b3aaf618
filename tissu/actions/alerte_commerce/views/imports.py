"""Les listes d'adhérents reçues : les lire, les appliquer, trancher leurs doublons, corriger leurs refus."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.actions.alerte_commerce.choices import EtatImportAdherents, SortDeLigne
from tissu.actions.alerte_commerce.forms.imports import ColonnesForm, CorrigerForm, DepotForm
from tissu.actions.alerte_commerce.models import Adherent, ImportAdherents, LigneImport
from tissu.actions.alerte_commerce.operations import imports as operations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.queries import imports as lectures
from tissu.actions.alerte_commerce.rules.fichier import CHAMPS
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire, tenter
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.requetes import RequeteConnectee
from tissu.registre.operations.depots import deposer
from tissu.socle.ecrans import ecran


@ecran("Imports d'adhérents", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
@de_la_chambre
def liste(request: RequeteConnectee) -> HttpResponse:
    """Les fichiers reçus, et de quoi en déposer un."""
    formulaire = DepotForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            depot = deposer(formulaire.cleaned_data["fichier"], rayon=operations.RAYON)
            importation = operations.deposer(
                depot=depot, en_service=formulaire.cleaned_data["en_service"], auteur=request.user, au=timezone.now()
            )
        except GesteRefuse as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            return redirect("alerte_commerce:import", importation.pk)
    page = Paginator(lectures.imports(), 30).get_page(request.GET.get("page"))
    contexte = {"titre": "Imports d'adhérents", "formulaire": formulaire, "page": page}
    return render(request, "alerte_commerce/imports.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Import d'adhérents", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@limite("120/m")
@de_la_chambre
def importation(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qu'un fichier donne, ligne par ligne ; ses colonnes se règlent tant qu'il n'est pas appliqué."""
    objet = get_object_or_404(lectures.imports(), pk=pk)
    colonnes = _colonnes(request, objet)
    if request.method == "POST" and colonnes is not None and colonnes.is_valid():
        try:
            operations.regler(importation=objet, colonnes=colonnes.colonnes(), auteur=request.user,
                              nom=colonnes.cleaned_data["garder_sous"], au=timezone.now())  # fmt: skip
        except GesteRefuse as refus:
            colonnes.add_error(None, str(refus))
        else:
            dire(request, "Le fichier est relu avec ces colonnes.")
            return redirect("alerte_commerce:import", pk)
    return _rendre(request, objet, colonnes)


def _colonnes(request: RequeteConnectee, objet: ImportAdherents) -> ColonnesForm | None:
    if objet.etat != EtatImportAdherents.DEPOSE:
        return None
    try:
        entetes = operations.ouvrir(objet).entetes
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
        return None
    return ColonnesForm(request.POST or None, entetes=entetes, colonnes=objet.colonnes)


def _rendre(request: RequeteConnectee, objet: ImportAdherents, colonnes: ColonnesForm | None) -> HttpResponse:
    sort = request.GET.get("sort", "")
    page = Paginator(lectures.lignes_de(objet, sort), 50).get_page(request.GET.get("page"))
    if page.object_list:
        journaliser_acces(personne=request.user, nature=NatureAcces.CONTACTS, objet=objet, au=timezone.now(),
                          motif="Aperçu d'une liste d'adhérents", adresse_ip=adresse_ip(request))  # fmt: skip
    absents = Adherent.objects.filter(pk__in=objet.absents).order_by("nom", "pk")
    contexte = {
        "titre": objet.nom, "importation": objet, "colonnes": colonnes, "page": page, "vues": _vues(objet, sort),
        "sans_date": lectures.sans_date_de_charte(objet),
        "lignes": _lignes(list(page)), "absents": absents[:200], "combien_d_absents": len(objet.absents),
    }  # fmt: skip
    statut = 422 if colonnes is not None and colonnes.errors else 200
    return render(request, "alerte_commerce/import.html", contexte, status=statut)


def _vues(objet: ImportAdherents, sort: str) -> list[dict[str, Any]]:
    page, comptes = reverse("alerte_commerce:import", args=[objet.pk]), lectures.comptes_de(objet)
    toutes = {"titre": "Toutes", "url": page, "actif": sort not in SortDeLigne.values, "compte": sum(comptes.values())}
    return [
        toutes,
        *(
            {"titre": nom, "url": f"{page}?sort={code}", "actif": sort == code, "compte": comptes[code]}
            for code, nom in SortDeLigne.choices
            if comptes[code]
        ),
    ]


def _lignes(lignes: list[LigneImport]) -> list[dict[str, Any]]:
    """Chaque ligne avec les adhérents qui lui ressemblent et les champs en défaut, nommés."""
    pks = {candidat["adherent"] for ligne in lignes for candidat in ligne.candidats if "adherent" in candidat}
    adherents = Adherent.objects.in_bulk(pks)
    return [
        {
            "ligne": ligne,
            "candidats": [
                (adherents[un["adherent"]], un["raison"]) for un in ligne.candidats if un.get("adherent") in adherents
            ],
            "repetees": [(un["ligne"], un["raison"]) for un in ligne.candidats if "ligne" in un],
            "defauts": [_dire(defaut) for defaut in ligne.defauts],
        }
        for ligne in lignes
    ]


def _dire(defaut: dict[str, str]) -> tuple[str, str, str]:
    """Le champ, sa valeur si le motif ne la redit pas, et le motif."""
    valeur = "" if defaut["valeur"] in defaut["motif"] else defaut["valeur"]
    return CHAMPS[defaut["champ"]], valeur, defaut["motif"]


@ecran("Appliquer un import d'adhérents", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def appliquer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Entre tout d'un coup."""
    objet = get_object_or_404(ImportAdherents, pk=pk)
    tenter(request, lambda: operations.appliquer(importation=objet, auteur=request.user, au=timezone.now()),
           "La liste est appliquée. Tranchez ses doublons et corrigez ses refus.")  # fmt: skip
    return redirect("alerte_commerce:import", pk)


@ecran("Abandonner un import d'adhérents", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def abandonner(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Laisse le fichier dehors."""
    objet = get_object_or_404(ImportAdherents, pk=pk)
    tenter(request, lambda: operations.abandonner(importation=objet, auteur=request.user), "Le fichier est abandonné.")
    return redirect("alerte_commerce:imports")


@ecran("Trancher une ligne d'adhérent", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def trancher(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Rattacher, créer ou écarter."""
    ligne = get_object_or_404(LigneImport, pk=pk)
    decision, _, choisi = request.POST.get("decision", "").partition(":")
    tenter(
        request,
        lambda: operations.trancher(
            ligne=ligne, decision=decision, adherent=int(choisi) if choisi.isdecimal() else None, auteur=request.user,
            au=timezone.now(),
        ),
        f"La ligne {ligne.ligne} est tranchée.",
    )  # fmt: skip
    return redirect(f"{reverse('alerte_commerce:import', args=[ligne.importation_id])}?sort={ligne.sort}")


@ecran("Corriger une ligne d'adhérent", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def corriger(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Reprend une ligne refusée, case par case."""
    ligne = get_object_or_404(LigneImport.objects.select_related("importation"), pk=pk)
    formulaire = CorrigerForm(request.POST or None, ligne=ligne)
    if request.method == "POST" and formulaire.is_valid():
        try:
            reprise = operations.corriger(
                ligne=ligne, brute=formulaire.cleaned_data, auteur=request.user, au=timezone.now()
            )  # fmt: skip
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            if not reprise.defauts:
                dire(request, f"La ligne {ligne.ligne} est reprise : {reprise.get_sort_display().lower()}.")
                return redirect("alerte_commerce:import", ligne.importation_id)
            formulaire.montrer(reprise.defauts)
    contexte = {"titre": f"Ligne {ligne.ligne}", "ligne": ligne, "formulaire": formulaire,
                "defauts": _lignes([ligne])[0]["defauts"]}  # fmt: skip
    return render(
        request, "alerte_commerce/corriger.html", contexte, status=422 if formulaire.errors else 200
    )  # fmt: skip
