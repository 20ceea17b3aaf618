"""Ce que le navigateur demande pour dessiner : les tuiles, la description d'une couche, le fond, les teintes."""

import gzip

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tissu.cartes import tuiles
from tissu.cartes.couches import CoucheIndisponible
from tissu.cartes.fond import contours_du_territoire
from tissu.cartes.palette import feuille_des_teintes
from tissu.cartes.presentation import Presentation, presenter
from tissu.cartes.selection import SelectionRefusee
from tissu.cartes.views.garde import couche_ouverte
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public

UN_JOUR_S = 86_400
OCTETS_A_SERRER = 400
NATURE = "application/vnd.mapbox-vector-tile"


@public("Tuile d'une carte, selon sa couche")
@require_safe
@limite("6000/m")
def tuile(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponse:
    """Une tuile vectorielle de la couche, filtrée comme la page, avec les seuls champs que la personne peut lire."""
    couche = couche_ouverte(request, slug)
    if not tuiles.existe(z, x, y):
        raise Http404("Cette tuile n'existe pas.")
    try:
        montree = presenter(couche, request.GET, request.user)
    except SelectionRefusee as refus:
        return HttpResponseBadRequest(str(refus))
    except CoucheIndisponible as absence:
        raise Http404(str(absence)) from absence
    etag = f'"{montree.jeu.empreinte}-{montree.theme.slug}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        reponse = HttpResponse(status=304)
    else:
        reponse = _servir(tuiles.tuile(montree.jeu, montree.theme, z, x, y), request)
    reponse["ETag"], reponse["Cache-Control"] = etag, _fraicheur(request, montree)
    return reponse


def _servir(contenu: bytes, request: HttpRequest) -> HttpResponse:
    serrer = len(contenu) > OCTETS_A_SERRER and "gzip" in request.headers.get("Accept-Encoding", "")
    reponse = HttpResponse(gzip.compress(contenu, 5, mtime=0) if serrer else contenu, content_type=NATURE)
    if serrer:
        reponse["Content-Encoding"] = "gzip"
    reponse["Vary"] = "Accept-Encoding"
    return reponse


def _fraicheur(request: HttpRequest, montree: Presentation) -> str:
    """Une tuile demandée sous l'empreinte courante ne changera plus ; seule celle d'un visiteur se partage."""
    portee = "public" if montree.couche.publique and not request.user.is_authenticated else "private"
    a_jour = request.GET.get("v") == montree.jeu.empreinte
    return f"{portee}, max-age={UN_JOUR_S}" if a_jour else f"{portee}, no-cache"


@public("Description d'une carte, selon sa couche")
@require_safe
@limite("600/m")
def description(request: HttpRequest, slug: str) -> HttpResponse:
    """Thèmes, légende, champs, emprise, dates et adresse des tuiles, en JSON."""
    couche = couche_ouverte(request, slug)
    try:
        montree = presenter(couche, request.GET, request.user)
    except SelectionRefusee as refus:
        return JsonResponse({"erreur": str(refus)}, status=400)
    except CoucheIndisponible as absence:
        raise Http404(str(absence)) from absence
    reponse = JsonResponse(montree.description(), json_dumps_params={"ensure_ascii": False})
    reponse["Cache-Control"] = "private, no-cache"
    return reponse


@public("Fond des cartes")
@require_safe
@cache_control(max_age=3600, public=True)
def fond(request: HttpRequest) -> HttpResponse:
    """Les contours du territoire, en GeoJSON."""
    return HttpResponse(contours_du_territoire(), content_type="application/geo+json")


@public("Teintes des cartes")
@require_safe
@cache_control(max_age=3600, public=True)
def teintes(request: HttpRequest) -> HttpResponse:
    """Les teintes des légendes, claires et sombres, en feuille de style."""
    return HttpResponse(feuille_des_teintes(), content_type="text/css; charset=utf-8")
