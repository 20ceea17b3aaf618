"""Choisir dans l'espace : le panneau d'une page de carte, la saisie d'une forme, le dessin de la sélection."""

import json
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from tissu.cartes.couches import Couche
from tissu.cartes.forms.choisir import PREFIXE, ChoisirForm
from tissu.cartes.presentation import Presentation
from tissu.cartes.resolution import PARAMETRES, adresse_sans, adresse_sans_selection, lire_selection
from tissu.cartes.selection import SelectionRefusee, ecrire_forme
from tissu.cartes.views.garde import couche_ouverte
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public
from tissu.socle.formats import pluriel

RETOUR = "retour"
TITRES = {"dans": "Choisi", "hors": "Exclu"}


def panneau(request: HttpRequest, montree: Presentation) -> dict[str, Any]:
    """Ce que lit `cartes/_choisir.html` : les formes posées, chacune retirable, et de quoi en poser d'autres."""
    couche, selection = montree.couche, montree.selection
    puces = [
        {
            "titre": TITRES[sens],
            "valeur": trace.titre,
            "retirer": f"{request.path}?{adresse_sans(request.GET, sens, ecrire_forme(trace.forme))}",
        }
        for sens, traces in (("dans", selection.dans), ("hors", selection.hors))
        for trace in traces
    ]
    sans_position = montree.entier.table.num_rows - int(montree.entier.places.sum())
    return {
        "couche": couche,
        "puces": puces,
        "tout_effacer": f"{request.path}?{adresse_sans_selection(request.GET)}" if len(puces) > 1 else "",
        "sans_position": pluriel(sans_position, *couche.objet) if sans_position else "",
        "form": ChoisirForm(None, couche=couche, personne=request.user),
        "parametres": _gardes(request.GET),
        "retour": request.path,
        "dessin": f"{reverse('cartes:dessin', args=[couche.slug])}?{_seules_formes(request.GET)}" if puces else "",
    }


@public("Choisir sur une carte")
@require_safe
@limite("300/m")
def choisir(request: HttpRequest, slug: str) -> HttpResponse:
    """Ajoute une forme saisie à l'adresse de départ et y revient ; une saisie fausse se corrige ici."""
    couche = couche_ouverte(request, slug)
    retour = _retour(request, couche)
    saisie = any(cle.startswith(f"{PREFIXE}-") for cle in request.GET)
    form = ChoisirForm(request.GET if saisie else None, couche=couche, personne=request.user)
    if form.is_valid():
        adresse = QueryDict(mutable=True)
        for cle, valeur in _gardes(request.GET):
            adresse.appendlist(cle, valeur)
        sens = form.cleaned_data["sens"]
        if form.forme_choisie not in adresse.getlist(sens):
            adresse.appendlist(sens, form.forme_choisie)
        return redirect(f"{retour}?{adresse.urlencode(safe=':,/')}")
    contexte = {"couche": couche, "form": form, "parametres": _gardes(request.GET), "retour": retour}
    return render(request, "cartes/choisir.html", contexte | {"titre": f"Choisir : {couche.titre}"})


@public("Dessin d'une sélection")
@require_safe
@limite("600/m")
def dessin(request: HttpRequest, slug: str) -> HttpResponse:
    """Les contours de la sélection en GeoJSON, pour les montrer sur la carte. Une rue n'a pas de contour."""
    couche = couche_ouverte(request, slug)
    try:
        selection = lire_selection(couche, request.GET, request.user)
    except SelectionRefusee as refus:
        return HttpResponse(str(refus), status=400, content_type="text/plain; charset=utf-8")
    entites = [
        {
            "type": "Feature",
            "properties": {"sens": sens, "titre": trace.titre},
            "geometry": json.loads(shapely.to_geojson(trace.contour)),
        }
        for sens, traces in (("dans", selection.dans), ("hors", selection.hors))
        for trace in traces
        if trace.contour is not None
    ]
    contenu = json.dumps({"type": "FeatureCollection", "features": entites}, ensure_ascii=False)
    return HttpResponse(contenu, content_type="application/geo+json")


def _gardes(parametres: QueryDict) -> list[tuple[str, str]]:
    """Ce que l'adresse de départ portait, hors du formulaire et de la page du tableau."""
    exclus = {RETOUR, "page"}
    return [
        (cle, valeur)
        for cle, valeurs in parametres.lists()
        if cle not in exclus and not cle.startswith(f"{PREFIXE}-")
        for valeur in valeurs
        if valeur
    ]


def _seules_formes(parametres: QueryDict) -> str:
    formes = QueryDict(mutable=True)
    for nom in PARAMETRES:
        formes.setlist(nom, parametres.getlist(nom))
    return formes.urlencode(safe=":,/")


def _retour(request: HttpRequest, couche: Couche) -> str:
    """La page d'où vient la demande, si elle est d'ici ; sinon la carte de la couche."""
    demande = request.GET.get(RETOUR, "")
    ici = (
        url_has_allowed_host_and_scheme(demande, allowed_hosts=None) and demande.startswith("/") and "?" not in demande
    )
    return demande if ici else reverse("cartes:carte", args=[couche.slug])
