"""La vacance d'un lieu : sa page, ses fichiers."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.observatoire_commerce.analyses.vacance import NON_RENSEIGNE
from tissu.actions.observatoire_commerce.forms.vacance import LieuForm, LignesForm
from tissu.actions.observatoire_commerce.permissions import LECTEURS_VACANCE, peut_diffuser
from tissu.actions.observatoire_commerce.publications.diffusion import CLE
from tissu.actions.observatoire_commerce.publications.vacance import document_vacance
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.actions.observatoire_commerce.queries.lieux import Lieu, LieuInconnu, trouver_lieu
from tissu.actions.observatoire_commerce.queries.vacance import Quoi, dernier_jour
from tissu.actions.observatoire_commerce.queries.vacance import lignes as locaux_comptes
from tissu.actions.observatoire_commerce.views.veilles import ce_qui_se_suit
from tissu.cartes.couches import couches
from tissu.cartes.resolution import lire_selection
from tissu.cartes.selection import SelectionRefusee
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux.permissions import peut_lire_les_loyers
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.publications.sources import lien_de_diffusion
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier

DETAILS = {"pdf": "le document", "xlsx": "toutes les rues", "pptx": "les diapositives"}


@ecran("Vacance commerciale", roles=LECTEURS_VACANCE)
@require_safe
@limite("120/m")
def vacance(request: RequeteConnectee) -> HttpResponse:
    """La vacance du lieu que dit l'adresse : territoire, commune, quartier, rue, ou périmètre choisi sur la carte."""
    lieu, au, code = demande(request)
    document = document_vacance(lieu, au=au, code=code, loyers=peut_lire_les_loyers(request.user))
    contexte = contexte_page(document) | {
        "titre": document.titre, "lieu": lieu, "au": au, "passee": bool(request.GET.get("au")),
        "locaux": lieu.lien_lignes(quoi=Quoi.CELLULES.value, au=au.isoformat(), definition=code),
        "form": LieuForm(initial={"definition": definition(code).code, "au": au}),
        "caches": lieu.parametres(), "formats": _telechargements(lieu, au, code),
        "diffuser": lien_de_diffusion(CLE, au.isoformat())
        if lieu.entier and peut_diffuser(request.user)
        else "",
        "carte": _carte(lieu, au), "a_suivre": ce_qui_se_suit(request.user, lieu),
    }  # fmt: skip
    return render(request, "observatoire_commerce/vacance.html", contexte)


@ecran("Locaux derrière un chiffre", roles=LECTEURS_VACANCE)
@require_safe
@limite("120/m")
def lignes(request: RequeteConnectee) -> HttpResponse:
    """Les locaux que compte un chiffre de la vacance : les mêmes, au même jour, selon la même définition."""
    lieu, au, code = demande(request)
    form = LignesForm(request.GET)
    quoi, famille = form.choisi()
    contexte = {
        "titre": Quoi(quoi).titre, "lieu": lieu, "au": au,
        "form": LignesForm(initial={"quoi": quoi, "famille": famille}),
        "definition": definition(code), "retour": lieu.lien(au=au.isoformat(), definition=code),
        "caches": [*lieu.parametres(), ("au", au.isoformat()), ("definition", code)],
        "page": Paginator(locaux_comptes(lieu, au, code, quoi, famille), 100).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "observatoire_commerce/vacance_lignes.html", contexte)


@ecran("Vacance d'un quartier", roles=LECTEURS_VACANCE)
@require_safe
def quartier(request: RequeteConnectee, quartier: str) -> HttpResponse:
    """Mène à la page de ce quartier ; ce que la source ne situe pas n'en a pas, et se lit avec tous les autres."""
    lieu = trouver_lieu(quartier="" if quartier == NON_RENSEIGNE else quartier)
    return redirect(f"{lieu.lien()}#{'' if lieu.quartier else 'quartiers'}".rstrip("#"))


@ecran("Vacance d'une commune", roles=LECTEURS_VACANCE)
@require_safe
def commune(request: RequeteConnectee, code: str) -> HttpResponse:
    """Mène à la page de cette commune."""
    return redirect(_lieu(commune=code).lien())


def demande(request: RequeteConnectee) -> tuple[Lieu, date, str]:
    """Le lieu, le jour et la définition de l'adresse. Un lieu inconnu ou une forme illisible est une page absente."""
    form = LieuForm(request.GET)
    form.is_valid()
    lus = form.cleaned_data
    try:
        selection = lire_selection(couches()["locaux"], request.GET, request.user)
    except SelectionRefusee as refus:
        raise Http404(str(refus)) from refus
    lieu = _lieu(
        commune=lus.get("commune", ""), quartier=lus.get("quartier", ""), voie=lus.get("voie"), selection=selection
    )
    return lieu, lus.get("au") or dernier_jour(timezone.localdate()), lus.get("definition", "")


def _lieu(**choix: Any) -> Lieu:
    """Ce lieu ; inconnu, c'est une page absente."""
    try:
        return trouver_lieu(**choix)
    except LieuInconnu as refus:
        raise Http404(str(refus)) from refus


def _carte(lieu: Lieu, au: date) -> str:
    """La carte des locaux du lieu, colorée par état, au même jour."""
    requete = urlencode([*lieu.parametres(), ("theme", "etat"), ("au", au.isoformat())])
    return f"{reverse('cartes:carte', args=['locaux'])}?{requete}"


def _telechargements(lieu: Lieu, au: date, code: str) -> list[dict[str, Any]]:
    requete = urlencode([*lieu.parametres(), ("au", au.isoformat()), *([("definition", code)] if code else [])])
    return [
        {
            "titre": FORMATS[format_][1],
            "detail": detail,
            "url": f"{reverse('observatoire_commerce:vacance_fichier', args=[format_])}?{requete}",
        }
        for format_, detail in DETAILS.items()
    ]


@ecran("Téléchargement de la vacance", roles=LECTEURS_VACANCE)
@require_safe
@limite("30/m")
def telecharger(request: RequeteConnectee, format: str) -> HttpResponse:
    """La vacance du lieu choisi, en fichier."""
    if format not in DETAILS:
        raise Http404("Ce format n'existe pas.")
    lieu, au, code = demande(request)
    document = document_vacance(lieu, au=au, code=code, complet=format == "xlsx")
    return fichier(rendre(document, format), FORMATS[format][0], f"vacance-{au:%Y-%m-%d}.{format}")
