"""Comparer avec d'autres villes : la comparaison, sa méthode, ses exports, les locaux derrière notre valeur."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.observatoire_commerce.choices import TypePerimetre
from tissu.actions.observatoire_commerce.forms.comparaisons import ChoixComparaisonForm, NosLocauxForm
from tissu.actions.observatoire_commerce.permissions import LECTEURS_COMPARAISONS, peut_ecrire_comparaisons
from tissu.actions.observatoire_commerce.publications.comparaisons import document_comparaison
from tissu.actions.observatoire_commerce.publications.methode import document_methode
from tissu.actions.observatoire_commerce.queries import comparaisons as lectures
from tissu.actions.observatoire_commerce.queries.notre_ville import nos_locaux
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier

DETAILS = {"pdf": "le document", "xlsx": "le tableau", "pptx": "les diapositives", "csv": "les lignes"}


@ecran("Comparer avec d'autres villes", roles=LECTEURS_COMPARAISONS)
@require_safe
@limite("120/m")
def comparer(request: RequeteConnectee) -> HttpResponse:
    """Un indicateur sur un type de périmètre : le graphique, sa définition, le tableau, ce qui ne se compare pas."""
    choix = ChoixComparaisonForm(request.GET)
    indicateur, perimetre = choix.choisi()
    comparaison = lectures.comparaison(indicateur, perimetre, au=timezone.localdate())
    contexte = contexte_page(document_comparaison(comparaison)) | {
        "titre": comparaison.mesure.titre, "comparaison": comparaison, "ecrit": peut_ecrire_comparaisons(request.user),
        "choix": ChoixComparaisonForm(initial={"indicateur": indicateur, "perimetre": perimetre}),
        "formats": _telechargements(indicateur, perimetre),
    }  # fmt: skip
    return render(request, "observatoire_commerce/comparer.html", contexte)


def _telechargements(indicateur: str, perimetre: str) -> list[dict[str, Any]]:
    requete = urlencode({"indicateur": indicateur, "perimetre": perimetre})
    return [
        {
            "titre": FORMATS[format_][1],
            "detail": detail,
            "url": f"{reverse('observatoire_commerce:comparer_fichier', args=[format_])}?{requete}",
        }
        for format_, detail in DETAILS.items()
    ]


@ecran("Téléchargement d'une comparaison", roles=LECTEURS_COMPARAISONS)
@require_safe
@limite("30/m")
def telecharger(request: RequeteConnectee, format: str) -> HttpResponse:
    """La comparaison choisie, en fichier."""
    if format not in DETAILS:
        raise Http404("Ce format n'existe pas.")
    indicateur, perimetre = ChoixComparaisonForm(request.GET).choisi()
    comparaison = lectures.comparaison(indicateur, perimetre, au=timezone.localdate())
    document = document_comparaison(comparaison, complet=format in {"xlsx", "csv"})
    nom = f"comparaison-{indicateur}-{perimetre}.{format}".replace("_", "-")
    return fichier(rendre(document, format), FORMATS[format][0], nom)


@ecran("Méthode de comparaison", roles=LECTEURS_COMPARAISONS)
@require_safe
def methode(request: RequeteConnectee) -> HttpResponse:
    """Comment l'on compare, à qui, et ce que vaut chaque valeur connue."""
    document = document_methode(au=timezone.localdate())
    contexte = contexte_page(document) | {"titre": document.titre, "ecrit": peut_ecrire_comparaisons(request.user)}
    contexte["perimetres"] = TypePerimetre.choices
    return render(request, "observatoire_commerce/comparaisons_methode.html", contexte)


@ecran("Nos locaux comparés", roles=LECTEURS_COMPARAISONS)
@require_safe
@limite("120/m")
def lignes(request: RequeteConnectee) -> HttpResponse:
    """Les locaux derrière une valeur à nous."""
    choix = NosLocauxForm(request.GET)
    perimetre, quoi = choix.choisi()
    locaux = nos_locaux(perimetre, quoi, au=timezone.localdate())
    contexte = {
        "titre": "Nos locaux", "page": Paginator(locaux, 100).get_page(request.GET.get("page")),
        "choix": NosLocauxForm(initial={"perimetre": perimetre, "quoi": quoi}),
        "perimetre": TypePerimetre(perimetre).label,
    }  # fmt: skip
    return render(request, "observatoire_commerce/comparer_lignes.html", contexte)
