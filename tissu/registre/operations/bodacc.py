"""Réunir les annonces du BODACC reçues au fil des fichiers, pour que la composition les croise avec Sirene."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tissu.entrepot.verrou import ecriture
from tissu.registre.operations.zones import recomposer_si_possible
from tissu.registre.queries.surcharges import chemin_bodacc
from tissu.registre.sources.bodacc import SCHEMA, BodaccIllisible, lire

EXTENSIONS = {".json", ".csv", ".xml"}
_TYPES = {"string": pa.string(), "date": pa.date32(), "boolean": pa.bool_()}


@dataclass(frozen=True)
class BilanBodacc:
    """Ce qu'un import d'annonces a donné."""

    fichiers: int
    lues: int
    nouvelles: int
    changees: int
    total: int


def importer_bodacc(*, chemin: Path, auteur: int | None) -> BilanBodacc:
    """Ajoute les annonces d'un fichier, ou de tous ceux d'un dossier ; une annonce déjà connue est remplacée.

    Rejoué, ne change rien. Lève `BodaccIllisible` (rien n'est alors écrit) ou `EcritureEnCours`.
    """
    fichiers = list(_fichiers(chemin))
    with ecriture():
        connues = _connues()
        nouvelles = changees = lues = 0
        for fichier in fichiers:
            for annonce in lire(fichier):
                lues += 1
                avant = connues.get(annonce["id"])
                nouvelles += avant is None
                changees += avant is not None and avant != annonce
                connues[annonce["id"]] = annonce
        if nouvelles or changees:
            _ecrire(connues)
    if nouvelles or changees:
        recomposer_si_possible(auteur)
    return BilanBodacc(len(fichiers), lues, nouvelles, changees, len(connues))


def _fichiers(chemin: Path) -> Iterator[Path]:
    if not chemin.exists():
        raise BodaccIllisible(f"« {chemin} » n'existe pas.")
    if chemin.is_file():
        yield chemin
        return
    trouves = sorted(f for f in chemin.iterdir() if f.suffix.lower() in EXTENSIONS and f.is_file())
    if not trouves:
        raise BodaccIllisible(f"Aucun fichier .json, .csv ou .xml dans « {chemin} ».")
    yield from trouves


def _connues() -> dict[str, dict[str, Any]]:
    fichier = chemin_bodacc()
    if not fichier.is_file():
        return {}
    return {ligne["id"]: ligne for ligne in pq.read_table(fichier).to_pylist()}


def _ecrire(annonces: dict[str, dict[str, Any]]) -> None:
    """Écrit toutes les annonces, triées, d'un seul geste."""
    schema = pa.schema([(nom, _TYPES[genre]) for nom, genre in SCHEMA.items()])
    lignes = [annonces[identifiant] for identifiant in sorted(annonces)]
    fichier = chemin_bodacc()
    fichier.parent.mkdir(parents=True, exist_ok=True)
    provisoire = fichier.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist(lignes, schema=schema), provisoire, compression="zstd")
    provisoire.replace(fichier)
