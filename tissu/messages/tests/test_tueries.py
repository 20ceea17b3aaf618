"""Tué n'importe quand, le facteur n'envoie à personne deux fois et n'oublie personne."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tissu.messages.tests import tueries
from tissu.messages.tests.fabrique import numeros
from tissu.messages.tests.smsc import Smsc

DESTINATAIRES = 1200
MORTS = 50


def territoire_presse(dossier: Path) -> Path:
    """Le territoire des essais, où un SMS incertain se règle en deux secondes."""
    origine = settings.TERRITOIRES / settings.TERRITOIRE
    lu = yaml.safe_load((origine / "territoire.yaml").read_text(encoding="utf-8"))
    lu["parametres"] = (lu.get("parametres") or {}) | {
        "messagerie.incertain_delai_s": [{"debut": date(2000, 1, 1), "valeur": 2}]
    }
    copie = dossier / settings.TERRITOIRE
    copie.mkdir(parents=True)
    (copie / "territoire.yaml").write_text(yaml.safe_dump(lu, allow_unicode=True), encoding="utf-8")
    return dossier


def envoyer_en_tuant(smsc: Smsc, dossier: Path, *arguments: str) -> dict[str, Any]:
    """Le résultat de `tueries`, dans un dossier de données à lui."""
    herite = {nom: valeur for nom, valeur in os.environ.items() if nom != "TISSU_BASE_URL"}
    donnees = dossier / "donnees"
    commande = [sys.executable, "-m", tueries.__name__, str(smsc.port), str(MORTS), str(DESTINATAIRES), *arguments]
    with (dossier / "sortie.txt").open("w+") as sortie, (dossier / "plaintes.txt").open("w+") as plaintes:
        # Des fichiers, pas des tubes : la base que l'on démarre en hériterait et les tiendrait ouverts.
        fini = subprocess.run(
            commande, stdout=sortie, stderr=plaintes, timeout=300, check=False,
            env={
                **herite, "TISSU_DONNEES": str(donnees), "TISSU_MODE": "essai",
                "DJANGO_SETTINGS_MODULE": "tissu.config.settings",
                "TISSU_TERRITOIRES": str(territoire_presse(dossier / "territoires")),
            },
        )  # fmt: skip
    assert fini.returncode == 0, (dossier / "plaintes.txt").read_text()[-3000:]
    return json.loads((dossier / "sortie.txt").read_text().splitlines()[-1])


def verifier(smsc: Smsc, vu: dict[str, Any]) -> None:
    assert vu["fini"], vu
    assert vu["remises"] == {"recue": DESTINATAIRES}
    comptes = {numero: compte["pdu"] for numero, compte in smsc.comptes("tissu").items()}
    assert comptes == {numero[1:]: 1 for numero in numeros(DESTINATAIRES)}
    # À chaque mort, au plus la fenêtre en vol ; et l'essai a bien tué en plein envoi.
    assert max(vu["en_vol"]) <= tueries.LIGNE_A_LA_FOIS
    assert sum(bool(combien) for combien in vu["en_vol"]) >= len(vu["en_vol"]) // 4


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    with Smsc({"tissu": {"delai_reponse_ms": [5, 60], "delai_recu_ms": [10, 300]}}) as operateur:
        yield operateur


def test_cinquante_morts_sur_sqlite(smsc: Smsc, tmp_path: Path) -> None:
    verifier(smsc, envoyer_en_tuant(smsc, tmp_path))


def test_cinquante_morts_du_facteur_et_de_postgresql(smsc: Smsc, tmp_path: Path) -> None:
    # Le compte de PostgreSQL n'entre pas dans le dossier des essais.
    with tempfile.TemporaryDirectory(prefix="tissu-pg-") as base:
        verifier(smsc, envoyer_en_tuant(smsc, tmp_path, base))
