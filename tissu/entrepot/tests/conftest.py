"""Chaque essai de l'entrepôt a son dossier de données."""

import pytest


@pytest.fixture(autouse=True)
def donnees(tmp_path, monkeypatch):
    chemin = tmp_path / "donnees"
    chemin.mkdir()
    monkeypatch.setenv("TISSU_DONNEES", str(chemin))
    return chemin
