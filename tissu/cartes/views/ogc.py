"""OGC API Features : les couches ouvertes à tous, et celles qu'une clé d'accès ouvre. Lecture seule."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.cartes import exports, ogc, openapi
from tissu.cartes.couches import Couche, CoucheIndisponible, Demande, couches
from tissu.cartes.description import emprise
from tissu.cartes.lecture import Jeu
from tissu.cartes.presentation import Presentation, presenter
from tissu.cartes.queries.cles import cle_presentee
from tissu.cartes.resolution import PARAMETRES
from tissu.cartes.selection import SelectionRefusee
from tissu.cartes.tableau import dans_le_cadre
from tissu.comptes.choices import NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.socle.ecrans import public
from tissu.socle.territoire import territoire

UNE_HEURE_S = 3600


class Refus(Exception):
    """Une requête à laquelle on répond par une erreur de la norme."""

    def __init__(self, statut: int, code: str, description: str) -> None:
        super().__init__(description)
        self.statut, self.code, self.description = statut, code, description


def service(vue: Callable[..., HttpResponse]) -> Any:
    """Une vue du service : la clé d'accès donne la personne, la limite compte pour elle, un refus répond en JSON."""

    @wraps(vue)
    @limite("1200/m")
    def repondre(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            if getattr(request, "cle_fausse", False):
                raise Refus(401, "CleRefusee", "Cette clé d'accès n'ouvre rien : fausse, révoquée ou expirée.")
            return vue(request, **arguments)
        except Refus as refus:
            corps = ogc.erreur(refus.code, refus.description)
            reponse = JsonResponse(corps, status=refus.statut, json_dumps_params={"ensure_ascii": False})
            if refus.statut == 401:
                reponse["WWW-Authenticate"] = 'Basic realm="tissu", charset="UTF-8"'
            return reponse

    @wraps(repondre)
    def ouvrir(request: HttpRequest, **arguments: Any) -> HttpResponse:
        presente = _cle_de(request)
        if presente is not None:
            cle = cle_presentee(presente, au=timezone.now())
            request.cle_fausse, request.cle = cle is None, cle  # type: ignore[attr-defined]
            if cle is not None:
                request.user = cle.personne
        return repondre(request, **arguments)

    return require_safe(ouvrir)


def _cle_de(request: HttpRequest) -> str | None:
    """La clé de l'en-tête : « Bearer », ou le mot de passe d'une authentification basique."""
    methode, _, valeur = request.headers.get("Authorization", "").partition(" ")
    if methode.lower() == "bearer":
        return valeur.strip()
    if methode.lower() != "basic":
        return None
    try:
        return base64.b64decode(valeur.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


@public("Service pour les SIG")
@service
def accueil(request: HttpRequest) -> HttpResponse:
    """La page d'accueil du service."""
    return _json(ogc.accueil(_adresses(request), territoire().nom))


@public("Conformité du service pour les SIG")
@service
def conformite(request: HttpRequest) -> HttpResponse:
    """Les classes de conformité tenues."""
    return _json({"conformsTo": ogc.CONFORMITE})


@public("Description du service pour les SIG")
@service
def description(request: HttpRequest) -> HttpResponse:
    """Le document OpenAPI des couches ouvertes à qui demande."""
    jeux = [montree.jeu for montree in _ouvertes(request)]
    filtres = {jeu.couche.slug: _filtres(jeu.couche, request) for jeu in jeux}
    document = openapi.description(_adresses(request).racine, territoire().nom, jeux, filtres)
    return _json(document, ogc.OPENAPI)


@public("Collections du service pour les SIG")
@service
def collections(request: HttpRequest) -> HttpResponse:
    """Les couches ouvertes à qui demande."""
    decrites = [_decrire(request, montree) for montree in _ouvertes(request)]
    return _json(ogc.collections(_adresses(request), decrites))


@public("Collection du service pour les SIG")
@service
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Une couche."""
    return _json(_decrire(request, _montrer(request, _couche(request, slug), QueryDict())))


@public("Objets d'une collection")
@service
def objets(request: HttpRequest, slug: str) -> HttpResponse:
    """Une page d'objets, réduits par `bbox`, `datetime`, les filtres de la couche et la sélection dans l'espace."""
    couche = _couche(request, slug)
    connus = [*PARAMETRES, *(nom for nom, _ in _filtres(couche, request))]
    try:
        requete = ogc.lire_requete(dict(request.GET.lists()), connus)
    except ogc.ParametreFaux as faux:
        raise Refus(400, "ParametreFaux", str(faux)) from faux
    montree = _montrer(request, couche, _parametres(couche, requete, request))
    rangs = _rangs(montree.jeu, requete)
    voulus = rangs[requete.depart : requete.depart + requete.limite]
    _journaliser(request, montree)
    page = ogc.page_d_objets(
        exports.entites(montree.jeu, voulus), requete, total=len(rangs), au=timezone.now(),
        ici=request.build_absolute_uri(), suite=_suite(request, requete, len(rangs)),
    )  # fmt: skip
    return _json(page, ogc.GEOJSON)


@public("Objet d'une collection")
@service
def objet(request: HttpRequest, slug: str, identifiant: str) -> HttpResponse:
    """Un objet."""
    couche = _couche(request, slug)
    montree = _montrer(request, couche, QueryDict())
    rangs = np.flatnonzero(montree.jeu.table["id"].to_numpy(zero_copy_only=False) == identifiant)
    if not len(rangs):
        raise Refus(404, "Absent", f"Pas d'objet « {identifiant} » dans « {couche.titre} ».")
    _journaliser(request, montree)
    adresses = _adresses(request)
    liens = [
        ogc.lien(request.build_absolute_uri(), "self", ogc.GEOJSON, "Cet objet"),
        ogc.lien(adresses.de("collections", slug), "collection", ogc.JSON, couche.titre),
    ]
    return _json(exports.entites(montree.jeu, rangs[:1])[0] | {"links": liens}, ogc.GEOJSON)


def _json(corps: dict[str, Any], nature: str = ogc.JSON) -> JsonResponse:
    reponse = JsonResponse(corps, content_type=nature, json_dumps_params={"ensure_ascii": False})
    reponse["Cache-Control"] = "private, no-cache"
    reponse["Vary"] = "Authorization, Cookie"
    return reponse


def _adresses(request: HttpRequest) -> ogc.Adresses:
    return ogc.Adresses(
        request.build_absolute_uri(reverse("ogc:accueil")), request.build_absolute_uri(reverse("cartes:sig"))
    )


def _couche(request: HttpRequest, slug: str) -> Couche:
    couche = couches().get(slug)
    if couche is None:
        raise Refus(404, "Absent", f"Aucune collection ne s'appelle « {slug} ».")
    if couche.ouverte_a(request.user):
        return couche
    if not request.user.is_authenticated:
        raise Refus(401, "CleAttendue", f"« {couche.titre} » se lit avec une clé d'accès.")
    raise Refus(403, "Refuse", f"« {couche.titre} » n'est pas ouverte à votre rôle.")


def _montrer(request: HttpRequest, couche: Couche, parametres: QueryDict) -> Presentation:
    try:
        return presenter(couche, parametres, request.user)
    except SelectionRefusee as refus:
        raise Refus(400, "SelectionRefusee", str(refus)) from refus
    except CoucheIndisponible as absence:
        raise Refus(404, "Indisponible", str(absence)) from absence


def _ouvertes(request: HttpRequest) -> list[Presentation]:
    """Les couches ouvertes à qui demande ; celle dont les données manquent n'y est pas."""
    montrees = []
    for couche in couches().values():
        if couche.ouverte_a(request.user):
            try:
                montrees.append(presenter(couche, QueryDict(), request.user))
            except CoucheIndisponible:
                continue
    return montrees


def _decrire(request: HttpRequest, montree: Presentation) -> dict[str, Any]:
    couche = montree.couche
    page = request.build_absolute_uri(reverse("cartes:carte", args=[couche.slug]))
    jours = list(couche.dates()) if couche.dates else []
    return ogc.collection(_adresses(request), couche, emprise=emprise(montree.jeu), page=page, jours=jours)


def _filtres(couche: Couche, request: HttpRequest) -> list[tuple[str, str]]:
    """Les filtres métier de la couche : (nom, libellé)."""
    if couche.filtres is None:
        return []
    form = couche.filtres(Demande(QueryDict(), request.user))
    return [(nom, str(champ.label or nom)) for nom, champ in form.fields.items() if nom not in ogc.PROPRES]


def _parametres(couche: Couche, requete: ogc.Requete, request: HttpRequest) -> QueryDict:
    """Les paramètres de la carte qui répondent à la requête, la date comprise."""
    parametres = request.GET.copy()
    for nom in ogc.PROPRES:
        parametres.pop(nom, None)
    jour = ogc.jour_couvert(requete.temps, list(couche.dates())) if requete.temps and couche.dates else None
    if jour is not None:
        parametres["au"] = jour.isoformat()
    return parametres


def _rangs(jeu: Jeu, requete: ogc.Requete) -> np.ndarray:
    """Les rangs des objets qui répondent, dans l'ordre de la couche."""
    jours = list(jeu.couche.dates()) if jeu.couche.dates else []
    if requete.temps and jours and ogc.jour_couvert(requete.temps, jours) is None:
        return np.array([], dtype=np.int64)
    if requete.bbox is None:
        return np.arange(jeu.table.num_rows)
    ouest, sud, est, nord = requete.bbox
    if ouest <= est:
        return dans_le_cadre(jeu, requete.bbox)
    # Une boîte qui passe l'antiméridien est deux boîtes.
    return np.union1d(dans_le_cadre(jeu, (ouest, sud, 180, nord)), dans_le_cadre(jeu, (-180, sud, est, nord)))


def _suite(request: HttpRequest, requete: ogc.Requete, total: int) -> dict[str, str]:
    departs = {}
    if requete.depart + requete.limite < total:
        departs["next"] = requete.depart + requete.limite
    if requete.depart:
        departs["prev"] = max(0, requete.depart - requete.limite)
    suite = {}
    for relation, depart in departs.items():
        parametres = request.GET.copy()
        parametres["offset"], parametres["limit"] = str(depart), str(requete.limite)
        suite[relation] = request.build_absolute_uri(f"{request.path}?{parametres.urlencode(safe=':,/')}")
    return suite


def _journaliser(request: HttpRequest, montree: Presentation) -> None:
    """Note au journal la lecture d'une couche réservée ou d'un champ réservé : une ligne par heure, non par page."""
    couche, personne = montree.couche, request.user
    if not personne.is_authenticated or (couche.publique and not exports.champs_proteges(montree.jeu)):
        return
    cle = getattr(request, "cle", None)
    if not cache.add(f"ogc:{personne.pk}:{couche.slug}:{cle and cle.pk}", True, UNE_HEURE_S):
        return
    journaliser_acces(
        personne=personne, nature=NatureAcces.EXPORT, objet=("carte", couche.slug), au=timezone.now(),
        motif=f"Lecture par un SIG, avec la clé « {cle.nom} »" if cle else "Lecture par un SIG",
    )  # fmt: skip
