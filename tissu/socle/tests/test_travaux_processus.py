"""De vrais exécutants, sur un vrai fichier SQLite : tués, ils laissent un travail que le suivant finit."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def demarrer(dossier: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Lance un geste d'`executant.py` dans un processus à part, sur la base de ce dossier."""
    herite = {nom: valeur for nom, valeur in os.environ.items() if nom != "TISSU_BASE_URL"}
    environnement = {**herite, "TISSU_DONNEES": str(dossier), "TISSU_MODE": "essai"}
    commande = [sys.executable, "-m", "tissu.socle.tests.executant", *arguments]
    return subprocess.Popen(commande, env=environnement, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def base_vide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une base aux tables prêtes, à copier."""
    dossier = tmp_path_factory.mktemp("base")
    finir(demarrer(dossier, "preparer"))
    return dossier / "tissu.sqlite3"


@pytest.fixture
def atelier(base_vide: Path, tmp_path: Path) -> Iterator[Any]:
    """De quoi lancer des gestes sur une base à soi ; les processus qui restent sont arrêtés."""
    shutil.copy(base_vide, tmp_path)
    processus: list[subprocess.Popen[bytes]] = []

    def geste(*arguments: str) -> subprocess.Popen[bytes]:
        processus.append(demarrer(tmp_path, *arguments))
        return processus[-1]

    yield geste
    for lance in processus:
        lance.kill()
        lance.communicate()


def finir(lance: subprocess.Popen[bytes]) -> None:
    """Attend la fin, et montre ce que le processus a dit s'il a échoué."""
    _, plaintes = lance.communicate(timeout=120)
    assert lance.returncode == 0, plaintes.decode()


def lignes_du_carnet(dossier: Path) -> list[str]:
    carnet = dossier / "carnet.txt"
    return carnet.read_text(encoding="utf-8").splitlines() if carnet.exists() else []


def etats(dossier: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(dossier / "tissu.sqlite3") as base:
        return base.execute("SELECT etat, tentative FROM socle_travail ORDER BY cree_le").fetchall()


def test_un_travail_dont_l_executant_est_tue_est_fini_par_un_autre(atelier: Any, tmp_path: Path) -> None:
    victime = atelier("mener", "essai.long")
    fin = time.monotonic() + 90
    while not lignes_du_carnet(tmp_path) and time.monotonic() < fin:
        time.sleep(0.05)

    os.kill(victime.pid, signal.SIGKILL)
    victime.wait()
    assert etats(tmp_path) == [("en_cours", 1)]

    finir(atelier("travailler", "0"))
    assert (etats(tmp_path), lignes_du_carnet(tmp_path)) == ([("reussi", 2)], ["début", "début"])


def test_deux_executants_ne_prennent_jamais_le_meme_travail(atelier: Any, tmp_path: Path) -> None:
    finir(atelier("lancer", "essai.bref", "12"))

    for lance in [atelier("travailler"), atelier("travailler")]:
        finir(lance)

    numeros = sorted(int(ligne.split()[0]) for ligne in lignes_du_carnet(tmp_path))
    assert (numeros, etats(tmp_path)) == (list(range(12)), [("reussi", 1)] * 12)
