"""Le moteur analytique : DuckDB embarqué, réglé pour un petit serveur. Rien d'autre ne l'importe.

Deux usages : un `atelier` jetable par travail d'écriture (mémoire bornée, débordement sur disque),
et un moteur de lecture commun au processus, dont chaque fil d'exécution tient son propre curseur.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

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
        connexion.execute("SET enable_progress_bar = false")
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
    requete = str(ibis.to_sql(expression, dialect="duckdb", pretty=False))
    with _verrou_compilees:
        _compilees[cle] = requete
        if len(_compilees) > REQUETES_GARDEES:
            _compilees.popitem(last=False)
    return requete


BASE_DE_LECTURE = "lecture.duckdb"
"""Copie indexée des tables d'une version, tirée de ses Parquet : une fiche s'y lit en 1 ms au lieu de 15."""


def indexer(dossier: Path, index: Mapping[str, Sequence[str]]) -> None:
    """Écrit la copie indexée d'un dossier de Parquet. `index` donne, par table, ses colonnes à indexer.

    Une table triée par sa clé n'en a pas besoin : le moteur saute les blocs où elle ne peut pas être.
    """
    with atelier() as connexion:
        # L'ordre des lignes est ce qui permet de sauter des blocs : on le garde.
        connexion.execute("SET preserve_insertion_order = true")
        connexion.execute(f"ATTACH {litteral_chemin(dossier / BASE_DE_LECTURE)} AS version")
        for fichier in sorted(dossier.glob("*.parquet")):
            table = f'version."{fichier.stem}"'
            connexion.execute(f"CREATE TABLE {table} AS FROM read_parquet({litteral_chemin(fichier)})")
            for cle in index.get(fichier.stem, ()):
                connexion.execute(f'CREATE INDEX "{fichier.stem}_{cle}" ON {table} ("{cle}")')
        connexion.execute("CHECKPOINT version")
        connexion.execute("DETACH version")


class MoteurLecture:
    """Lit des dossiers de tables ; chaque dossier est un catalogue, et chaque fil a son curseur sur le sien.

    Un dossier remplacé par un autre garde son catalogue : une lecture commencée sur l'ancien s'achève sur l'ancien.
    """

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._base: duckdb.DuckDBPyConnection | None = None
        self._catalogues: dict[Path, str] = {}
        self._ouverts = 0
        self._fil = threading.local()

    def _catalogue(self, dossier: Path) -> str:
        with self._verrou:
            base = self._ouvrir()
            if dossier not in self._catalogues:
                self._oublier_les_disparus()
                self._ouverts += 1
                nom = f"v{self._ouverts}"
                self._attacher(base, dossier, nom)
                self._catalogues[dossier] = nom
            return self._catalogues[dossier]

    def _ouvrir(self) -> duckdb.DuckDBPyConnection:
        """La base commune, ouverte à la première lecture ; l'appelant tient le verrou."""
        if self._base is None:
            self._base = duckdb.connect(":memory:", config=_reglages(MEMOIRE_LECTURE))
        return self._base

    def _attacher(self, base: duckdb.DuckDBPyConnection, dossier: Path, nom: str) -> None:
        fichier = dossier / BASE_DE_LECTURE
        if fichier.exists():
            base.execute(f"ATTACH {litteral_chemin(fichier)} AS {nom} (READ_ONLY)")
            return
        # Une version restaurée sans sa copie indexée se lit dans ses Parquet, plus lentement.
        base.execute(f"ATTACH ':memory:' AS {nom}")
        for parquet in sorted(dossier.glob("*.parquet")):
            base.execute(
                f'CREATE VIEW {nom}."{parquet.stem}" AS SELECT * FROM read_parquet({litteral_chemin(parquet)})'  # noqa: S608
            )

    def _oublier_les_disparus(self) -> None:
        for dossier in [d for d in self._catalogues if not d.exists()]:
            # Tant qu'un fil lit encore ce catalogue, le moteur refuse de le détacher : ce sera pour la prochaine fois.
            with contextlib.suppress(duckdb.Error):
                assert self._base is not None
                self._base.execute(f"DETACH {self._catalogues[dossier]}")
                del self._catalogues[dossier]

    def curseur(self, dossier: Path) -> duckdb.DuckDBPyConnection:
        """Curseur de ce fil d'exécution, dont les noms de tables désignent ceux du dossier."""
        curseurs = self._fil.__dict__.setdefault("curseurs", {})
        if dossier not in curseurs:
            catalogue = self._catalogue(dossier)
            curseurs.clear()
            assert self._base is not None
            curseur = self._base.cursor()
            curseur.execute(f"USE {catalogue}")
            curseurs[dossier] = curseur
        return curseurs[dossier]

    def lignes(self, dossier: Path, requete: str, parametres: Sequence[Any] = ()) -> list[dict[str, Any]]:
        resultat = self.curseur(dossier).execute(requete, list(parametres))
        noms = [colonne[0] for colonne in resultat.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]

    def arrow(self, dossier: Path, requete: str) -> pa.Table:
        """Le résultat en table Arrow : aucun objet Python par ligne, pour qui en lit beaucoup."""
        return self.curseur(dossier).execute(requete).to_arrow_table()

    def en_memoire(self, expression: ibis.Expr, tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
        """Lignes d'une expression Ibis sur des tables Arrow tenues en mémoire (voir `table_en_memoire`), par nom."""
        with self._verrou:
            curseur = self._ouvrir().cursor()
        with contextlib.closing(curseur):
            for nom, table in tables.items():
                curseur.register(nom, table)
            resultat = curseur.execute(compiler(expression))
            noms = [colonne[0] for colonne in resultat.description]
            return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]


def table_en_memoire(nom: str, table: pa.Table) -> ibis.Table:
    """La table Ibis d'une table Arrow, à composer ; `lecture.en_memoire` l'exécute sous ce nom."""
    return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=nom)


lecture = MoteurLecture()


def _oublier_apres_bifurcation() -> None:
    """Un processus fils ne doit pas hériter des fils d'exécution de DuckDB, qui n'existent plus chez lui."""
    global lecture
    lecture.__init__()  # type: ignore[misc]


os.register_at_fork(after_in_child=_oublier_apres_bifurcation)
