"""Les périmètres : leur liste, leur dépôt, leur nom, leur partage."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.cartes.couches import couches
from tissu.cartes.croquis import croquis
from tissu.cartes.fichiers import FichierDeContoursRefuse
from tissu.cartes.forms.perimetres import ModifierPerimetreForm, PerimetreForm
from tissu.cartes.operations import perimetres as operations
from tissu.cartes.permissions import peut_modifier
from tissu.cartes.queries.perimetres import perimetres_utilisables
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran
from tissu.socle.formats import nombre


@ecran("Périmètres")
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Les siens et ceux de son organisation, avec leur forme et leur surface."""
    lignes = [
        {"perimetre": p, "croquis": croquis(p.geometrie), "sien": peut_modifier(request.user, p)}
        for p in perimetres_utilisables(request.user)
    ]
    return render(request, "cartes/perimetres.html", {"lignes": lignes})


@ecran("Déposer un périmètre")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
def deposer(request: RequeteConnectee) -> HttpResponse:
    """Lit un fichier de contours et le garde comme périmètre ; un fichier refusé dit où est le défaut."""
    form = PerimetreForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            perimetre, avis = _deposer(request, **form.cleaned_data)
        except (FichierDeContoursRefuse, operations.PerimetreRefuse) as refus:
            form.add_error("fichier", str(refus))
        else:
            messages.success(request, f"« {perimetre.nom} » est gardé : {nombre(perimetre.surface_ha, 1)} hectares.")
            for phrase in avis:
                messages.warning(request, phrase)
            return redirect("cartes:perimetre", perimetre.pk)
    return render(request, "cartes/perimetre_deposer.html", {"form": form})


def _deposer(request: RequeteConnectee, *, fichier: UploadedFile, nom: str, partage: bool) -> Any:
    nom_fichier = Path(fichier.name or "contour").name
    with tempfile.NamedTemporaryFile(prefix="tissu-perimetre-", suffix=Path(nom_fichier).suffix) as copie:
        for morceau in fichier.chunks():
            copie.write(morceau)
        copie.flush()
        return operations.deposer_perimetre(
            fichier=Path(copie.name), nom_fichier=nom_fichier, nom=nom or Path(nom_fichier).stem[:200],
            partage=partage, auteur=request.user, au=timezone.now(),
        )  # fmt: skip


@ecran("Périmètre")
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: RequeteConnectee, perimetre_id: int) -> HttpResponse:
    """Un périmètre : sa forme, d'où il vient, les cartes où s'en servir ; son auteur le renomme et le partage."""
    perimetre = get_object_or_404(perimetres_utilisables(request.user), pk=perimetre_id)
    depart = {"nom": perimetre.nom, "partage": perimetre.partage}
    form = ModifierPerimetreForm(request.POST or None, initial=depart)
    if request.method == "POST" and form.is_valid():
        try:
            operations.modifier_perimetre(perimetre=perimetre, **form.cleaned_data, auteur=request.user)
        except operations.PerimetreRefuse as refus:
            form.add_error("nom", str(refus))
        else:
            messages.success(request, "Le périmètre est enregistré.")
            return redirect("cartes:perimetre", perimetre.pk)
    contexte = {
        "titre": perimetre.nom,
        "perimetre": perimetre,
        "croquis": croquis(perimetre.geometrie),
        "form": form,
        "sien": peut_modifier(request.user, perimetre),
        "couches": [couche for couche in couches().values() if couche.ouverte_a(request.user)],
    }
    return render(request, "cartes/perimetre.html", contexte)


@ecran("Effacer un périmètre")
@require_POST
def effacer(request: RequeteConnectee, perimetre_id: int) -> HttpResponse:
    """Efface un de ses périmètres."""
    perimetre = get_object_or_404(perimetres_utilisables(request.user), pk=perimetre_id)
    operations.effacer_perimetre(perimetre=perimetre, auteur=request.user)
    messages.success(request, f"Le périmètre « {perimetre.nom} » est effacé.")
    return redirect("cartes:perimetres")
