"""OGC API Features (partie 1, cœur, GeoJSON et OpenAPI 3.0) : les réponses du service, sans le web.

Une couche est une collection ; un objet sans position y est, sa géométrie nulle. Une couche qui a des dates se lit à
l'une d'elles : la dernière que `datetime` couvre, ou la plus récente.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tissu.cartes.couches import Couche
from tissu.publications.choices import ADRESSES_DES_LICENCES

_NORME = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMITE = [f"{_NORME}/core", f"{_NORME}/geojson", f"{_NORME}/oas30"]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
LIMITE_USUELLE, LIMITE_MAX = 1000, 10_000
PROPRES = ("limit", "offset", "bbox", "datetime", "f")
FORMATS = ("json", "geojson")


class ParametreFaux(ValueError):
    """Un paramètre de la requête ne se lit pas ; le message dit lequel et ce qui est attendu."""


Bbox = tuple[float, float, float, float]


@dataclass(frozen=True)
class Intervalle:
    """Un moment (`debut` et `fin` égaux) ou un intervalle, ouvert du côté qui vaut None."""

    debut: date | None
    fin: date | None


@dataclass(frozen=True)
class Requete:
    """Ce qu'une requête d'objets demande, vérifié."""

    limite: int
    depart: int
    bbox: Bbox | None
    temps: Intervalle | None


@dataclass(frozen=True)
class Adresses:
    """Les adresses absolues du service ; `racine` finit par une barre."""

    racine: str
    documentation: str

    def de(self, *chemin: str) -> str:
        return self.racine + "/".join(chemin)


# --- Lire une requête ---


def lire_requete(parametres: dict[str, list[str]], connus: Sequence[str]) -> Requete:
    """Lit les paramètres d'une requête d'objets. Lève `ParametreFaux`, y compris pour un paramètre inconnu."""
    if inconnus := sorted(set(parametres) - set(PROPRES) - set(connus)):
        attendus = ", ".join([*PROPRES, *connus])
        raise ParametreFaux(f"Paramètre inconnu : {', '.join(inconnus)}. Sont lus : {attendus}.")
    propres = {nom: parametres[nom] for nom in PROPRES if nom in parametres}
    if repetes := [nom for nom, valeurs in propres.items() if len(valeurs) > 1]:
        raise ParametreFaux(f"Paramètre répété : {', '.join(repetes)}.")
    valeurs = {nom: liste[0] for nom, liste in propres.items()}
    if valeurs.get("f", "json") not in FORMATS:
        raise ParametreFaux(f"f vaut « {valeurs['f']} » : seul le GeoJSON est servi (f=json).")
    return Requete(
        limite=min(_entier(valeurs, "limit", LIMITE_USUELLE, mini=1), LIMITE_MAX),
        depart=_entier(valeurs, "offset", 0, mini=0),
        bbox=lire_bbox(valeurs["bbox"]) if "bbox" in valeurs else None,
        temps=lire_temps(valeurs["datetime"]) if "datetime" in valeurs else None,
    )


def _entier(valeurs: dict[str, str], nom: str, defaut: int, *, mini: int) -> int:
    texte = valeurs.get(nom, str(defaut))
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 10 and int(texte) >= mini):
        raise ParametreFaux(f"{nom} vaut « {texte} » : un entier d'au moins {mini} est attendu.")
    return int(texte)


def lire_bbox(texte: str) -> Bbox:
    """Ouest, sud, est, nord d'une boîte en degrés (CRS84) ; l'altitude d'une boîte à six nombres ne compte pas."""
    try:
        nombres = [float(morceau) for morceau in texte.split(",")]
    except ValueError:
        nombres = []
    if len(nombres) == 6:
        nombres = [nombres[rang] for rang in (0, 1, 3, 4)]
    bornee = len(nombres) == 4 and all(abs(n) <= borne for n, borne in zip(nombres, (180, 90, 180, 90), strict=True))
    if not bornee or nombres[1] > nombres[3]:
        raise ParametreFaux(f"bbox vaut « {texte} » : ouest,sud,est,nord en degrés est attendu.")
    ouest, sud, est, nord = nombres
    return ouest, sud, est, nord


