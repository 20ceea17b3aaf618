"""Les fichiers de locaux : déposer, régler les colonnes, apercevoir, appliquer, décider des anomalies."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.choices import Role
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.choices import CodeAnomalieLocaux, EtatImportLocaux, StatutLigne
from tissu.locaux.forms.imports import ColonnesForm, DecisionForm, DepotForm, FiltreDAnomaliesForm
from tissu.locaux.models import AnomalieLocaux, ImportLocaux
from tissu.locaux.operations import anomalies as decisions
from tissu.locaux.operations import importation as operations
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.importation.plan import LignePrevue, Plan
from tissu.locaux.queries import anomalies as queries
from tissu.locaux.sources.champs import CHAMPS
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse
from tissu.locaux.views.ecrire import agir, remplir
from tissu.registre.operations.depots import DepotIntrouvable, deposer
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pluriel
from tissu.socle.travaux import lancer

PAR_PAGE = 50


@ecran("Fichiers de locaux", roles=permissions.LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: RequeteConnectee) -> HttpResponse:
    """Les fichiers reçus, et le dépôt d'un nouveau."""
    peut = permissions.peut_importer(request.user)
    formulaire = DepotForm(request.POST or None, request.FILES or None) if peut else None
    if formulaire is not None and formulaire.is_valid():
        lues = formulaire.cleaned_data
        try:
            depose = operations.deposer_import(
                depot=deposer(lues["fichier"], rayon=operations.RAYON), correspondance=lues["correspondance"],
                campagne=lues["campagne"], code_commune=lues["code_commune"], auteur=request.user, au=timezone.now(),
            )  # fmt: skip
        except (FichierDeLocauxRefuse, LocalRefuse) as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            if depose.etat == EtatImportLocaux.APPLIQUE:
                messages.info(request, "Ce fichier est déjà appliqué tel quel : rien n'a changé.")
            return redirect("locaux:import", depose.pk)
    recus = ImportLocaux.objects.select_related("auteur", "campagne", "correspondance")
    page = Paginator(recus, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "locaux/imports.html", {
        "formulaire": formulaire, "page": page,
        "fiscales": permissions.peut_lire_les_donnees_fiscales(request.user),
    })  # fmt: skip


@ecran("Import d'un fichier de locaux", roles=permissions.LECTEURS)
@require_safe
def importation(request: RequeteConnectee, pk: int) -> HttpResponse:
    """L'aperçu d'un fichier déposé : rien n'est écrit avant l'accord ; le bilan d'un fichier appliqué."""
    objet = get_object_or_404(ImportLocaux.objects.select_related("campagne", "correspondance", "auteur"), pk=pk)
    a_verifier = objet.etat == EtatImportLocaux.DEPOSE
    contexte: dict[str, Any] = {
        "objet": objet, "titre": objet.nom, "a_verifier": a_verifier, "refus": "", "colonnes": None,
        "peut": permissions.peut_importer(request.user), "page": None, "vues": [], "lignes": [],
        "avis": [],
    }  # fmt: skip
    if a_verifier:
        contexte |= _apercu(request, objet)
    else:
        contexte |= {"comptes": _comptes(objet.comptes.get(operations.PREVUS, {})), "codes": queries.par_code(objet)}
    return render(request, "locaux/import.html", contexte)


def _apercu(request: RequeteConnectee, objet: ImportLocaux) -> dict[str, Any]:
    try:
        fichier = operations.ouvrir(objet)
    except (FichierDeLocauxRefuse, DepotIntrouvable) as refus:
        return {"refus": str(refus), "comptes": [], "codes": []}
    try:
        plan = operations.apercevoir(objet, au=timezone.now())
    except FichierDeLocauxRefuse as refus:
        return {"refus": str(refus), "comptes": [], "codes": [], "colonnes": _colonnes(objet, fichier.colonnes, [])}
    statut = request.GET.get("statut", "")
    retenues = [ligne for ligne in plan.lignes if (ligne.statut == statut if statut else _compte(ligne))]
    page = Paginator(retenues or plan.lignes, PAR_PAGE).get_page(request.GET.get("page"))
    comptes = plan.comptes()
    inconnus = {
        defaut.valeur for ligne in plan.lignes for defaut in ligne.defauts
        if defaut.code == CodeAnomalieLocaux.ACTIVITE_INCONNUE
    }  # fmt: skip
    return {
        "comptes": _comptes(comptes), "page": page, "lignes": [(ligne, _changements(ligne)) for ligne in page],
        "avis": fichier.avis, "codes": _codes_prevus(plan),
        "vues": [{"titre": "Ce qui compte", "url": "?", "actif": not statut, "compte": None}] + [
            {"titre": libelle, "url": f"?statut={cle}", "actif": statut == cle, "compte": comptes[cle]}
            for cle, libelle in StatutLigne.choices
        ],
        "colonnes": _colonnes(objet, fichier.colonnes, sorted(inconnus)),
    }  # fmt: skip


def _changements(ligne: LignePrevue) -> list[tuple[str, Any, Any]]:
    """Ce qui change, sous le nom que l'écran donne à chaque champ."""
    return [(NOMS.get(champ, champ), avant, apres) for champ, avant, apres in ligne.changements]


NOMS = CHAMPS | {"etat": "État"}


