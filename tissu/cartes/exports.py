"""Sortir ce qu'une carte montre, avec ce qui dit d'où cela vient : CSV, classeur, GeoJSON, GeoPackage, GeoParquet.

Les champs réservés à d'autres rôles n'y sont pas : un jeu ne les porte pas (voir `tissu.cartes.lecture`).
"""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from tissu.cartes.couches import Champ, Geometrie
from tissu.cartes.lecture import Jeu
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.publications.rendus import feuille
from tissu.publications.rendus.classeur import rendre_classeur
from tissu.publications.valeurs import numerique, numero_pour_tableur, pour_tableur
from tissu.socle.formats import date_longue

LOT = 2_000
LIGNES_DU_CLASSEUR = 50_000
"""Au-delà, un classeur se compose en plus d'un quart de minute : le CSV, lui, coule sans attendre."""
DECIMALES = 6
SECRET = "secret"  # noqa: S105

Legende = list[tuple[str, str]]


# --- CSV et classeur ---


def colonnes(jeu: Jeu) -> list[Colonne]:
    """Les champs du jeu, puis la position."""
    return [
        *(Colonne(champ.cle, champ.titre, champ.nature, definition=champ.definition) for champ in jeu.champs),
        Colonne("lon", "Longitude", Nature.TEXTE, definition="Degrés, WGS 84 ; vide sans position."),
        Colonne("lat", "Latitude", Nature.TEXTE, definition="Degrés, WGS 84 ; vide sans position."),
    ]


def lignes(jeu: Jeu) -> Iterator[dict[str, Any]]:
    """Chaque ligne du jeu et sa position (un point intérieur pour une surface), lues par lots."""
    lon, lat = positions(jeu)
    for debut in range(0, jeu.table.num_rows, LOT):
        lot = jeu.table.select([champ.cle for champ in jeu.champs]).slice(debut, LOT).to_pylist()
        for rang, ligne in enumerate(lot, start=debut):
            tue = jeu.secrets[rang]
            for champ in jeu.champs if tue else ():
                if ligne[champ.cle] is None and numerique(champ.nature):
                    ligne[champ.cle] = SECRET
            yield ligne | {"lon": _degres(lon[rang]), "lat": _degres(lat[rang])}


def positions(jeu: Jeu) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes et latitudes de chaque ligne ; NaN : sans position."""
    if jeu.couche.geometrie is Geometrie.POINT:
        return jeu.table["lon"].to_numpy(), jeu.table["lat"].to_numpy()
    points = shapely.point_on_surface(_surfaces(jeu.table))
    return shapely.get_x(points), shapely.get_y(points)


def _surfaces(table: pa.Table) -> np.ndarray:
    return shapely.from_wkb(table["geometrie"].to_numpy(zero_copy_only=False))


def _degres(valeur: float) -> float | None:
    return None if np.isnan(valeur) else round(float(valeur), DECIMALES)


def csv_en_flux(jeu: Jeu) -> Iterator[str]:
    """Le CSV d'un tableur français ; aucun texte ne s'y lit comme une formule."""
    titres = colonnes(jeu)
    cellules = ([_cellule(ligne[colonne.cle], colonne.nature) for colonne in titres] for ligne in lignes(jeu))
    return feuille.csv_en_flux([colonne.titre for colonne in titres], cellules)


def _cellule(valeur: Any, nature: Nature) -> str:
    en_numero = nature in (Nature.SIREN, Nature.SIRET) and isinstance(valeur, str)
    return numero_pour_tableur(valeur) if en_numero else pour_tableur(valeur)


def classeur(jeu: Jeu, legende: Legende, *, territoire: str, exporte_le: date) -> bytes:
    """Le classeur : une feuille de légende, une feuille de lignes."""
    couche = jeu.couche
    tableau = Tableau(couche.slug, couche.titre, colonnes(jeu), list(lignes(jeu)), source=couche.source)
    return rendre_classeur(
        Document(
            titre=couche.titre, sous_titre=couche.resume, territoire=territoire,
            periode=date_longue(jeu.au) if jeu.au else "état courant", source_au=couche.source_au(),
            version=f"export du {date_longue(exporte_le)}", sections=[Section("lignes", couche.titre, [tableau])],
            methode=[f"{cle} : {valeur}" for cle, valeur in legende]
            + [f"{champ.titre} : {champ.definition}" for champ in jeu.champs if champ.definition],
        )
    )  # fmt: skip


def texte_de_la_legende(legende: Legende, jeu: Jeu) -> str:
    """La légende en texte, pour accompagner un CSV, qui n'a pas où la porter."""
    definitions = [(champ.titre, champ.definition) for champ in jeu.champs if champ.definition]
    return "\r\n".join(f"{cle} : {valeur}" for cle, valeur in [*legende, *definitions]) + "\r\n"


# --- GeoJSON ---


def geojson_en_flux(jeu: Jeu, legende: Legende) -> Iterator[str]:
    """Le GeoJSON (RFC 7946), entité par entité. Le membre `legende` dit de quoi il est fait."""
    tete = {"type": "FeatureCollection", "legende": dict(legende)}
    yield json.dumps(tete, ensure_ascii=False)[:-1] + ', "features": [\n'
    for debut in range(0, jeu.table.num_rows, LOT):
        lot = entites(jeu, range(debut, min(debut + LOT, jeu.table.num_rows)))
        yield (",\n" if debut else "") + ",\n".join(json.dumps(entite, ensure_ascii=False) for entite in lot)
    yield "\n]}\n"


