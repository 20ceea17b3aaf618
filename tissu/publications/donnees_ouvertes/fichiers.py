"""Un tableau ouvert en CSV, Parquet et GeoJSON, et son schéma (Table Schema).

Le CSV est celui des programmes : virgule, point décimal, dates ISO. Une cellule vide est une valeur absente, jamais
un zéro ; une valeur tenue secrète est vide aussi, et la colonne `<nom>_note` dit pourquoi. Un texte qui commencerait
comme une formule y porte une apostrophe, pour le tableur qui l'ouvrirait ; Parquet et GeoJSON le gardent tel quel.
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from tissu.publications.choices import ADRESSES_DES_LICENCES, Licence
from tissu.publications.contenu import Document, Nature, Tableau
from tissu.publications.models import Edition
from tissu.socle.formats import sans_formule

FORMATS_OUVERTS = {
    "csv": ("text/csv; charset=utf-8", "CSV"),
    "parquet": ("application/vnd.apache.parquet", "Parquet"),
    "geojson": ("application/geo+json", "GeoJSON"),
    "schema.json": ("application/json", "Schéma"),
}
_TYPES = {
    Nature.DECIMAL: "number", Nature.TAUX: "number", Nature.EUROS: "number", Nature.CENTIMES: "number",
    Nature.CENTIEMES: "number", Nature.DATE: "date",
}  # fmt: skip
_ARROW = {
    "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "boolean": pa.bool_(), "string": pa.string(),
}  # fmt: skip


class JeuInconnu(LookupError):
    """L'édition n'a pas de tableau ouvert sous ce nom."""


def rendre_jeu(document: Document, jeu: str, format_: str, edition: Edition) -> bytes:
    """Le fichier d'un tableau ouvert. Lève `JeuInconnu`."""
    ouverts = {tableau.identifiant: tableau for tableau in document.tableaux_ouverts()}
    if jeu not in ouverts:
        raise JeuInconnu(f"Pas de données ouvertes « {jeu} » dans cette édition.")
    tableau = ouverts[jeu]
    if format_ == "schema.json":
        return json.dumps(schema(tableau, edition), ensure_ascii=False, indent=1).encode()
    rendus: dict[str, Callable[[Tableau], bytes]] = {"csv": en_csv, "parquet": en_parquet, "geojson": en_geojson}
    return rendus[format_](tableau)


def champs(tableau: Tableau) -> list[dict[str, str]]:
    """Les champs du fichier, dans l'ordre : {name, title, type, description} du Table Schema."""
    decrits = []
    for colonne in tableau.colonnes:
        valeurs = [ligne.get(colonne.cle) for ligne in tableau.lignes]
        decrit = {"name": colonne.cle, "title": colonne.titre, "type": _type(colonne.nature, valeurs)}
        decrits.append(decrit | ({"description": colonne.definition} if colonne.definition else {}))
        if any(isinstance(valeur, str) and valeur for valeur in valeurs) and decrit["type"] != "string":
            decrits.append(
                {
                    "name": f"{colonne.cle}_note", "title": f"{colonne.titre}, note", "type": "string",
                    "description": "Pourquoi la valeur n'est pas donnée (secret statistique, source absente).",
                }
            )  # fmt: skip
    decrits += [
        {"name": cle, "title": titre, "type": "number", "description": "Degrés décimaux, WGS 84 (EPSG:4326)."}
        for cle, titre in zip(tableau.geometrie or (), ("Longitude", "Latitude"), strict=False)
        if cle not in {colonne.cle for colonne in tableau.colonnes}
    ]
    return decrits


def lignes(tableau: Tableau) -> list[dict[str, Any]]:
    """Les lignes du fichier, chaque valeur du type de son champ, None pour ce qui manque."""
    decrits = champs(tableau)
    return [{champ["name"]: _valeur(ligne, champ) for champ in decrits} for ligne in tableau.lignes]


