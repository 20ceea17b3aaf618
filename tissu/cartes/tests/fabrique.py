"""De quoi essayer les tuiles : un jeu fait à la main, et une tuile relue par GDAL, qui n'est pas notre code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from tissu.cartes.couches import Champ, Classe, Classement, Couche, Geometrie, Theme
from tissu.cartes.lecture import Jeu
from tissu.publications.contenu import Nature

ETAT = Theme(
    "etat", "État", "etat", Classement.CATEGORIES,
    classes=(Classe("Occupé", "bleu", ("occupe",)), Classe("Vacant", "vermillon", ("vacant",))),
)  # fmt: skip
SURFACE = Theme(
    "surface", "Surface", "surface", Classement.SEUILS,
    classes=(Classe("Moins de 50", "bleus-1", maxi=50), Classe("De 50 à 100", "bleus-3", mini=50, maxi=100),
             Classe("100 et plus", "bleus-5", mini=100)),
)  # fmt: skip
TAUX = Theme("taux", "Taux", "taux", Classement.QUANTILES)


def couche(geometrie: Geometrie, champs: Sequence[Champ], themes: Sequence[Theme], table: pa.Table) -> Couche:
    return Couche(
        slug="fabriquee", titre="Fabriquée", objet=("objet", "objets"), resume="", source="Essai", geometrie=geometrie,
        champs=tuple(champs), themes=tuple(themes), lire=lambda demande: table, version=lambda: "1",
        source_au=lambda: None, publique=True,
    )  # fmt: skip


def jeu_de_points(lon: Sequence[float | None], lat: Sequence[float | None], etats: Sequence[str | None]) -> Jeu:
    champs = (Champ("nom", "Nom", carte=True), Champ("etat", "État", carte=True), Champ("loyer", "Loyer"))
    table = pa.table({
        "id": [f"P{rang}" for rang in range(len(lon))],
        "lon": pa.array(lon, pa.float64()), "lat": pa.array(lat, pa.float64()),
        "nom": [f"Local {rang % 7}" for rang in range(len(lon))],
        "etat": pa.array(etats, pa.string()), "loyer": pa.array(np.arange(len(lon)), pa.float64()),
    })  # fmt: skip
    return Jeu(couche(Geometrie.POINT, champs, (ETAT,), table), champs, table, "empreinte")


def jeu_de_surfaces(
    contours: Sequence[Any], taux: Sequence[float | None], secrets: Sequence[bool] | None = None
) -> Jeu:
    champs = (Champ("nom", "Nom", carte=True), Champ("taux", "Taux", Nature.TAUX, carte=True))
    table = pa.table({
        "id": [f"S{rang}" for rang in range(len(taux))],
        "geometrie": pa.array([shapely.to_wkb(contour) for contour in contours], pa.binary()),
        "nom": [f"Secteur {rang}" for rang in range(len(taux))],
        "taux": pa.array(taux, pa.float64()),
        "secret": pa.array(secrets or [False] * len(taux), pa.bool_()),
    })  # fmt: skip
    return Jeu(couche(Geometrie.SURFACE, champs, (TAUX,), table), champs, table, "empreinte")


def relire(contenu: bytes, dossier: Path, z: int, x: int, y: int) -> dict[str, list[dict[str, Any]]]:
    """Les objets de chaque couche de la tuile, lus par GDAL : leurs propriétés, et leur forme en mètres (EPSG 3857)."""
    if not contenu:
        return {}
    fichier = dossier / str(z) / str(x) / f"{y}.mvt"
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_bytes(contenu)
    couches = {}
    for nom, _ in pyogrio.list_layers(fichier):
        meta, _, formes, colonnes = pyogrio.raw.read(fichier, layer=nom)
        champs = [str(champ) for champ in meta["fields"]]
        couches[str(nom)] = [
            {champ: _propre(valeur) for champ, valeur in zip(champs, ligne, strict=True) if champ != "mvt_id"}
            | {"forme": shapely.from_wkb(forme)}
            for forme, ligne in zip(formes, zip(*colonnes, strict=True), strict=True)
        ]
    return couches


def _propre(valeur: Any) -> Any:
    """Les valeurs absentes en None ; GDAL rend une colonne entière avec trous en décimaux."""
    if valeur is None or valeur != valeur:
        return None
    if isinstance(valeur, np.generic):
        valeur = valeur.item()
    return int(valeur) if isinstance(valeur, float) and valeur.is_integer() else valeur
