"""Les projets de CDAC : leur liste, leurs étapes, leur étude, les lignes derrière un chiffre, la note."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.observatoire_commerce.forms.cdac import (
    FORMULAIRES,
    EtapeForm,
    EtatProjetForm,
    FiltreProjetsForm,
    ProjetForm,
)
from tissu.actions.observatoire_commerce.forms.lignes import FiltreLignesForm
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.operations import cdac as operations
from tissu.actions.observatoire_commerce.operations.refus import GesteRefuse
from tissu.actions.observatoire_commerce.permissions import LECTEURS_CDAC, REDACTEURS, peut_ecrire_cdac
from tissu.actions.observatoire_commerce.publications.cdac import HABILLAGE, document_cdac
from tissu.actions.observatoire_commerce.publications.lignes import document_lignes
from tissu.actions.observatoire_commerce.queries import cdac as lectures
from tissu.actions.observatoire_commerce.queries.reponses import dite, nom_du_champ, reponses
from tissu.actions.observatoire_commerce.rules.cdac import SUITES
from tissu.actions.observatoire_commerce.rules.questions_cdac import ETAPES, etape_suivante
from tissu.actions.observatoire_commerce.views.garde import dire, entre_partenaires
from tissu.cartes.queries.perimetres import perimetres_utilisables
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.socle.conflits import ConflitDeSaisie, comparer
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier

SORTES = {"soumis": "attention", "non_soumis": "succes", "a_preciser": "info"}
FORMATS_DE_LA_NOTE = {"pdf": "la note", "xlsx": "tous les locaux", "pptx": "les diapositives"}


@ecran("Projets de CDAC", roles=LECTEURS_CDAC)
@require_safe
@entre_partenaires
def liste(request: RequeteConnectee) -> HttpResponse:
    """Les projets, chacun avec ce que l'aide conclut."""
    filtre = FiltreProjetsForm(request.GET)
    filtre.is_valid()
    page = Paginator(lectures.projets(etat=filtre.cleaned_data.get("etat", "")), 30).get_page(request.GET.get("page"))
    lignes = [{"projet": projet, "verdict": lectures.qualification(projet)} for projet in page]
    contexte = {"titre": "Projets de CDAC", "filtre": FiltreProjetsForm(initial=filtre.cleaned_data), "page": page}
    contexte |= {"lignes": lignes, "sortes": SORTES, "ecrit": peut_ecrire_cdac(request.user)}
    return render(request, "observatoire_commerce/cdac_liste.html", contexte)


