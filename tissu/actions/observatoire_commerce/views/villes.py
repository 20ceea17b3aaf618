"""Les villes comparées : leurs valeurs, les fichiers reçus et leur quarantaine, les critères du choix."""

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.observatoire_commerce.choices import TypePerimetre
from tissu.actions.observatoire_commerce.forms.comparaisons import (
    CorrigerLigneForm,
    CriteresForm,
    FichierDeVillesForm,
    FiltreVillesForm,
    JugerForm,
)
from tissu.actions.observatoire_commerce.models import LigneEnQuarantaine, ValeurComparee, VilleComparee
from tissu.actions.observatoire_commerce.operations import comparaisons as operations
from tissu.actions.observatoire_commerce.operations.refus import GesteRefuse
from tissu.actions.observatoire_commerce.permissions import (
    LECTEURS_COMPARAISONS,
    REDACTEURS,
    peut_ecrire_comparaisons,
)
from tissu.actions.observatoire_commerce.publications.modele_villes import MODELES
from tissu.actions.observatoire_commerce.queries import comparaisons as lectures
from tissu.actions.observatoire_commerce.rules.comparaisons import ecarts
from tissu.actions.observatoire_commerce.views.garde import dire, entre_partenaires
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier


@ecran("Villes comparées", roles=LECTEURS_COMPARAISONS)
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Les villes dont on a un chiffre, et si elles répondent aux critères de leur périmètre."""
    filtre = FiltreVillesForm(request.GET)
    filtre.is_valid()
    page = Paginator(lectures.villes(filtre.cleaned_data.get("perimetre", "")), 50).get_page(request.GET.get("page"))
    criteres = {une.perimetre: lectures.en_criteres(une) for une in lectures.tous_les_criteres()}
    aucun = lectures.en_criteres(None)
    contexte = {
        "titre": "Villes comparées", "page": page, "ecrit": peut_ecrire_comparaisons(request.user),
        "filtre": FiltreVillesForm(initial=filtre.cleaned_data),
        "lignes": [
            {"ville": une, "ecarts": ecarts(lectures.en_ville(une), criteres.get(une.perimetre, aucun))} for une in page
        ],
    }  # fmt: skip
    return render(request, "observatoire_commerce/villes.html", contexte)


@ecran("Ville comparée", roles=LECTEURS_COMPARAISONS)
@require_safe
def ville(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une ville : ce que l'on sait d'elle, et chacune de ses valeurs."""
    objet = get_object_or_404(VilleComparee, pk=pk)
    criteres = lectures.tous_les_criteres().filter(perimetre=objet.perimetre).first()
    contexte = {
        "titre": objet.nom, "ville": objet, "ecrit": peut_ecrire_comparaisons(request.user),
        "ecarts": ecarts(lectures.en_ville(objet), lectures.en_criteres(criteres)),
        "valeurs": [
            {"valeur": valeur, "taux": valeur.indicateur in lectures.TAUX} for valeur in lectures.valeurs_de(objet)
        ],
    }  # fmt: skip
    return render(request, "observatoire_commerce/ville.html", contexte)