def schema(tableau: Tableau, edition: Edition) -> dict[str, Any]:
    """La description du fichier (Tabular Data Resource de Frictionless) : champs, clé, licence, source, dates."""
    publication = edition.publication
    table: dict[str, Any] = {"fields": champs(tableau), "missingValues": [""]}
    if tableau.cle_primaire:
        table["primaryKey"] = list(tableau.cle_primaire)
    licence = Licence(publication.licence)
    # Une date inconnue se tait : le schéma de Frictionless n'admet pas de date nulle.
    dates = {"created": edition.diffusee_le and timezone.localdate(edition.diffusee_le), "modified": edition.donnees_au}
    return {
        "profile": "tabular-data-resource",
        "name": f"{publication.slug}-{tableau.identifiant}".replace("_", "-").lower(),
        "title": f"{tableau.titre}, {edition.periode_libelle}",
        "description": " ".join(texte for texte in (publication.resume, tableau.note) if texte).strip(),
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "licenses": [{"name": str(licence), "title": licence.label, "path": ADRESSES_DES_LICENCES[licence]}],
        "sources": [{"title": tableau.source or publication.organisation.nom}],
        "version": str(edition.numero),
        **{nom: jour.isoformat() for nom, jour in dates.items() if jour},
        "schema": table,
    }  # fmt: skip


def en_csv(tableau: Tableau) -> bytes:
    """CSV UTF-8 à virgules, noms de champs en tête."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, lineterminator="\r\n")
    noms = [champ["name"] for champ in champs(tableau)]
    ecrivain.writerow(noms)
    for ligne in lignes(tableau):
        ecrivain.writerow([_texte(ligne[nom]) for nom in noms])
    return sortie.getvalue().encode()


def en_parquet(tableau: Tableau) -> bytes:
    """Parquet typé ; titre et note du tableau dans ses métadonnées."""
    colonnes = [
        pa.field(champ["name"], _ARROW[champ["type"]], metadata={"titre": champ["title"]}) for champ in champs(tableau)
    ]
    modele = pa.schema(colonnes, metadata={"titre": tableau.titre, "source": tableau.source, "note": tableau.note})
    sortie = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(lignes(tableau), schema=modele), sortie)
    return sortie.getvalue()


def en_geojson(tableau: Tableau) -> bytes:
    """Une entité ponctuelle par ligne (RFC 7946) ; une ligne sans position a une géométrie nulle."""
    assert tableau.geometrie is not None
    lon, lat = tableau.geometrie
    entites = []
    for brute, ligne in zip(tableau.lignes, lignes(tableau), strict=True):
        place = brute.get(lon) is not None and brute.get(lat) is not None
        point = {"type": "Point", "coordinates": [float(brute[lon]), float(brute[lat])]} if place else None
        proprietes = {
            cle: valeur.isoformat() if isinstance(valeur, date) else valeur
            for cle, valeur in ligne.items()
            if cle not in (lon, lat)
        }
        entites.append({"type": "Feature", "geometry": point, "properties": proprietes})
    return json.dumps({"type": "FeatureCollection", "features": entites}, ensure_ascii=False).encode()


def _type(nature: Nature, valeurs: list[Any]) -> str:
    if nature in (Nature.NOMBRE, Nature.VARIATION):
        entiers = all(float(v).is_integer() for v in valeurs if v is not None and not isinstance(v, str))
        return "integer" if entiers else "number"
    return _TYPES.get(nature, "string")


def _valeur(ligne: dict[str, Any], champ: dict[str, str]) -> Any:
    nom, type_ = champ["name"], champ["type"]
    if nom not in ligne and nom.endswith("_note"):
        note = ligne.get(nom.removesuffix("_note"))
        return note if isinstance(note, str) and note else None
    valeur = ligne.get(nom)
    if valeur is None or valeur == "":
        return None
    if type_ == "string":
        return valeur.isoformat() if isinstance(valeur, date) else str(valeur)
    if isinstance(valeur, str):
        return None
    return int(valeur) if type_ == "integer" else float(valeur) if type_ == "number" else valeur


def _texte(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, Decimal | float):
        return repr(float(valeur))
    if isinstance(valeur, str):
        return sans_formule(valeur)
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)