@ecran("Nouveau projet de CDAC", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@entre_partenaires
def nouveau(request: RequeteConnectee) -> HttpResponse:
    """La première étape crée le projet."""
    formulaire = ProjetForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        projet = operations.ouvrir_projet(
            champs=formulaire.reponses(), etape="projet", auteur=request.user, au=timezone.now()
        )
        return redirect("observatoire_commerce:cdac_etape", projet.pk, etape_suivante("projet"))
    return _rendre_etape(request, formulaire, None, "projet")


@ecran("Étape d'un projet de CDAC", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@entre_partenaires
def etape(request: RequeteConnectee, pk: int, etape: str) -> HttpResponse:
    """Une étape, enregistrée quand on continue."""
    if etape not in ETAPES:
        raise Http404("Cette étape n'existe pas.")
    projet = get_object_or_404(ProjetCdac, pk=pk)
    formulaire = _formulaire(request, projet, etape)
    conflit = None
    if request.method == "POST" and formulaire.is_valid():
        conflit = _enregistrer(request, projet, formulaire)
        if conflit is None:
            suite = etape_suivante(etape)
            cible = reverse("observatoire_commerce:cdac_etape", args=[pk, suite]) if suite else ""
            return redirect(cible or reverse("observatoire_commerce:cdac_verifier", args=[pk]))
    return _rendre_etape(request, formulaire, projet, etape, conflit=conflit)


def _formulaire(request: RequeteConnectee, projet: ProjetCdac, etape: str) -> EtapeForm:
    options = {"perimetres": perimetres_utilisables(request.user)} if etape == "zone" else {}
    return FORMULAIRES[etape](request.POST or None, projet=projet, **options)


def _enregistrer(request: RequeteConnectee, projet: ProjetCdac, formulaire: EtapeForm) -> list[dict[str, str]] | None:
    """Écrit l'étape ; rend les deux versions si quelqu'un d'autre a écrit, None si tout va bien."""
    try:
        operations.completer_projet(
            projet=projet, champs=formulaire.reponses(), etape=formulaire.etape,
            revision=formulaire.cleaned_data["revision"] or 0, auteur=request.user, au=timezone.now(),
        )  # fmt: skip
    except ConflitDeSaisie as refus:
        projet.refresh_from_db(fields=["revision"])
        formulaire.a_refaire_sur(projet.revision)
        return comparer(refus, nommer=nom_du_champ, dire=dite)
    return None


def _rendre_etape(
    request: RequeteConnectee, formulaire: EtapeForm, projet: ProjetCdac | None, etape: str, **contexte: Any
) -> HttpResponse:
    contexte = {"conflit": None} | contexte | {
        "titre": ETAPES[etape], "formulaire": formulaire, "projet": projet, "etape": etape,
        "etapes": _plan(projet, etape),
    }  # fmt: skip
    statut = 409 if contexte["conflit"] is not None else 422 if formulaire.errors else 200
    return render(request, "observatoire_commerce/cdac_etape.html", contexte, status=statut)


def _plan(projet: ProjetCdac | None, courante: str) -> list[dict[str, Any]]:
    """Les étapes, pour la barre du parcours ; la vérification en est la dernière."""
    plan = []
    for code, titre in ETAPES.items():
        adresse = reverse("observatoire_commerce:cdac_etape", args=[projet.pk, code]) if projet else ""
        faite = projet is not None and code in projet.etapes_faites
        plan.append({"titre": titre, "url": adresse, "courante": code == courante, "faite": faite})
    return [*plan, {"titre": "Vérifier", "url": "", "courante": courante == "verifier", "faite": False}]


@ecran("Vérifier un projet de CDAC", roles=REDACTEURS)
@require_safe
@entre_partenaires
def verifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Toutes les réponses, chacune à un clic de sa correction, et ce que l'aide en conclut déjà."""
    projet = get_object_or_404(ProjetCdac, pk=pk)
    contexte = {
        "titre": "Vérifiez vos réponses", "projet": projet, "groupes": reponses(projet),
        "etapes": _plan(projet, "verifier"), "verdict": lectures.qualification(projet), "sortes": SORTES,
        "formulaire": EtatProjetForm(projet=projet),
    }  # fmt: skip
    return render(request, "observatoire_commerce/cdac_verifier.html", contexte)


@ecran("Étude d'un projet de CDAC", roles=LECTEURS_CDAC)
@require_safe
@limite("120/m")
@entre_partenaires
def etude(request: RequeteConnectee, pk: int) -> HttpResponse:
    """L'étude : qualification, zone, offre concurrente, vacance, densité."""
    projet = get_object_or_404(lectures.projets(), pk=pk)
    etude = lectures.etude(projet, au=timezone.localdate())
    contexte = contexte_page(document_cdac(etude)) | {
        "titre": projet.nom, "projet": projet, "etude": etude, "sortes": SORTES,
        "ecrit": peut_ecrire_cdac(request.user), "formats": _telechargements(projet),
        "etat": EtatProjetForm(projet=projet) if SUITES[projet.etat] else None,
    }  # fmt: skip
    return render(request, "observatoire_commerce/cdac_etude.html", contexte)


def _telechargements(projet: ProjetCdac) -> list[dict[str, str]]:
    return [
        {
            "titre": FORMATS[format_][1],
            "detail": detail,
            "url": reverse("observatoire_commerce:cdac_note", args=[projet.pk, format_]),
        }
        for format_, detail in FORMATS_DE_LA_NOTE.items()
    ]


@ecran("Note d'un projet de CDAC", roles=LECTEURS_CDAC)
@require_safe
@limite("30/m")
@entre_partenaires
def note(request: RequeteConnectee, pk: int, format: str) -> HttpResponse:
    """La note en PDF ou en diapositives, le classeur avec tous les locaux."""
    if format not in FORMATS_DE_LA_NOTE:
        raise Http404("Ce format n'existe pas.")
    etude = lectures.etude(get_object_or_404(lectures.projets(), pk=pk), au=timezone.localdate())
    octets = rendre(document_cdac(etude, complet=format == "xlsx"), format, habillage=HABILLAGE)
    return fichier(octets, FORMATS[format][0], f"projet-cdac-{pk}.{format}")


@ecran("Locaux derrière un chiffre de CDAC", roles=LECTEURS_CDAC)
@require_safe
@limite("120/m")
@entre_partenaires
def lignes(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Les locaux qui composent un chiffre de l'étude."""
    etude = lectures.etude(get_object_or_404(lectures.projets(), pk=pk), au=timezone.localdate())
    if etude.zone is None:
        # L'étude dit elle-même que le projet n'est pas placé, et où le placer.
        return redirect("observatoire_commerce:cdac", pk)
    filtre = FiltreLignesForm(request.GET, zone=etude.zone)
    filtre.is_valid()
    document = document_lignes(etude.zone, filtre.filtre())
    contexte = contexte_page(document) | {"titre": document.titre, "projet": etude.projet, "filtre": filtre}
    return render(request, "observatoire_commerce/cdac_lignes.html", contexte)


@ecran("État d'un projet de CDAC", roles=REDACTEURS)
@require_POST
@entre_partenaires
def avancer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Fait avancer le dossier d'un état."""
    projet = get_object_or_404(ProjetCdac, pk=pk)
    formulaire = EtatProjetForm(request.POST, projet=projet)
    if not formulaire.is_valid():
        dire(request, "Choisissez un état et une date, puis enregistrez à nouveau.", erreur=True)
        return redirect("observatoire_commerce:cdac", pk)
    try:
        projet = operations.changer_etat(
            projet=projet, **formulaire.cleaned_data, auteur=request.user, au=timezone.now()
        )
    except (GesteRefuse, ConflitDeSaisie) as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, f"Le projet est « {projet.get_etat_display()} ».")
    return redirect("observatoire_commerce:cdac", pk)
