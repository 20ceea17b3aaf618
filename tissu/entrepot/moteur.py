"""Le moteur analytique : DuckDB embarqué, réglé pour un petit serveur. Rien d'autre ne l'importe.

Deux usages : un `atelier` jetable par travail d'écriture (mémoire bornée, débordement sur disque),
et un moteur de lecture commun au processus, dont chaque fil d'exécution tient son propre curseur.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis

from tissu.entrepot.emplacements import dossier_temporaire

MEMOIRE_ECRITURE = "1000MB"
"""Part du moteur dans les 2 Go promis : le reste va à Python, aux tampons de lecture et à Parquet."""

MEMOIRE_LECTURE = "500MB"
REQUETES_GARDEES = 512

ErreurMoteur = duckdb.Error


def _reglages(memoire: str) -> dict[str, Any]:
    return {
        "memory_limit": memoire,
        "temp_directory": str(dossier_temporaire()),
        "threads": max(1, min(4, os.cpu_count() or 1)),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


@contextmanager
def atelier(memoire: str = MEMOIRE_ECRITURE) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connexion neuve en mémoire, fermée à la sortie : une panne du moteur n'atteint pas le reste du processus."""
    connexion = duckdb.connect(":memory:", config=_reglages(memoire))
    try:
        # Sans cela une lecture de Parquet rouvre et redéchiffre le pied de fichier à chaque requête.
        connexion.execute("SET parquet_metadata_cache = true")
        yield connexion
    finally:
        connexion.close()


def litteral_chemin(chemin: Path | str) -> str:
    return "'" + str(chemin).replace("'", "''") + "'"


def source_parquet(chemins: Sequence[Path]) -> str:
    """Appel SQL qui lit un ou plusieurs Parquet, réunis par nom de colonne."""
    liste = ", ".join(litteral_chemin(c) for c in chemins)
    return f"read_parquet([{liste}], union_by_name = true)"


_compilees: OrderedDict[Any, str] = OrderedDict()
_verrou_compilees = threading.Lock()


def compiler(expression: ibis.Expr) -> str:
    """SQL d'une expression Ibis. Les expressions sont des valeurs : la même n'est traduite qu'une fois."""
    cle = expression.op()
    with _verrou_compilees:
        if cle in _compilees:
            _compilees.move_to_end(cle)
            return _compilees[cle]
    requete = str(ibis.to_sql(expression, dialect="duckdb"))
    with _verrou_compilees:
        _compilees[cle] = requete
        if len(_compilees) > REQUETES_GARDEES:
            _compilees.popitem(last=False)
    return requete


class MoteurLecture:
    """Lit des dossiers de Parquet ; chaque dossier est un schéma de vues, et chaque fil a son curseur par dossier.

    Un dossier remplacé par un autre garde ses vues : une lecture commencée sur l'ancien s'achève sur l'ancien.
    """

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._base: duckdb.DuckDBPyConnection | None = None
        self._schemas: dict[Path, str] = {}
        self._fil = threading.local()

    def _ouvrir(self) -> duckdb.DuckDBPyConnection:
        if self._base is None:
            self._base = duckdb.connect(":memory:", config=_reglages(MEMOIRE_LECTURE))
            self._base.execute("SET GLOBAL parquet_metadata_cache = true")
        return self._base

    def _schema(self, dossier: Path) -> str:
        with self._verrou:
            if dossier not in self._schemas:
                base = self._ouvrir()
                nom = f"v{len(self._schemas) + 1}"
                base.execute(f"CREATE SCHEMA IF NOT EXISTS {nom}")
                for fichier in sorted(dossier.glob("*.parquet")):
                    base.execute(
                        f'CREATE OR REPLACE VIEW {nom}."{fichier.stem}" AS '
                        f"SELECT * FROM read_parquet({litteral_chemin(fichier)})"
                    )
                self._schemas[dossier] = nom
            return self._schemas[dossier]

    def curseur(self, dossier: Path) -> duckdb.DuckDBPyConnection:
        """Curseur de ce fil d'exécution, dont les noms de tables désignent les Parquet du dossier."""
        curseurs = self._fil.__dict__.setdefault("curseurs", {})
        if dossier not in curseurs:
            schema = self._schema(dossier)
            curseurs.clear()
            curseur = self._ouvrir().cursor()
            curseur.execute(f"SET schema = '{schema}'")
            curseurs[dossier] = curseur
        return curseurs[dossier]

    def lignes(self, dossier: Path, requete: str, parametres: Sequence[Any] = ()) -> list[dict[str, Any]]:
        resultat = self.curseur(dossier).execute(requete, list(parametres))
        noms = [colonne[0] for colonne in resultat.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]


lecture = MoteurLecture()


def _oublier_apres_bifurcation() -> None:
    """Un processus fils ne doit pas hériter des fils d'exécution de DuckDB, qui n'existent plus chez lui."""
    global lecture
    lecture.__init__()  # type: ignore[misc]


os.register_at_fork(after_in_child=_oublier_apres_bifurcation)
