"""La gestion : préparer une édition d'un document, la relire, la diffuser, la corriger, la retirer, compter."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.choices import Role
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications import operations, queries
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.publications.forms import DiffusionForm, MotifForm, PreparationForm
from tissu.publications.models import Edition
from tissu.publications.permissions import GESTIONNAIRES, peut_diffuser
from tissu.publications.rendus import FORMATS, rendre
from tissu.publications.rules import sous_embargo
from tissu.publications.sources import DocumentIndisponible, SourceInconnue, lire_reference, source
from tissu.socle.ecrans import ecran
from tissu.socle.territoire import territoire

PAR_PAGE = 50
DIFFUSEURS = frozenset({Role.CHARGE_MISSION})


@ecran("Diffusion", roles=GESTIONNAIRES)
@require_safe
def gestion(request: RequeteConnectee) -> HttpResponse:
    """Toutes les éditions : état, audience, embargo, téléchargements."""
    page = Paginator(queries.lignes_de_gestion(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "publications/gestion.html", {"page": page, "maintenant": timezone.now()})


@ecran("Téléchargements comptés", roles=GESTIONNAIRES)
@require_safe
@limite("30/m")
def exporter(request: RequeteConnectee) -> HttpResponse:
    """Les téléchargements par édition, mois, jeu et format, en CSV."""
    tableau = Tableau(
        "telechargements", "Téléchargements",
        [
            Colonne("publication", "Publication"), Colonne("numero", "Édition", Nature.NOMBRE),
            Colonne("mois", "Mois"), Colonne("jeu", "Données"), Colonne("format", "Format"),
            Colonne("personnes", "Téléchargements", Nature.NOMBRE),
            Colonne("robots", "Robots écartés", Nature.NOMBRE),
        ],
        [
            {
                "publication": compte.edition.publication.titre, "numero": compte.edition.numero,
                "mois": compte.mois, "jeu": compte.jeu, "format": compte.format,
                "personnes": compte.personnes, "robots": compte.robots,
            }
            for compte in queries.comptes_par_mois()
        ],
    )  # fmt: skip
    document = Document(
        "Téléchargements", "", territoire().nom, "", timezone.localdate(), "", [Section("t", "T", [tableau])]
    )
    entetes = {"Content-Disposition": 'attachment; filename="telechargements.csv"'}
    return HttpResponse(rendre(document, "csv"), content_type=FORMATS["csv"][0], headers=entetes)


@ecran("Diffuser un document", roles=DIFFUSEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def diffuser(request: RequeteConnectee, jeton: str) -> HttpResponse:
    """Prépare l'édition du document d'où l'on vient : elle se relit avant de partir."""
    try:
        origine, reference = lire_reference(jeton)
    except SourceInconnue as erreur:
        raise Http404(str(erreur)) from erreur
    formulaire = PreparationForm(request.POST or None, maximale=origine.audience)
    if formulaire.is_valid():
        try:
            preparee = operations.preparer_depuis(
                source=origine, reference=reference, auteur=request.user, au=timezone.now(),
                **formulaire.cleaned_data,
            )  # fmt: skip
        except (operations.DiffusionRefusee, DocumentIndisponible) as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "L'édition est préparée : relisez-la, puis diffusez-la.")
            return redirect("publications:suivi", preparee.pk)
    contexte = {"formulaire": formulaire, "source": origine, "reference": reference}
    contexte["retour"] = origine.retour(reference)
    return render(request, "publications/diffuser.html", contexte)


@ecran("Suivi d'une édition", roles=GESTIONNAIRES)
@require_safe
def suivi(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Où en est une édition, et les gestes qu'elle permet."""
    objet = get_object_or_404(queries.editions().select_related("travail", "preparee_par", "diffusee_par"), pk=pk)
    return _suivi(request, objet, _formulaire(objet), MotifForm())


@ecran("Mise en ligne d'une édition", roles=DIFFUSEURS)
@require_POST
def mettre_en_ligne(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Diffuse une édition préparée."""
    objet = get_object_or_404(queries.editions(), pk=pk)
    formulaire = DiffusionForm(request.POST, maximale=objet.publication.audience_maximale)
    if formulaire.is_valid():
        try:
            operations.diffuser(edition=objet, auteur=request.user, au=timezone.now(), **formulaire.cleaned_data)
        except operations.DiffusionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "L'édition est diffusée. Ses fichiers arrivent dans un instant.")
            return redirect("publications:suivi", pk)
    return _suivi(request, objet, formulaire, MotifForm())


@ecran("Levée d'un embargo", roles=DIFFUSEURS)
@require_POST
def lever(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Finit l'embargo maintenant."""
    return _geste(request, pk, "L'embargo est levé.", operations.lever_embargo)


@ecran("Correction d'une édition", roles=DIFFUSEURS)
@require_POST
def corriger(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Prépare l'édition corrigée, du même document relu à sa source."""

    def corriger_depuis_la_source(*, edition: Edition, auteur: Any, au: Any) -> Edition:
        document = source(edition.publication.source).document(edition.periode, personne=auteur, au=au)
        note = request.POST.get("motif", "")
        return operations.corriger(edition=edition, document=document, note=note, auteur=auteur, au=au)

    return _geste(request, pk, "La correction est préparée : relisez-la, puis diffusez-la.", corriger_depuis_la_source)


@ecran("Retrait d'une édition", roles=DIFFUSEURS)
@require_POST
def retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Retire une édition, motif à l'appui."""
    objet = get_object_or_404(queries.editions(), pk=pk)
    formulaire = MotifForm(request.POST)
    if formulaire.is_valid():
        try:
            operations.retirer(
                edition=objet, motif=formulaire.cleaned_data["motif"], auteur=request.user, au=timezone.now()
            )
        except operations.DiffusionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "L'édition est retirée : sa page dit pourquoi, ses fichiers sont effacés.")
            return redirect("publications:suivi", pk)
    return _suivi(request, objet, _formulaire(objet), formulaire)


def _geste(request: RequeteConnectee, pk: int, phrase: str, geste: Callable[..., Edition]) -> HttpResponse:
    objet = get_object_or_404(queries.editions(), pk=pk)
    try:
        suite = geste(edition=objet, auteur=request.user, au=timezone.now())
    except (operations.DiffusionRefusee, DocumentIndisponible, SourceInconnue) as refus:
        messages.error(request, str(refus))
        return redirect("publications:suivi", pk)
    messages.success(request, phrase)
    return redirect("publications:suivi", suite.pk)


def _formulaire(objet: Edition) -> DiffusionForm:
    initial = {"audience": objet.audience, "embargo_jusqu_au": objet.embargo_jusqu_au}
    return DiffusionForm(initial=initial, maximale=objet.publication.audience_maximale)


def _suivi(request: RequeteConnectee, objet: Edition, formulaire: DiffusionForm, motif: MotifForm) -> HttpResponse:
    contexte = {
        "titre": f"{objet.titre}, édition {objet.numero}", "edition": objet, "formulaire": formulaire,
        "motif": motif, "peut": peut_diffuser(request.user, objet.publication),
        "embargo": sous_embargo(objet.embargo_jusqu_au, au=timezone.now()),
        "fichiers": objet.fichiers.exclude(fichier=""), "comptes": queries.comptes_par_mois(objet),
        "travail": objet.travail,
    }  # fmt: skip
    return render(request, "publications/suivi.html", contexte)
