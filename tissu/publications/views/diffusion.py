"""La gestion : préparer une édition d'un document, la relire, la diffuser, la corriger, la retirer, compter."""

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
from tissu.publications.choices import EtatDiffusion
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.publications.forms import DiffusionForm, ElargissementForm, MotifForm, PreparationForm
from tissu.publications.models import Edition
from tissu.publications.permissions import GESTIONNAIRES, peut_diffuser
from tissu.publications.rendus import FORMATS, rendre
from tissu.publications.rules import sous_embargo
from tissu.publications.sources import DocumentIndisponible, SourceInconnue, lire_reference
from tissu.socle.ecrans import ecran
from tissu.socle.territoire import territoire

PAR_PAGE = 50
DIFFUSEURS = frozenset({Role.CHARGE_MISSION})


@ecran("Diffusion", roles=GESTIONNAIRES)
@require_safe
def gestion(request: RequeteConnectee) -> HttpResponse:
    """Les éditions que la personne suit : état, audience, embargo, téléchargements."""
    page = Paginator(queries.lignes_de_gestion(request.user), PAR_PAGE).get_page(request.GET.get("page"))
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
            for compte in queries.comptes_par_mois(queries.suivies(request.user))
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
        serie = origine.serie_de(reference)
    except (SourceInconnue, DocumentIndisponible) as erreur:
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
    contexte = {"formulaire": formulaire, "source": origine, "serie": serie.titre, "reference": reference}
    contexte["retour"] = origine.retour(reference)
    return render(request, "publications/diffuser.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Suivi d'une édition", roles=GESTIONNAIRES)
@require_safe
def suivi(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Où en est une édition, et les gestes qu'elle permet."""
    suivies = queries.suivies(request.user).select_related("travail", "preparee_par", "diffusee_par")
    objet = get_object_or_404(suivies, pk=pk)
    return _suivi(request, objet)


@ecran("Mise en ligne d'une édition", roles=DIFFUSEURS)
@require_POST
def mettre_en_ligne(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Diffuse une édition préparée."""
    objet = get_object_or_404(queries.suivies(request.user), pk=pk)
    formulaire = DiffusionForm(request.POST, maximale=objet.publication.audience_maximale)
    if formulaire.is_valid():
        try:
            operations.diffuser(edition=objet, auteur=request.user, au=timezone.now(), **formulaire.cleaned_data)
        except operations.DiffusionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "L'édition est diffusée. Ses fichiers arrivent dans un instant.")
            return redirect("publications:suivi", pk)
    return _suivi(request, objet, formulaire=formulaire)


@ecran("Élargissement d'une audience", roles=DIFFUSEURS)
@require_POST
def elargir(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ouvre une édition diffusée à une audience plus large."""
    objet = get_object_or_404(queries.suivies(request.user), pk=pk)
    formulaire = _elargissement(objet, request.POST)
    if formulaire.is_valid():
        try:
            operations.elargir(edition=objet, auteur=request.user, au=timezone.now(), **formulaire.cleaned_data)
        except operations.DiffusionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "L'édition s'ouvre à cette audience. Ses fichiers se refont dans un instant.")
            return redirect("publications:suivi", pk)
    return _suivi(request, objet, elargissement=formulaire)


@ecran("Levée d'un embargo", roles=DIFFUSEURS)
@require_POST
def lever(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Finit l'embargo maintenant."""
    objet = get_object_or_404(queries.suivies(request.user), pk=pk)
    try:
        operations.lever_embargo(edition=objet, auteur=request.user, au=timezone.now())
    except operations.DiffusionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "L'embargo est levé.")
    return redirect("publications:suivi", pk)


@ecran("Correction d'une édition", roles=DIFFUSEURS)
@require_POST
def corriger(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Prépare l'édition corrigée, du même document relu à sa source ; refusée, ce qui était tapé revient."""
    objet = get_object_or_404(queries.suivies(request.user), pk=pk)
    formulaire = MotifForm(request.POST)
    if formulaire.is_valid():
        try:
            suite = operations.corriger_depuis_la_source(
                edition=objet, note=formulaire.cleaned_data["motif"], auteur=request.user, au=timezone.now()
            )
        except (operations.DiffusionRefusee, DocumentIndisponible, SourceInconnue) as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "La correction est préparée : relisez-la, puis diffusez-la.")
            return redirect("publications:suivi", suite.pk)
    return _suivi(request, objet, motif=formulaire)


@ecran("Retrait d'une édition", roles=DIFFUSEURS)
@require_POST
def retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Retire une édition, motif à l'appui."""
    objet = get_object_or_404(queries.suivies(request.user), pk=pk)
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
    return _suivi(request, objet, motif=formulaire)


def _formulaire(objet: Edition) -> DiffusionForm:
    initial = {"audience": objet.audience, "embargo_jusqu_au": objet.embargo_jusqu_au}
    return DiffusionForm(initial=initial, maximale=objet.publication.audience_maximale)


def _elargissement(objet: Edition, donnees: Any = None) -> ElargissementForm:
    return ElargissementForm(donnees, actuelle=objet.audience, maximale=objet.publication.audience_maximale)


def _suivi(
    request: RequeteConnectee, objet: Edition, *, formulaire: DiffusionForm | None = None,
    elargissement: ElargissementForm | None = None, motif: MotifForm | None = None,
) -> HttpResponse:  # fmt: skip
    """La page ; un formulaire donné est celui qu'un refus renvoie, avec ce qui y était tapé."""
    refuse = formulaire or elargissement or motif
    attendu = EtatDiffusion.BROUILLON if formulaire else EtatDiffusion.DIFFUSEE
    montre = objet.etat == attendu and peut_diffuser(request.user, objet.publication)
    contexte = {
        "titre": f"{objet.titre}, édition {objet.numero}", "edition": objet,
        "formulaire": formulaire or _formulaire(objet), "elargissement": elargissement or _elargissement(objet),
        "motif": motif or MotifForm(), "peut": peut_diffuser(request.user, objet.publication),
        "embargo": sous_embargo(objet.embargo_jusqu_au, au=timezone.now()),
        "fichiers": objet.fichiers.exclude(fichier=""), "comptes": queries.comptes_par_mois([objet]),
        "travail": objet.travail, "gestes": queries.histoire(objet),
        # Un refus se lit dans son formulaire ; s'il n'est pas sur la page, en tête.
        "refus": [] if refuse is None or montre else refuse.non_field_errors(),
    }  # fmt: skip
    return render(request, "publications/suivi.html", contexte, status=422 if refuse else 200)