def entites(jeu: Jeu, rangs: range | np.ndarray) -> list[dict[str, Any]]:
    """Les entités GeoJSON de ces lignes ; `geometry` est nulle pour ce qui n'a pas de position."""
    choisies = jeu.table.take(pa.array(rangs, pa.int64()))
    formes = _formes(choisies, jeu.couche.geometrie)
    identifiants = choisies["id"].to_pylist()
    proprietes = choisies.select([champ.cle for champ in jeu.champs]).to_pylist()
    tues = jeu.secrets[np.fromiter(rangs, dtype=np.int64, count=len(identifiants))]
    return [
        {
            "type": "Feature", "id": identifiant, "geometry": forme,
            "properties": {cle: _valeur_json(valeur) for cle, valeur in champs.items()}
            | ({"secret": True} if tue else {}),
        }
        for identifiant, forme, champs, tue in zip(identifiants, formes, proprietes, tues, strict=True)
    ]  # fmt: skip


def _formes(table: pa.Table, geometrie: Geometrie) -> list[dict[str, Any] | None]:
    if geometrie is Geometrie.POINT:
        paires = zip(table["lon"].to_pylist(), table["lat"].to_pylist(), strict=True)
        return [
            None if lon is None or lat is None
            else {"type": "Point", "coordinates": [round(lon, DECIMALES), round(lat, DECIMALES)]}
            for lon, lat in paires
        ]  # fmt: skip
    # La norme veut l'anneau extérieur dans le sens direct.
    surfaces = shapely.orient_polygons(_surfaces(table))
    return [None if texte is None else json.loads(texte) for texte in shapely.to_geojson(surfaces)]


def _valeur_json(valeur: Any) -> Any:
    if isinstance(valeur, date):
        return valeur.isoformat()
    return valeur if valeur is None or isinstance(valeur, bool | int | float | str | list) else str(valeur)


# --- GeoPackage ---


def ecrire_geopackage(chemin: Path, jeu: Jeu, legende: Legende) -> None:
    """Écrit les lignes et leurs formes, puis une table `legende` (cle, valeur)."""
    # Deux secondes d'import (geopandas, pandas) que les autres exports n'ont pas à payer.
    import pyogrio

    couche, table = jeu.couche, _avec_les_formes(jeu)
    pyogrio.write_arrow(
        table, chemin, layer=couche.slug, driver="GPKG", geometry_name="geometrie", crs="EPSG:4326",
        geometry_type="Point" if couche.geometrie is Geometrie.POINT else "MultiPolygon",
        layer_options={"IDENTIFIER": couche.titre, "DESCRIPTION": " ; ".join(f"{c} : {v}" for c, v in legende)},
    )  # fmt: skip
    dites = pa.table({"cle": [cle for cle, _ in legende], "valeur": [valeur for _, valeur in legende]})
    pyogrio.write_arrow(dites, chemin, layer="legende", driver="GPKG", append=True)


def geoparquet(jeu: Jeu, legende: Legende) -> bytes:
    """Les lignes et leurs formes (WKB) en GeoParquet 1.0 ; la légende est dans les métadonnées du fichier."""
    colonne = {"encoding": "WKB", "geometry_types": ["Point" if _en_points(jeu) else "MultiPolygon"]}
    geo = {"version": "1.0.0", "primary_column": "geometrie", "columns": {"geometrie": colonne}}
    table = _avec_les_formes(jeu)
    metadonnees = {"geo": json.dumps(geo), "legende": json.dumps(dict(legende), ensure_ascii=False)}
    tampon = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadonnees), tampon, compression="zstd")
    return tampon.getvalue()


def _avec_les_formes(jeu: Jeu) -> pa.Table:
    """Les champs que la personne peut lire, et la forme de chaque ligne."""
    table = jeu.table.select(list(dict.fromkeys(["id", *(champ.cle for champ in jeu.champs)])))
    if "secret" in jeu.table.column_names:
        table = table.append_column("secret", jeu.table["secret"])
    noms = ["identifiant" if nom == "id" else nom for nom in table.column_names]
    return table.rename_columns(noms).append_column("geometrie", pa.array(_wkb(jeu), pa.binary()))


def _en_points(jeu: Jeu) -> bool:
    return jeu.couche.geometrie is Geometrie.POINT


def _wkb(jeu: Jeu) -> list[bytes | None]:
    if jeu.couche.geometrie is Geometrie.SURFACE:
        surfaces = [
            forme if forme is None or forme.geom_type == "MultiPolygon" else shapely.MultiPolygon([forme])
            for forme in _surfaces(jeu.table)
        ]
        return [None if forme is None else shapely.to_wkb(forme) for forme in surfaces]
    lon, lat = positions(jeu)
    octets = shapely.to_wkb(shapely.points(lon, lat))
    return [o if place else None for o, place in zip(octets, jeu.places, strict=True)]


def champs_proteges(jeu: Jeu) -> list[Champ]:
    """Les champs du jeu que tout le monde ne lit pas : les sortir se journalise."""
    return [champ for champ in jeu.champs if champ.reserve]