@ecran("Juger une valeur", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@entre_partenaires
def juger(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Dit si une valeur se compare à la nôtre, et pourquoi."""
    valeur = get_object_or_404(ValeurComparee.objects.select_related("ville"), pk=pk)
    formulaire = JugerForm(request.POST or None, valeur=valeur)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.juger_valeur(valeur=valeur, **formulaire.cleaned_data, auteur=request.user)
        except GesteRefuse as refus:
            formulaire.add_error("motif", str(refus))
        else:
            dire(request, "C'est noté ; les comparaisons en tiennent compte.")
            return redirect("observatoire_commerce:ville", valeur.ville_id)
    contexte = {"titre": "Cette valeur se compare-t-elle ?", "valeur": valeur, "formulaire": formulaire}
    contexte["taux"] = valeur.indicateur in lectures.TAUX
    return render(request, "observatoire_commerce/juger.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Critères de comparaison", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@entre_partenaires
def criteres(request: RequeteConnectee, perimetre: str) -> HttpResponse:
    """Fixe les critères des villes semblables, pour un type de périmètre."""
    if perimetre not in TypePerimetre.values:
        raise Http404("Ce type de périmètre n'existe pas.")
    objet = lectures.criteres_proposes(perimetre, au=timezone.localdate())
    formulaire = CriteresForm(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.regler_criteres(criteres=formulaire.save(commit=False), auteur=request.user, au=timezone.now())
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            dire(request, "Les critères sont fixés, et montrés avec chaque comparaison.")
            return redirect("observatoire_commerce:comparaisons_methode")
    contexte = {"titre": f"Villes semblables : {TypePerimetre(perimetre).label.lower()}", "formulaire": formulaire}
    return render(request, "observatoire_commerce/criteres.html", contexte, status=422 if formulaire.errors else 200)


# --- Les fichiers reçus ---


@ecran("Chiffres d'autres villes", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
@entre_partenaires
def importer(request: RequeteConnectee) -> HttpResponse:
    """Reçoit un fichier : les lignes justes entrent, les autres attendent d'être corrigées."""
    formulaire = FichierDeVillesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            bilan = _importer(request, formulaire.cleaned_data["fichier"])
        except GesteRefuse as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            for avis in bilan.avis:
                dire(request, avis)
            return redirect("observatoire_commerce:villes_import", bilan.importation.pk)
    contexte = {"titre": "Chiffres d'autres villes", "formulaire": formulaire, "imports": lectures.imports()[:20]}
    statut = 422 if formulaire.errors else 200
    return render(request, "observatoire_commerce/villes_importer.html", contexte, status=statut)


def _importer(request: RequeteConnectee, recu: UploadedFile) -> operations.Bilan:
    nom = Path(recu.name or "villes").name
    with tempfile.NamedTemporaryFile(prefix="tissu-villes-", suffix=Path(nom).suffix) as copie:
        for morceau in recu.chunks():
            copie.write(morceau)
        copie.flush()
        return operations.importer_villes(chemin=Path(copie.name), nom=nom, auteur=request.user, au=timezone.now())


@ecran("Import de villes", roles=REDACTEURS)
@require_safe
@entre_partenaires
def importation(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qu'un fichier a donné, et ses lignes en quarantaine."""
    objet = get_object_or_404(lectures.imports(), pk=pk)
    quarantaine = lectures.quarantaine_de(objet)
    contexte = {"titre": objet.nom, "importation": objet, "quarantaine": quarantaine}
    contexte["bilan"] = [
        {"nom": "Lignes lues", "valeur": objet.lignes},
        {"nom": "Valeurs ajoutées", "valeur": objet.ajoutees},
        {"nom": "Valeurs modifiées", "valeur": objet.modifiees},
        {"nom": "Valeurs déjà là, inchangées", "valeur": objet.inchangees},
        {"nom": "Lignes mises de côté", "valeur": len(quarantaine)},
    ]
    return render(request, "observatoire_commerce/villes_import.html", contexte)


@ecran("Corriger une ligne d'import", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@entre_partenaires
def corriger(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Reprend une ligne refusée, case par case."""
    ligne = get_object_or_404(LigneEnQuarantaine.objects.select_related("importation"), pk=pk)
    formulaire = CorrigerLigneForm(request.POST or None, ligne=ligne)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.reprendre_ligne(ligne=ligne, brute=formulaire.brute(), auteur=request.user, au=timezone.now())
        except operations.LigneFautive as faute:
            formulaire.montrer(faute.defauts)
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            dire(request, f"La ligne {ligne.ligne} est entrée.")
            return redirect("observatoire_commerce:villes_import", ligne.importation_id)
    contexte = {"titre": f"Ligne {ligne.ligne}", "ligne": ligne, "formulaire": formulaire}
    contexte["defauts"] = lectures.defauts_de(ligne)
    statut = 422 if formulaire.errors else 200
    return render(request, "observatoire_commerce/villes_corriger.html", contexte, status=statut)


@ecran("Écarter une ligne d'import", roles=REDACTEURS)
@require_POST
@entre_partenaires
def ecarter(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Laisse une ligne dehors."""
    ligne = get_object_or_404(LigneEnQuarantaine, pk=pk)
    try:
        operations.ecarter_ligne(ligne=ligne, auteur=request.user, au=timezone.now())
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, f"La ligne {ligne.ligne} est écartée ; elle reste lisible ici.")
    return redirect("observatoire_commerce:villes_import", ligne.importation_id)


@ecran("Modèle de chiffres de villes", roles=REDACTEURS)
@require_safe
@entre_partenaires
def modele(request: RequeteConnectee, format: str) -> HttpResponse:
    """Le modèle à remplir, en CSV ou en classeur."""
    if format not in MODELES:
        raise Http404("Ce format n'existe pas.")
    ecrire, nature = MODELES[format]
    return fichier(ecrire(), nature, f"modele-villes.{format}")
