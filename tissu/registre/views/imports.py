"""Le journal des imports, leur quarantaine, et le lancement d'un import."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import NatureAcces, Role
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_voir_non_diffusible
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.valeurs import pour_tableur
from tissu.registre.forms.imports import ImportForm
from tissu.registre.models import Import, LigneRefusee
from tissu.registre.operations.depots import recevoir_lot
from tissu.registre.queries.quarantaine import COLONNES, lisibles, protegee
from tissu.socle.ecrans import ecran
from tissu.socle.models import EtatTravail, Travail
from tissu.socle.travaux import lancer

IMPORTENT = {Role.ADMINISTRATEUR, Role.CHARGE_MISSION}
TRAVAUX = ("registre.importer", "registre.recomposer", "registre.rejouer", "registre.consulaire")
PAR_PAGE = 25


@ecran("Imports", roles=IMPORTENT)
@require_safe
def journal(request: RequeteConnectee) -> HttpResponse:
    """Tous les imports, du plus récent au plus ancien, et ce qui tourne."""
    page = Paginator(Import.objects.select_related("auteur"), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "registre/imports.html", {"page": page, "travaux": _en_cours()})


def _en_cours() -> list[Travail]:
    vivants = (EtatTravail.EN_ATTENTE, EtatTravail.EN_COURS)
    return list(Travail.objects.filter(nom__in=TRAVAUX, etat__in=vivants).order_by("cree_le", "pk"))


@ecran("Lancer un import", roles=IMPORTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def lancer_import(request: RequeteConnectee) -> HttpResponse:
    """Choisir un dossier du serveur ou envoyer des fichiers, puis suivre l'avancement."""
    formulaire = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if formulaire.is_valid():
        dossier = formulaire.dossier_choisi() or recevoir_lot(formulaire.cleaned_data["fichiers"])
        travail = lancer(
            "registre.importer", auteur=request.user.pk, unique=True, dossier=str(dossier),
            forcer=formulaire.cleaned_data["forcer"], personne=request.user.pk,
        )  # fmt: skip
        return redirect("travail", travail.pk)
    return render(request, "registre/import_lancer.html", {"formulaire": formulaire})


@ecran("Import", roles=IMPORTENT)
@require_safe
def detail(request: RequeteConnectee, import_id: int) -> HttpResponse:
    """Un import : ses fichiers, ce qu'il a gardé, et les lignes refusées."""
    objet = get_object_or_404(Import.objects.select_related("auteur"), pk=import_id)
    lignes = objet.lignes_refusees.order_by("pk")
    codes = sorted(set(lignes.values_list("code", flat=True)))
    choisi = request.GET.get("code", "")
    if choisi in codes:
        lignes = lignes.filter(code=choisi)
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "importation": objet,
        "titre": f"Import n° {objet.pk}",
        "fichiers": objet.fichiers.all(),
        "page": page,
        "lignes": _lire(request, objet, list(page), NatureAcces.NON_DIFFUSIBLE),
        "codes": _onglets(codes, choisi),
    }
    return render(request, "registre/import.html", contexte)


def _lire(
    request: RequeteConnectee, objet: Import, lignes: Iterable[LigneRefusee], nature: NatureAcces
) -> list[dict[str, Any]]:
    """Les lignes lisibles par la personne ; lire celles d'une personne protégée s'inscrit au journal."""
    lignes, peut_voir = list(lignes), peut_voir_non_diffusible(request.user)
    combien = sum(protegee(ligne) for ligne in lignes) if peut_voir else 0
    if combien:
        journaliser_acces(
            personne=request.user, nature=nature, objet=objet, au=timezone.now(),
            motif=f"Quarantaine, {combien} lignes protégées", adresse_ip=adresse_ip(request),
        )  # fmt: skip
    return list(lisibles(lignes, peut_voir=peut_voir))


def _onglets(codes: list[str], choisi: str) -> list[dict[str, object]]:
    tous = {"titre": "Tous", "url": "?", "actif": choisi not in codes, "compte": None}
    return [tous] + [
        {"titre": code.replace("_", " ").capitalize(), "url": f"?code={code}", "actif": code == choisi, "compte": None}
        for code in codes
    ]


@ecran("Export de la quarantaine", roles=IMPORTENT)
@require_safe
def quarantaine_csv(request: RequeteConnectee, import_id: int) -> HttpResponse:
    """Les lignes refusées d'un import, en CSV qu'un tableur ouvre sans rien exécuter."""
    objet = get_object_or_404(Import, pk=import_id)
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for ligne in _lire(request, objet, objet.lignes_refusees.order_by("pk"), NatureAcces.EXPORT):
        ecrivain.writerow([pour_tableur(ligne[colonne]) for colonne in COLONNES])
    reponse = HttpResponse("\ufeff" + sortie.getvalue(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="quarantaine-import-{objet.pk}.csv"'
    return reponse


@ecran("Rejouer une ligne refusée", roles=IMPORTENT)
@require_POST
def rejouer(request: RequeteConnectee, ligne_id: int) -> HttpResponse:
    """Corrige la valeur fautive d'une ligne et la rejoue : un import de plus, au journal."""
    ligne = get_object_or_404(LigneRefusee, pk=ligne_id)
    if protegee(ligne) and not peut_voir_non_diffusible(request.user):
        raise PermissionDenied("Cette ligne est peut-être celle d'une personne protégée : à un chargé de mission.")
    if ligne.rejouee_le:
        messages.info(request, "Cette ligne a déjà été rejouée.")
        return redirect("registre:import", ligne.importation_id)
    correction = {ligne.champ: request.POST.get("valeur", "").strip()} if ligne.champ else {}
    travail = lancer(
        "registre.rejouer", auteur=request.user.pk, unique=True, corrections={str(ligne.pk): correction},
        personne=request.user.pk,
    )  # fmt: skip
    return redirect("travail", travail.pk)
