"""Imprimer une carte : choisir la feuille, en voir un aperçu, la télécharger en PDF ou en image."""

import math

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.cartes.choices import Papier
from tissu.cartes.couches import CoucheIndisponible
from tissu.cartes.forms.impression import ImpressionForm
from tissu.cartes.impression import Commande, composer
from tissu.cartes.impression.cadrage import Emprise
from tissu.cartes.presentation import Presentation, presenter
from tissu.cartes.selection import SelectionRefusee
from tissu.cartes.views.exports import journaliser
from tissu.cartes.views.garde import couche_ouverte
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public

NATURES = {"pdf": "application/pdf", "png": "image/png"}
ECRAN_PX = (1000, 640)
"""Ce qu'un écran montre de la carte : une vue dit son centre et son niveau, non sa taille."""


@public("Imprimer une carte")
@require_safe
@limite("300/h")
def imprimer(request: HttpRequest, slug: str) -> HttpResponse:
    """Le choix de la feuille, et son aperçu."""
    montree, refus = _presenter(request, slug)
    if montree is None:
        return refus
    form = _formulaire(request)
    form.is_valid()
    restes = [(nom, valeur) for nom, valeurs in montree.portes.lists() for valeur in valeurs]
    contexte = {
        "titre": f"Imprimer : {montree.couche.titre}",
        "couche": montree.couche,
        "form": form,
        "parametres": [*restes, *_fixes(request, montree)],
        "apercu": f"{_adresse(slug, 'png')}?{_suite(request, montree)}&apercu=oui",
        "retour": f"{reverse('cartes:carte', args=[slug])}?{montree.adresse(vue=request.GET.get('vue', ''))}",
    }
    return render(request, "cartes/impression.html", contexte)


@public("Carte imprimée")
@require_safe
@limite("120/h")
def feuille(request: HttpRequest, slug: str, format_: str) -> HttpResponse:
    """La feuille, avec les filtres, la sélection et les droits de la page."""
    if format_ not in NATURES:
        raise Http404(f"Pas d'impression « {format_} » : demandez pdf ou png.")
    montree, refus = _presenter(request, slug)
    if montree is None:
        return refus
    form = _formulaire(request)
    if not form.is_valid():
        dites = " ".join(str(texte) for textes in form.errors.values() for texte in textes)
        return HttpResponseBadRequest(dites, content_type="text/plain; charset=utf-8")
    apercu = format_ == "png" and "apercu" in request.GET
    octets = composer(
        montree, _commande(request, form), le=timezone.localdate(), format_=format_, apercu=apercu
    )  # fmt: skip
    reponse = HttpResponse(octets, content_type=NATURES[format_])
    reponse["Cache-Control"] = "private, no-cache"
    if not apercu:
        colore = montree.couche.champ(montree.theme.champ)
        journaliser(request, montree, f"Carte imprimée ({format_})", [colore] if colore.reserve else [])
        reponse["Content-Disposition"] = f'inline; filename="{slug}-{timezone.localdate()}.{format_}"'
    return reponse


def _presenter(request: HttpRequest, slug: str) -> tuple[Presentation | None, HttpResponse]:
    couche = couche_ouverte(request, slug)
    try:
        return presenter(couche, request.GET, request.user), HttpResponse()
    except SelectionRefusee as refus:
        return None, HttpResponseBadRequest(str(refus), content_type="text/plain; charset=utf-8")
    except CoucheIndisponible as absence:
        raise Http404(str(absence)) from absence


def _formulaire(request: HttpRequest) -> ImpressionForm:
    demandes = {nom: request.GET.get(nom, "") for nom in ("papier", "cadrage", "titre")}
    depart = {"papier": Papier.A4_PAYSAGE, "cadrage": "tout"}
    donnees = {nom: valeur or depart.get(nom, "") for nom, valeur in demandes.items()}
    return ImpressionForm(donnees, connue=request.user.is_authenticated, vue=_emprise_de_la_vue(request) is not None)


def _commande(request: HttpRequest, form: ImpressionForm) -> Commande:
    valeurs = form.cleaned_data
    emprise = _emprise_de_la_vue(request) if valeurs.get("cadrage") == "vue" else None
    return Commande(Papier(valeurs["papier"]), emprise, valeurs.get("titre", ""))


def _emprise_de_la_vue(request: HttpRequest) -> Emprise | None:
    """Le terrain que montre « latitude,longitude,zoom » sur un écran ordinaire ; None si la vue ne se lit pas."""
    try:
        lat, lon, zoom = (float(nombre) for nombre in request.GET.get("vue", "").split(","))
    except ValueError:
        return None
    if not (abs(lat) <= 80 and abs(lon) <= 179 and 3 <= zoom <= 22):
        return None
    degres_par_pixel = 360 / (512 * 2**zoom)
    dx, dy = (cote / 2 * degres_par_pixel for cote in ECRAN_PX)
    return lon - dx, lat - dy * math.cos(math.radians(lat)), lon + dx, lat + dy * math.cos(math.radians(lat))


def _fixes(request: HttpRequest, montree: Presentation) -> list[tuple[str, str]]:
    """Ce que le formulaire d'impression garde de l'adresse, en plus des filtres et de la sélection."""
    fixes = [("theme", montree.theme.slug), ("au", montree.demande.au.isoformat() if montree.demande.au else "")]
    return [(nom, valeur) for nom, valeur in [*fixes, ("vue", request.GET.get("vue", ""))] if valeur]


def _suite(request: HttpRequest, montree: Presentation) -> str:
    autres = {nom: request.GET.get(nom, "") for nom in ("papier", "cadrage", "titre", "vue")}
    return montree.adresse(**autres)


def _adresse(slug: str, format_: str) -> str:
    return reverse("cartes:feuille", args=[slug, format_])


def adresse_d_impression(montree: Presentation, vue: str) -> str:
    """La page où imprimer ce qu'une carte montre."""
    return f"{reverse('cartes:imprimer', args=[montree.couche.slug])}?{montree.adresse(vue=vue)}"
