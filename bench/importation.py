"""Import d'une métropole depuis un fichier de la France entière, à côté de pairs : `python -m bench.importation`.

Chaque épreuve tourne seule dans son processus ; la durée est la médiane des passages, la mémoire leur maximum.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.fabrique import fabriquer


@dataclass(frozen=True)
class Mesure:
    secondes: float
    memoire_mo: float
    gardees: int


LIBELLES = {
    ("tissu", "parquet"): "tissu, depuis Parquet",
    ("duckdb_nu", "parquet"): "DuckDB nu, Parquet, mêmes lignes",
    ("duckdb_balayage", "parquet"): "DuckDB nu, Parquet, toutes les lignes",
    ("tissu", "csv"): "tissu, depuis CSV",
    ("duckdb_nu", "csv"): "DuckDB nu, CSV, mêmes lignes",
    ("pandas_par_morceaux", "csv"): "pandas, CSV par morceaux",
    ("sqlite", "csv"): "SQLite, chargement du CSV",
}

LENTES = {"pandas_par_morceaux", "sqlite"}


def mesurer(epreuve: str, fichier: Path, passages: int, racine: Path) -> Mesure:
    """Médiane des durées et pointe de mémoire de plusieurs passages, chacun dans un processus neuf."""
    mesures = []
    for _ in range(passages):
        with tempfile.TemporaryDirectory(dir=racine) as dossier:
            sortie = subprocess.run(
                [sys.executable, "-m", "bench.epreuves", epreuve, str(fichier), dossier],
                capture_output=True, text=True, check=False, env=os.environ.copy(),
            )  # fmt: skip
            if sortie.returncode:
                raise SystemExit(f"L'épreuve {epreuve} a échoué :\n{sortie.stderr[-2000:]}")
            mesures.append(Mesure(**json.loads(sortie.stdout.strip().splitlines()[-1])))
    return Mesure(
        statistics.median(m.secondes for m in mesures), max(m.memoire_mo for m in mesures), mesures[0].gardees
    )


def comparer(lignes: int, passages: int, racine: Path) -> dict[tuple[str, str], Mesure]:
    print(f"Fabrication de {lignes:,} établissements…".replace(",", " "), flush=True)
    nu, parquet = fabriquer(racine, lignes)
    print(f"CSV {nu.stat().st_size / 1e6:.0f} Mo, Parquet {parquet.stat().st_size / 1e6:.0f} Mo\n")
    print(f"{'épreuve':<40}{'secondes':>10}{'mémoire':>12}{'gardées':>10}")
    resultats = {}
    for (epreuve, forme), libelle in LIBELLES.items():
        fichier = parquet if forme == "parquet" else nu
        mesure = mesurer(epreuve, fichier, 1 if epreuve in LENTES else passages, racine)
        resultats[epreuve, forme] = mesure
        print(f"{libelle:<40}{mesure.secondes:>10.2f}{mesure.memoire_mo:>9.0f} Mo{mesure.gardees:>10}", flush=True)
    return resultats


def juger(resultats: dict[tuple[str, str], Mesure]) -> bool:
    """Écrit chaque cible à côté de ce qui a été vu ; rend vrai si toutes sont tenues."""
    depuis_parquet, depuis_csv = resultats["tissu", "parquet"], resultats["tissu", "csv"]
    nu, pandas = resultats["duckdb_nu", "parquet"], resultats["pandas_par_morceaux", "csv"]
    plein = max(depuis_parquet.memoire_mo, depuis_csv.memoire_mo)
    lignes = [
        ("Parquet : fois la lecture nue des mêmes lignes", depuis_parquet.secondes / nu.secondes, 3, False),
        ("CSV : fois plus vite que pandas", pandas.secondes / depuis_csv.secondes, 10, True),
        ("CSV : fois plus vite que SQLite", resultats["sqlite", "csv"].secondes / depuis_csv.secondes, 10, True),
        ("mémoire de pointe (Go)", plein / 1024, 2, False),
    ]  # fmt: skip
    print()
    tenues = True
    for libelle, vu, cible, au_moins in lignes:
        tenue = vu >= cible if au_moins else vu <= cible
        tenues &= tenue
        sens = "au moins" if au_moins else "au plus"
        print(f"{libelle:<50}{vu:>8.2f}   cible : {sens} {cible:<4} {'tenue' if tenue else 'MANQUÉE'}")
    gardees = {m.gardees for (epreuve, _), m in resultats.items() if epreuve != "duckdb_balayage"}
    if len(gardees) != 1:
        print(f"ATTENTION : les épreuves ne gardent pas les mêmes lignes ({sorted(gardees)}).")
    return tenues and len(gardees) == 1


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lignes", type=int, default=4_000_000)
    options.add_argument("--passages", type=int, default=3)
    options.add_argument("--dossier", type=Path, help="où garder les fichiers fabriqués (défaut : effacés à la fin)")
    choix = options.parse_args()
    if choix.dossier:
        choix.dossier.mkdir(parents=True, exist_ok=True)
        juger(comparer(choix.lignes, choix.passages, choix.dossier))
        return 0
    with tempfile.TemporaryDirectory(prefix="tissu-bench-") as dossier:
        juger(comparer(choix.lignes, choix.passages, Path(dossier)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
