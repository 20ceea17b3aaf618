"""Les vrais fichiers de Lyon 4e, quand on les a : `TISSU_DONNEES_REELLES`, ou `../shared/data` près du projet."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tissu.entrepot.instantane import courant
from tissu.registre.operations.importation import importer_sirene
from tissu.socle.territoire import Territoire
from tissu.socle.travaux import SansSuivi

RACINE = Path(__file__).resolve().parents[3]
DOSSIER = Path(os.environ.get("TISSU_DONNEES_REELLES", RACINE.parent / "shared" / "data")) / "sirene"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.donnees_reelles,
    pytest.mark.skipif(
        not DOSSIER.is_dir(), reason=f"fichiers réels absents ({DOSSIER}) : TISSU_DONNEES_REELLES les nomme"
    ),
]


def test_lyon_4e_a_13341_etablissements_et_29096_periodes(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    journal = importer_sirene(
        dossier=DOSSIER, territoire=Territoire.de_communes(["69384"]), auteur=None,
        au=datetime(2026, 11, 23, tzinfo=UTC), suivi=SansSuivi(),
    )  # fmt: skip
    comptes = courant().manifeste["comptes"]
    assert (comptes["etablissements"], comptes["periodes"], journal.refusees) == (13_341, 29_096, 0)
    assert courant().manifeste["adresses_connues"] is False