def lire_temps(texte: str) -> Intervalle:
    """Un jour ou un moment (RFC 3339), ou un intervalle « a/b » où « .. » et le vide sont ouverts."""
    bornes = [None if borne in {"", ".."} else _jour(borne, texte) for borne in texte.split("/")]
    if len(bornes) == 1 and bornes[0] is not None:
        return Intervalle(bornes[0], bornes[0])
    if len(bornes) != 2 or (bornes[0] and bornes[1] and bornes[0] > bornes[1]):
        raise _temps_faux(texte)
    return Intervalle(bornes[0], bornes[1])


def _jour(borne: str, texte: str) -> date:
    try:
        return datetime.fromisoformat(borne).date()
    except ValueError as erreur:
        raise _temps_faux(texte) from erreur


def _temps_faux(texte: str) -> ParametreFaux:
    return ParametreFaux(
        f"datetime vaut « {texte} » : une date (2026-11-23), un moment (2026-11-23T09:00:00Z) ou un intervalle "
        "(2026-01-01/2026-12-31, 2026-01-01/..) est attendu."
    )


def jour_couvert(temps: Intervalle, jours: Sequence[date]) -> date | None:
    """Le jour où lire une couche datée : le dernier qui ne suit pas la fin de l'intervalle, None s'il n'y en a pas."""
    possibles = [jour for jour in jours if temps.fin is None or jour <= temps.fin]
    return max(possibles, default=None)


# --- Répondre ---


def lien(href: str, rel: str, type_: str, titre: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": type_, "title": titre}


def accueil(adresses: Adresses, territoire: str) -> dict[str, Any]:
    """La page d'accueil du service."""
    return {
        "title": f"Cartes de {territoire}",
        "description": f"Les couches de tissu sur {territoire}, en lecture (OGC API Features).",
        "links": [
            lien(adresses.de(), "self", JSON, "Cette page"),
            lien(adresses.de("api"), "service-desc", OPENAPI, "Description du service (OpenAPI 3.0)"),
            lien(adresses.documentation, "service-doc", HTML, "S'en servir dans QGIS"),
            lien(adresses.de("conformance"), "conformance", JSON, "Classes de conformité"),
            lien(adresses.de("collections"), "data", JSON, "Les collections"),
        ],
    }


def collections(adresses: Adresses, decrites: list[dict[str, Any]]) -> dict[str, Any]:
    """Les collections ouvertes à qui demande."""
    return {
        "links": [lien(adresses.de("collections"), "self", JSON, "Cette liste")],
        "collections": decrites,
    }


def collection(
    adresses: Adresses, couche: Couche, *, emprise: list[float] | None, page: str, jours: Sequence[date]
) -> dict[str, Any]:
    """Une collection. `page` : l'adresse de sa carte ; `jours` : les dates qu'elle propose."""
    etendue: dict[str, Any] = {"spatial": {"bbox": [emprise], "crs": CRS84}} if emprise else {}
    if jours:
        etendue["temporal"] = {"interval": [[f"{min(jours)}T00:00:00Z", f"{max(jours)}T00:00:00Z"]]}
    liens = [
        lien(adresses.de("collections", couche.slug), "self", JSON, "Cette collection"),
        lien(adresses.de("collections", couche.slug, "items"), "items", GEOJSON, "Ses objets"),
        lien(page, "alternate", HTML, "Sa carte"),
    ]
    if couche.licence is not None:
        liens.append(lien(ADRESSES_DES_LICENCES[couche.licence], "license", HTML, str(couche.licence.label)))
    decrite = {
        "id": couche.slug,
        "title": couche.titre,
        "description": f"{couche.resume} Source : {couche.source}.",
        "itemType": "feature",
        "crs": [CRS84],
        "links": liens,
    }
    return decrite | ({"extent": etendue} if etendue else {})


def page_d_objets(
    entites: list[dict[str, Any]], requete: Requete, *, total: int, au: datetime, ici: str, suite: dict[str, str]
) -> dict[str, Any]:
    """Une page d'objets. `ici` : l'adresse demandée ; `suite` : celles des pages voisines, par relation."""
    titres = {"next": "Page suivante", "prev": "Page précédente"}
    return {
        "type": "FeatureCollection",
        "timeStamp": au.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": total,
        "numberReturned": len(entites),
        "links": [
            lien(ici, "self", GEOJSON, "Cette page"),
            *(lien(href, rel, GEOJSON, titres[rel]) for rel, href in suite.items()),
        ],
        "features": entites,
    }


def erreur(code: str, description: str) -> dict[str, str]:
    """Le corps d'un refus (schéma `exception` de la norme)."""
    return {"code": code, "description": description}