def _compte(ligne: LignePrevue) -> bool:
    """Ce qui se lit d'abord : ce qui change de ce que l'on sait, ce qui cloche."""
    return bool(ligne.defauts) or ligne.statut in {StatutLigne.MODIFIEE, StatutLigne.REFUSEE}


def _comptes(prevus: dict[str, int]) -> list[dict[str, Any]]:
    """Les chiffres de l'aperçu ou du bilan, ceux qui ne sont pas nuls."""
    noms = (
        ("lignes", "Lignes lues"), ("creee", "Locaux nouveaux"), ("modifiee", "Locaux modifiés"),
        ("inchangee", "Lignes sans changement"), ("refusee", "Lignes refusées"), ("ecartee", "Écartées par décision"),
        ("etats", "Changements d'état"), ("occupants", "Nouveaux occupants"), ("absents", "Absents de ce fichier"),
        ("anomalies", "Anomalies"),
    )  # fmt: skip
    return [{"libelle": nom, "valeur": prevus[cle]} for cle, nom in noms if prevus.get(cle)]


def _codes_prevus(plan: Plan) -> list[dict[str, Any]]:
    codes = [defaut.code for ligne in plan.lignes for defaut in ligne.defauts]
    return [
        {"titre": code.label, "code": "", "nombre": codes.count(code), "a_decider": 0}
        for code in CodeAnomalieLocaux if code in codes
    ]  # fmt: skip


def _colonnes(objet: ImportLocaux, colonnes: list[str], libelles: list[str], donnees: Any = None) -> ColonnesForm:
    assert objet.correspondance is not None
    initial = {
        **objet.correspondance.colonnes, "commune_du_fichier": objet.code_commune, "nom": objet.correspondance.nom,
    }  # fmt: skip
    return ColonnesForm(
        donnees, colonnes=colonnes, libelles=libelles, gardees=objet.correspondance.activites, initial=initial
    )


@ecran("Régler les colonnes d'un fichier de locaux", roles={Role.CHARGE_MISSION})
@require_POST
def colonnes(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Change la correspondance, et la garde sous le nom donné."""
    objet = get_object_or_404(ImportLocaux.objects.select_related("correspondance"), pk=pk)
    libelles = request.POST.getlist("libelles")
    try:
        formulaire = _colonnes(objet, operations.ouvrir(objet).colonnes, libelles, request.POST)
        if formulaire.is_valid():
            operations.regler_import(
                importation=objet, nom=formulaire.cleaned_data["nom"], colonnes=formulaire.colonnes(),
                activites=formulaire.activites(), code_commune=formulaire.cleaned_data["commune_du_fichier"],
                auteur=request.user, au=timezone.now(),
            )  # fmt: skip
            messages.success(request, "Le fichier est relu avec ces colonnes.")
        else:
            noms = ", ".join(str(formulaire.fields[champ].label) for champ in formulaire.errors)
            messages.error(request, f"À revoir avant de relire le fichier : {noms}.")
    except (FichierDeLocauxRefuse, DepotIntrouvable, LocalRefuse) as refus:
        messages.error(request, str(refus))
    return redirect("locaux:import", objet.pk)


@ecran("Appliquer un fichier de locaux", roles={Role.CHARGE_MISSION})
@require_POST
def appliquer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Met l'application en file et mène à son avancement."""
    objet = get_object_or_404(ImportLocaux, pk=pk)
    travail = lancer(
        "locaux.importer", auteur=request.user.pk, unique=True, importation=objet.pk, personne=request.user.pk
    )
    return redirect("travail", travail.pk)


@ecran("Abandonner un fichier de locaux", roles={Role.CHARGE_MISSION})
@require_POST
def abandonner(request: RequeteConnectee, pk: int) -> HttpResponse:
    objet = get_object_or_404(ImportLocaux, pk=pk)
    return agir(
        request, lambda: operations.abandonner_import(importation=objet, auteur=request.user),
        fait="Le fichier est abandonné : rien n'a changé.", retour=reverse("locaux:imports"),
    )  # fmt: skip


@ecran("Anomalies d'un fichier de locaux", roles=permissions.LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def anomalies(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Chaque défaut de chaque ligne, et la décision prise ; plusieurs se décident ensemble."""
    objet = get_object_or_404(ImportLocaux, pk=pk)
    filtres = FiltreDAnomaliesForm(request.GET)
    filtres.is_valid()
    retenues = queries.anomalies_de(objet, **{cle: v for cle, v in filtres.cleaned_data.items() if v})
    decision = DecisionForm(request.POST or None)
    contexte = {
        "objet": objet, "titre": f"Anomalies de {objet.nom}", "filtres": filtres, "decision": decision,
        "page": Paginator(retenues, PAR_PAGE).get_page(request.GET.get("page")), "codes": queries.par_code(objet),
        "peut": permissions.peut_modifier(request.user),
    }  # fmt: skip
    return remplir(
        request, decision,
        lambda: decisions.decider(
            anomalies=AnomalieLocaux.objects.filter(pk__in=decision.cleaned_data["anomalies"], importation=objet),
            decision=decision.cleaned_data["decision"], commentaire=decision.cleaned_data["commentaire"],
            auteur=request.user, au=timezone.now(),
        ),
        fait=f"{pluriel(len(request.POST.getlist('anomalies')), 'anomalie décidée', 'anomalies décidées')}.",
        retour=request.get_full_path(), contexte=contexte, gabarit="locaux/anomalies.html",
    )  # fmt: skip
