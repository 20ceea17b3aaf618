"""Un import tué sans préavis laisse l'ancien état ou le nouveau, jamais un mélange, et le suivant aboutit."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from tissu.entrepot.instantane import courant
from tissu.registre.tests.fichiers_insee import COMMUNE, dossier_complet

MORTS = 10


@pytest.fixture
def donnees(tmp_path, monkeypatch):
    chemin = tmp_path / "donnees"
    chemin.mkdir()
    monkeypatch.setenv("TISSU_DONNEES", str(chemin))
    return chemin


def lancer(*arguments):
    environnement = os.environ | {"TISSU_MODE": "demo"}
    environnement.pop("PYTEST_CURRENT_TEST", None)
    return subprocess.Popen(
        [sys.executable, "-m", "tissu.registre.tests.processus_import", *map(str, arguments)],
        env=environnement, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def mener_a_bout(*arguments):
    processus = lancer(*arguments)
    sortie, _ = processus.communicate(timeout=180)
    assert processus.returncode == 0, sortie
    return sortie


def tuer_apres(dossier, attente):
    """Tue l'import `attente` secondes après sa première ligne de progression ; rend vrai s'il vivait encore."""
    processus = lancer(dossier, COMMUNE)
    processus.stdout.readline()
    time.sleep(attente)
    vivait = processus.poll() is None
    processus.send_signal(signal.SIGKILL)
    processus.communicate()
    return vivait


def etat_du_registre():
    """Nombre d'établissements de la version courante, après avoir vérifié que toutes ses tables sont de la même."""
    instantane = courant()
    comptes = instantane.manifeste["comptes"]
    for nom in instantane.tables():
        [vu] = instantane.executer(instantane.table(nom).aggregate(n=instantane.table(nom).count()))
        assert vu["n"] == comptes[nom], nom
    assert (instantane.chemin / "recherche.sqlite").stat().st_size > 0
    return comptes["etablissements"]


def test_tue_a_dix_moments_au_hasard_l_import_laisse_l_ancien_ou_le_nouveau(tmp_path, donnees):
    petit, grand = dossier_complet(tmp_path / "petit", 40), dossier_complet(tmp_path / "grand", 60)
    mener_a_bout("base")
    debut = time.monotonic()
    mener_a_bout(petit, COMMUNE)
    duree = time.monotonic() - debut
    hasard = random.Random()
    fautes, fini = [], threading.Event()

    def lire_sans_arret():
        while not fini.wait(0.3):
            try:
                assert etat_du_registre() in {40, 60}
            except Exception as erreur:
                fautes.append(repr(erreur))

    lecteur = threading.Thread(target=lire_sans_arret)
    lecteur.start()
    attendu, morts = {40}, 0
    for rang in range(MORTS):
        attente = duree * (rang + hasard.random()) / MORTS
        morts += tuer_apres(grand if attendu == {40} else petit, attente)
        vu = etat_du_registre()
        assert vu in attendu | {40, 60}
        attendu = {vu}
    fini.set()
    lecteur.join()
    assert fautes == []
    assert morts > 0
    mener_a_bout(grand, COMMUNE)
    assert etat_du_registre() == 60
    base = sqlite3.connect(donnees / "tissu.sqlite3")
    etats = dict(base.execute("select etat, count(*) from registre_import group by etat"))
    base.close()
    assert "en_cours" not in etats
    assert etats["interrompu"] >= 1
    assert not list((donnees / "registre" / "versions").glob(".chantier-*"))
