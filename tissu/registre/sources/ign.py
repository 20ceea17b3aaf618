"""Contours des communes, de l'IGN (Admin Express), par le service WFS de la Géoplateforme."""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from tissu.socle.formats import pluriel

ADRESSE = "https://data.geopf.fr/wfs"
COUCHE = "ADMINEXPRESS-COG-CARTO.LATEST:commune"
DELAI_S = 30.0


class ServiceInjoignable(RuntimeError):
    """Le service ne répond pas, ou pas ce qu'il devrait ; le message dit quoi faire."""


def contours_des_communes(codes: Sequence[str], *, adresse: str = ADRESSE) -> dict[str, Any]:
    """Une collection GeoJSON (WGS84) : `code` et `nom` de chaque commune, source IGN. Lève `ServiceInjoignable`."""
    liste = ",".join(f"'{code}'" for code in sorted(codes))
    requete = {
        "SERVICE": "WFS", "VERSION": "2.0.0", "REQUEST": "GetFeature", "TYPENAMES": COUCHE,
        "OUTPUTFORMAT": "application/json", "SRSNAME": "CRS:84", "CQL_FILTER": f"code_insee IN ({liste})",
    }  # fmt: skip
    try:
        reponse = httpx.get(adresse, params=requete, timeout=DELAI_S, follow_redirects=True)
        reponse.raise_for_status()
        contenu = reponse.json()
    except httpx.TransportError as erreur:
        raise ServiceInjoignable(
            "Le service de contours de l'IGN ne répond pas (pas de réseau ?). Réessayez plus tard, ou donnez "
            "un fichier de contours GeoJSON ou GeoPackage."
        ) from erreur
    except httpx.HTTPStatusError as erreur:
        code = erreur.response.status_code
        raise ServiceInjoignable(
            f"Le service de contours de l'IGN a répondu par l'erreur {code}. Réessayez plus tard."
        ) from erreur
    except json.JSONDecodeError as erreur:
        raise ServiceInjoignable("Le service de contours de l'IGN a répondu autre chose que du GeoJSON.") from erreur
    return _collection(contenu, codes)


def _collection(contenu: dict[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    entites = []
    for entite in contenu.get("features", []):
        champs = entite.get("properties") or {}
        code = str(champs.get("code_insee") or champs.get("insee_com") or "")
        nom = champs.get("nom_officiel") or champs.get("nom") or code
        proprietes = {"code": code, "nom": nom, "type": "commune", "commune": code, "source": "IGN Admin Express"}
        entites.append({"type": "Feature", "properties": proprietes, "geometry": entite["geometry"]})
    recues = {entite["properties"]["code"] for entite in entites}
    if manquantes := sorted(set(codes) - recues):
        raise ServiceInjoignable(
            f"L'IGN ne connaît pas {pluriel(len(manquantes), 'commune')} : {', '.join(manquantes)}. "
            "Vérifiez les codes, ou l'année du code officiel géographique."
        )
    return {"type": "FeatureCollection", "features": sorted(entites, key=lambda e: e["properties"]["code"])}
