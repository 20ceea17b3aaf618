"""La description OpenAPI 3.0 du service de couches, faite des couches ouvertes à qui la demande."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from tissu import __version__
from tissu.cartes.couches import Champ, Couche, Geometrie
from tissu.cartes.lecture import Jeu
from tissu.cartes.ogc import FORMATS, GEOJSON, JSON, LIMITE_MAX, LIMITE_USUELLE, OPENAPI

_TEXTE = {"type": "string"}
_OBJET = {"type": "object"}


def description(
    racine: str, territoire: str, jeux: Sequence[Jeu], filtres: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, Any]:
    """Le document entier. `jeux` : les couches ouvertes ; `filtres` : les (nom, libellé) de chacune, par slug."""
    ouvertes = [jeu.couche for jeu in jeux]
    chemins: dict[str, Any] = {
        "/": {"get": _operation("accueil", "Page d'accueil", JSON, "LandingPage", "Service")},
        "/conformance": {"get": _operation("conformite", "Classes de conformité", JSON, "ConfClasses", "Service")},
        "/api": {"get": _operation("description", "Ce document", OPENAPI, "Libre", "Service")},
        "/collections": {"get": _operation("collections", "Les collections", JSON, "Collections", "Service")},
    }
    for couche in ouvertes:
        chemins |= _chemins(couche, filtres[couche.slug])
    schemas = _schemas() | {f"Objet_{jeu.couche.slug}": _schema_d_objet(jeu) for jeu in jeux}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"Cartes de {territoire}",
            "version": __version__,
            "description": "OGC API Features, en lecture. Une clé d'accès ouvre les couches réservées.",
        },
        "servers": [{"url": racine.rstrip("/")}],
        "tags": [{"name": "Service"}, *({"name": c.slug, "description": c.titre} for c in ouvertes)],
        "paths": chemins,
        "components": {
            "parameters": _parametres(),
            "schemas": schemas,
            "responses": {
                nom: {"description": texte, "content": {JSON: {"schema": _ref("schemas", "Exception")}}}
                for nom, texte in (
                    ("Faux", "Un paramètre ne se lit pas."), ("SansCle", "Il faut une clé d'accès ouverte."),
                    ("Refuse", "La couche n'est pas ouverte à ce rôle."), ("Absent", "Rien à cette adresse."),
                )
            },
            "securitySchemes": {
                "cle": {"type": "http", "scheme": "bearer"}, "motDePasse": {"type": "http", "scheme": "basic"},
            },
        },
        "security": [{}, {"cle": []}, {"motDePasse": []}],
    }  # fmt: skip


def _chemins(couche: Couche, filtres: Sequence[tuple[str, str]]) -> dict[str, Any]:
    base = f"/collections/{couche.slug}"
    propres = [_ref("parameters", nom) for nom in ("limit", "offset", "bbox", "datetime", "f", "dans", "hors")]
    metier = [
        {
            "name": nom, "in": "query", "required": False, "description": libelle, "style": "form", "explode": True,
            "schema": {"type": "array", "items": _TEXTE},
        }
        for nom, libelle in filtres
    ]  # fmt: skip
    slug, titre = couche.slug, couche.titre
    objets = _operation(f"objets_{slug}", f"{titre} : les objets", GEOJSON, "FeatureCollection", slug)
    objet = _operation(f"objet_{slug}", f"{titre} : un objet", GEOJSON, f"Objet_{slug}", slug)
    identifiant = {"name": "featureId", "in": "path", "required": True, "schema": _TEXTE}
    decrite = _operation(f"collection_{slug}", titre, JSON, "Collection", slug)
    return {
        base: {"get": decrite},
        f"{base}/items": {"get": objets | {"parameters": [*propres, *metier]}},
        f"{base}/items/{{featureId}}": {"get": objet | {"parameters": [identifiant, _ref("parameters", "f")]}},
    }


def _operation(identifiant: str, resume: str, nature: str, schema: str, etiquette: str) -> dict[str, Any]:
    return {
        "operationId": identifiant,
        "summary": resume,
        "tags": [etiquette],
        "responses": {
            "200": {"description": "Ce qui est demandé.", "content": {nature: {"schema": _ref("schemas", schema)}}},
            "400": _ref("responses", "Faux"),
            "401": _ref("responses", "SansCle"),
            "403": _ref("responses", "Refuse"),
            "404": _ref("responses", "Absent"),
        },
    }


def _ref(sorte: str, nom: str) -> dict[str, str]:
    return {"$ref": f"#/components/{sorte}/{nom}"}


def _parametres() -> dict[str, Any]:
    commun = {"in": "query", "required": False}
    forme = {"style": "form", "explode": True, "schema": {"type": "array", "items": _TEXTE}}
    return {
        "limit": commun | {
            "name": "limit", "description": "Objets par page.", "style": "form", "explode": False,
            "schema": {"type": "integer", "minimum": 1, "maximum": LIMITE_MAX, "default": LIMITE_USUELLE},
        },
        "offset": commun | {
            "name": "offset", "description": "Objets à passer.",
            "schema": {"type": "integer", "minimum": 0, "default": 0},
        },
        "bbox": commun | {
            "name": "bbox", "description": "Ouest, sud, est, nord en degrés (CRS84).", "style": "form",
            "explode": False,
            "schema": {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                       "items": {"type": "number"}},
        },
        "datetime": commun | {
            "name": "datetime", "description": "Une date, un moment ou un intervalle (RFC 3339).", "style": "form",
            "explode": False, "schema": _TEXTE,
        },
        "f": commun | {
            "name": "f", "description": "Le format.", "schema": {"type": "string", "enum": list(FORMATS)},
        },
        "dans": commun | forme | {
            "name": "dans", "description": "Formes à garder : cercle:lon,lat,rayon_m, polygone:…, zone:couche/id…",
        },
        "hors": commun | forme | {"name": "hors", "description": "Formes à exclure."},
    }  # fmt: skip


def _schemas() -> dict[str, Any]:
    lien = {
        "type": "object", "required": ["href"],
        "properties": {"href": _TEXTE, "rel": _TEXTE, "type": _TEXTE, "title": _TEXTE},
    }  # fmt: skip
    liens = {"type": "array", "items": _ref("schemas", "Lien")}
    collection = {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": _TEXTE, "title": _TEXTE, "description": _TEXTE, "links": liens, "extent": _OBJET,
            "itemType": _TEXTE, "crs": {"type": "array", "items": _TEXTE},
        },
    }  # fmt: skip
    objets = {
        "type": {"type": "string", "enum": ["FeatureCollection"]}, "links": liens, "timeStamp": _TEXTE,
        "numberMatched": {"type": "integer"}, "numberReturned": {"type": "integer"},
        "features": {"type": "array", "items": _OBJET},
    }  # fmt: skip
    return {
        "Lien": lien,
        "Libre": _OBJET,
        "LandingPage": {
            "type": "object", "required": ["links"],
            "properties": {"title": _TEXTE, "description": _TEXTE, "links": liens},
        },
        "ConfClasses": {
            "type": "object", "required": ["conformsTo"],
            "properties": {"conformsTo": {"type": "array", "items": _TEXTE}},
        },
        "Collections": {
            "type": "object", "required": ["links", "collections"],
            "properties": {"links": liens, "collections": {"type": "array", "items": _ref("schemas", "Collection")}},
        },
        "Collection": collection,
        "FeatureCollection": {"type": "object", "required": ["type", "features"], "properties": objets},
        "Exception": {
            "type": "object", "required": ["code"], "properties": {"code": _TEXTE, "description": _TEXTE},
        },
    }  # fmt: skip


def _schema_d_objet(jeu: Jeu) -> dict[str, Any]:
    proprietes = {champ.cle: _schema_de_champ(champ, jeu.table.schema.field(champ.cle).type) for champ in jeu.champs}
    geometrie = "Point" if jeu.couche.geometrie is Geometrie.POINT else "Polygon, MultiPolygon"
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _TEXTE,
            "geometry": {"type": "object", "nullable": True, "description": f"{geometrie}, ou rien sans position."},
            "properties": {"type": "object", "properties": proprietes},
            "links": {"type": "array", "items": _ref("schemas", "Lien")},
        },
    }


def _schema_de_champ(champ: Champ, type_: pa.DataType) -> dict[str, Any]:
    description = ". ".join(texte for texte in (champ.titre, champ.definition) if texte)
    return _type(type_) | {"nullable": True, "title": champ.titre, "description": description}


def _type(type_: pa.DataType) -> dict[str, Any]:
    if pa.types.is_boolean(type_):
        return {"type": "boolean"}
    if pa.types.is_integer(type_):
        return {"type": "integer"}
    if pa.types.is_floating(type_):
        return {"type": "number"}
    return {"type": "string", "format": "date"} if pa.types.is_date(type_) else dict(_TEXTE)
