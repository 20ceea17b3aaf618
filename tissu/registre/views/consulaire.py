"""Le fichier consulaire : déposer, régler les colonnes, voir ancien et nouveau, appliquer, annuler."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import NatureAcces, Role
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_voir_contacts, peut_voir_non_diffusible
from tissu.comptes.requetes import RequeteConnectee
from tissu.registre.forms.consulaire import CorrespondanceForm, DepotConsulaireForm
from tissu.registre.models import EditionConsulaire, EtatEdition
from tissu.registre.operations import consulaire as operations
from tissu.registre.operations.depots import DepotIntrouvable, deposer, retrouver
from tissu.registre.sources.consulaire import CHAMPS, FichierConsulaireRefuse, lire_tableau
from tissu.registre.views.absence import registre_requis
from tissu.socle.ecrans import ecran
from tissu.socle.travaux import lancer

IMPORTENT = {Role.ADMINISTRATEUR, Role.CHARGE_MISSION}
PAR_PAGE = 50
LIBRES = frozenset({"effectif", "effectif_date"})
"""Ce que l'aperçu montre à qui n'a pas le droit de lire les contacts : il vérifie le fichier, sans plus."""


@ecran("Fichier consulaire", roles=IMPORTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def editions(request: RequeteConnectee) -> HttpResponse:
    """Les éditions reçues, et le dépôt d'une nouvelle."""
    formulaire = DepotConsulaireForm(request.POST or None, request.FILES or None)
    if formulaire.is_valid():
        donnees = formulaire.cleaned_data
        try:
            edition = operations.deposer_edition(
                depot=deposer(donnees["fichier"], rayon=operations.RAYON), date_source=donnees["date_source"],
                correspondance=donnees["correspondance"].nom if donnees["correspondance"] else "",
                auteur=request.user.pk, le=timezone.now(),
            )  # fmt: skip
        except FichierConsulaireRefuse as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            return redirect("registre:consulaire_edition", edition.pk)
    liste = EditionConsulaire.objects.defer("avant").select_related("auteur")
    derniere = liste.filter(etat=EtatEdition.APPLIQUEE).order_by("-appliquee_le", "-pk").first()
    page = Paginator(liste, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"formulaire": formulaire, "page": page, "derniere": derniere}
    return render(request, "registre/consulaire.html", contexte)


@ecran("Aperçu du fichier consulaire", roles=IMPORTENT)
@require_safe
@registre_requis
def edition(request: RequeteConnectee, edition_id: int) -> HttpResponse:
    """Ancien et nouveau, ligne à ligne, avant d'appliquer."""
    objet = get_object_or_404(EditionConsulaire.objects.defer("avant"), pk=edition_id)
    contexte: dict[str, Any] = {"edition": objet, "titre": objet.nom, "a_verifier": objet.etat == EtatEdition.DEPOSEE}
    if objet.etat == EtatEdition.DEPOSEE:
        try:
            entetes = lire_tableau(retrouver(objet.fichier, rayon=operations.RAYON), nom=objet.nom).entetes
            contexte["colonnes"] = CorrespondanceForm(initial=objet.colonnes, entetes=entetes)
            contexte |= _apercu(request, objet)
        except (FichierConsulaireRefuse, DepotIntrouvable) as refus:
            contexte["refus"] = str(refus)
    else:
        contexte["comptes"] = _comptes(objet.comptes, "")
    if contexte.get("lignes") and contexte["lisible"]:
        journaliser_acces(
            personne=request.user, nature=NatureAcces.CONTACTS, objet=objet, au=timezone.now(),
            motif=f"Aperçu du fichier consulaire, {len(contexte['lignes'])} lignes", adresse_ip=adresse_ip(request),
        )  # fmt: skip
    return render(request, "registre/consulaire_edition.html", contexte)


def _apercu(request: RequeteConnectee, objet: EditionConsulaire) -> dict[str, Any]:
    lignes = operations.apercevoir(objet)
    choisi = request.GET.get("statut", "")
    retenues = [ligne for ligne in lignes if choisi in ("", ligne.statut)]
    page = Paginator(retenues, PAR_PAGE).get_page(request.GET.get("page"))
    lisible = peut_voir_contacts(request.user) and peut_voir_non_diffusible(request.user)
    vues = [
        {
            "ligne": ligne,
            "statut": operations.LIBELLES_STATUTS[ligne.statut],
            "differences": [
                (CHAMPS[champ], avant, apres) for champ, avant, apres in ligne.differences if lisible or champ in LIBRES
            ],
            "avis": ligne.fiche.avis if lisible else [],
            "caches": 0 if lisible else sum(champ not in LIBRES for champ, _, _ in ligne.differences),
        }
        for ligne in page
    ]
    comptes = operations.compter(lignes)
    applicables = comptes[operations.AJOUTEE] + comptes[operations.MODIFIEE]
    return {
        "page": page, "lignes": vues, "comptes": _comptes(comptes, choisi), "applicables": applicables,
        "lisible": lisible,
    }  # fmt: skip


def _comptes(comptes: dict[str, int], choisi: str) -> list[dict[str, Any]]:
    liens = [{"titre": "Toutes", "url": "?", "actif": not choisi, "compte": None}]
    for statut, libelle in operations.LIBELLES_STATUTS.items():
        liens.append(
            {"titre": libelle, "url": f"?statut={statut}", "actif": statut == choisi, "compte": comptes.get(statut, 0)}
        )
    return liens


@ecran("Régler les colonnes du fichier consulaire", roles=IMPORTENT)
@require_POST
def colonnes(request: RequeteConnectee, edition_id: int) -> HttpResponse:
    """Change la correspondance, et la garde si on lui donne un nom."""
    objet = get_object_or_404(EditionConsulaire.objects.defer("avant"), pk=edition_id)
    try:
        entetes = lire_tableau(retrouver(objet.fichier, rayon=operations.RAYON), nom=objet.nom).entetes
        formulaire = CorrespondanceForm(request.POST, entetes=entetes)
        if formulaire.is_valid():
            nom = formulaire.cleaned_data["garder_sous"]
            operations.regler_colonnes(edition=objet, colonnes=formulaire.colonnes(), garder_sous=nom)
        else:
            messages.error(request, "Choisissez pour chaque champ une colonne du fichier ; le SIRET est obligatoire.")
    except (FichierConsulaireRefuse, DepotIntrouvable, operations.EditionRefusee) as refus:
        messages.error(request, str(refus))
    return redirect("registre:consulaire_edition", objet.pk)


@ecran("Appliquer le fichier consulaire", roles=IMPORTENT)
@require_POST
def appliquer(request: RequeteConnectee, edition_id: int) -> HttpResponse:
    """Met l'application en file et mène à son avancement."""
    objet = get_object_or_404(EditionConsulaire.objects.defer("avant"), pk=edition_id)
    travail = lancer(
        "registre.consulaire", auteur=request.user.pk, unique=True, edition=objet.pk, personne=request.user.pk
    )
    return redirect("travail", travail.pk)


@ecran("Annuler la dernière édition du fichier consulaire", roles=IMPORTENT)
@require_POST
def annuler(request: RequeteConnectee, edition_id: int) -> HttpResponse:
    """Rend ce qu'on savait avant cette édition."""
    get_object_or_404(EditionConsulaire.objects.defer("avant"), pk=edition_id)
    try:
        objet = operations.annuler_edition(edition_id=edition_id, auteur=request.user.pk)
    except operations.EditionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"L'édition « {objet.nom} » est annulée : les données d'avant sont revenues.")
    return redirect("registre:consulaire")
