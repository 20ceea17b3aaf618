"""Les épreuves de l'import, chacune dans son processus : `python -m bench.epreuves NOM FICHIER DOSSIER`.

Écrit une ligne JSON : secondes, mémoire de pointe (Mo) et lignes gardées.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.fabrique import METROPOLE
from tissu.registre.sources.formats_insee import StockEtablissement

COMMUNE = "codeCommuneEtablissement"


def tissu(fichier: Path, dossier: Path) -> int:
    """L'étape de tissu : lecture, filtre, empreinte, contrôles ligne à ligne, dédoublonnage, Parquet écrit."""
    from tissu.entrepot.lecture import ParmiValeurs, etager

    bilan = etager(
        [fichier], StockEtablissement, filtre=ParmiValeurs(COMMUNE, frozenset(METROPOLE)),
        vers=dossier / "etape.parquet", refus=dossier / "refus.jsonl",
    )  # fmt: skip
    return bilan.gardees


def duckdb_nu(fichier: Path, dossier: Path) -> int:
    """Le moteur seul : les mêmes colonnes des mêmes lignes, ramenées en mémoire, sans rien vérifier ni écrire."""
    import duckdb

    lecture = (
        f"read_parquet('{fichier}')" if fichier.suffix == ".parquet" else f"read_csv('{fichier}', all_varchar = true)"
    )
    codes = ", ".join(f"'{code}'" for code in METROPOLE)
    connexion = duckdb.connect(config={"memory_limit": "1000MB"})
    connexion.execute("SET enable_progress_bar = false")
    return connexion.execute(f"SELECT * FROM {lecture} WHERE {COMMUNE} IN ({codes})").to_arrow_table().num_rows


def duckdb_balayage(fichier: Path, dossier: Path) -> int:
    """Le moteur seul, sans filtre : toutes les colonnes de toutes les lignes décodées, rien gardé."""
    import duckdb

    lecture = (
        f"read_parquet('{fichier}')" if fichier.suffix == ".parquet" else f"read_csv('{fichier}', all_varchar = true)"
    )
    connexion = duckdb.connect(config={"memory_limit": "1000MB"})
    connexion.execute("SET enable_progress_bar = false")
    maximums = ", ".join(f'max(strlen("{c}"))' for c in StockEtablissement.colonnes)
    connexion.execute(f"SELECT {maximums} FROM {lecture}").fetchall()
    return 0


def pandas_par_morceaux(fichier: Path, dossier: Path) -> int:
    """pandas, par morceaux de 200 000 lignes pour tenir en mémoire, tout en texte, filtré et écrit en Parquet."""
    import pandas as pd

    morceaux = pd.read_csv(fichier, dtype=str, chunksize=200_000)
    gardees = pd.concat([m[m[COMMUNE].isin(METROPOLE)] for m in morceaux])
    gardees.to_parquet(dossier / "pandas.parquet")
    return len(gardees)


def sqlite(fichier: Path, dossier: Path) -> int:
    """SQLite, chargé entier par lots puis filtré, sans journal : le plus vite qu'il sache faire depuis Python."""
    base = sqlite3.connect(dossier / "tout.sqlite")
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("PRAGMA synchronous = OFF")
    with fichier.open(encoding="utf-8", newline="") as source:
        lecteur = csv.reader(source)
        entete = next(lecteur)
        base.execute(f"CREATE TABLE t ({', '.join(entete)})")
        base.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(entete))})", lecteur)
    base.commit()
    marques = ", ".join("?" * len(METROPOLE))
    return len(base.execute(f"SELECT * FROM t WHERE {COMMUNE} IN ({marques})", METROPOLE).fetchall())


EPREUVES: dict[str, Callable[[Path, Path], int]] = {
    e.__name__: e for e in (tissu, duckdb_nu, duckdb_balayage, pandas_par_morceaux, sqlite)
}


def memoire_de_pointe_mo() -> float:
    """Pointe de mémoire résidente du processus. Sous Linux, `getrusage` compte aussi celle du parent avant l'exec."""
    etat = Path("/proc/self/status")
    if etat.exists():
        pointe = next(ligne for ligne in etat.read_text().splitlines() if ligne.startswith("VmHWM"))
        return int(pointe.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    nom, fichier, dossier = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    os.environ["TISSU_DONNEES"] = str(dossier / "donnees")
    # Les bibliothèques se chargent hors du chronomètre : on mesure le travail, pas le démarrage.
    import duckdb  # noqa: F401

    if nom == "pandas_par_morceaux":
        import pandas  # noqa: F401
    if nom == "tissu":
        import tissu.entrepot.lecture  # noqa: F401
    debut = time.perf_counter()
    gardees = EPREUVES[nom](fichier, dossier)
    secondes = time.perf_counter() - debut
    print(json.dumps({"secondes": secondes, "memoire_mo": memoire_de_pointe_mo(), "gardees": gardees}))


if __name__ == "__main__":
    main()
