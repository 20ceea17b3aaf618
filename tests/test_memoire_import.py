"""La mémoire d'un import reste bornée, quelle que soit la taille du fichier : mesurée dans un processus à part."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.fabrique import fabriquer

RACINE = Path(__file__).resolve().parents[1]
PLAFOND_MO = 600


@pytest.mark.parametrize("forme", ["csv", "parquet"])
def test_etager_un_demi_million_de_lignes_tient_en_600_mo(forme, tmp_path):
    nu, parquet = fabriquer(tmp_path, 500_000)
    fichier = nu if forme == "csv" else parquet
    dossier = tmp_path / "travail"
    dossier.mkdir()
    sortie = subprocess.run(
        [sys.executable, "-m", "bench.epreuves", "tissu", str(fichier), str(dossier)],
        capture_output=True,
        text=True,
        check=True,
        cwd=RACINE,
        env=os.environ | {"PYTHONPATH": str(RACINE)},
    )
    mesure = json.loads(sortie.stdout.splitlines()[-1])
    assert mesure["gardees"] > 2_000
    assert mesure["memoire_mo"] < PLAFOND_MO
