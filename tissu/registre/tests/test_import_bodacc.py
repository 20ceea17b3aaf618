"""Annonces du BODACC : réunies par identifiant, rejouables, lues par la composition."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tissu.registre.operations.bodacc import importer_bodacc
from tissu.registre.queries.surcharges import chemin_bodacc, surcharges

SIREN = "910000009"
pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    recus = tmp_path / "recus"
    recus.mkdir()
    return recus


def annonce(identifiant: str, parution: str, **champs: object) -> dict:
    return {
        "id": identifiant, "registre": ["910 000 009", SIREN], "familleavis": "radiation", "typeavis": "annonce",
        "familleavis_lib": "Radiations", "dateparution": parution, "tribunal": "GREFFE D'ESSAI", **champs,
    }  # fmt: skip


def ecrire(dossier, nom: str, *annonces: dict):
    fichier = dossier / nom
    fichier.write_text(json.dumps({"total_count": len(annonces), "results": list(annonces)}), encoding="utf-8")
    return fichier


def test_les_annonces_s_ajoutent_et_un_rejeu_ne_change_rien(dossier):
    ecrire(dossier, "lundi.json", annonce("A1", "2026-10-05"), annonce("A2", "2026-10-05"))
    ecrire(dossier, "mardi.json", annonce("A3", "2026-10-06"))
    premier = importer_bodacc(chemin=dossier, auteur=None)
    assert (premier.fichiers, premier.lues, premier.nouvelles, premier.total) == (2, 3, 3, 3)
    ecrite = chemin_bodacc().stat().st_mtime_ns
    second = importer_bodacc(chemin=dossier, auteur=None)
    assert (second.nouvelles, second.changees) == (0, 0)
    assert chemin_bodacc().stat().st_mtime_ns == ecrite
    assert [(a["id"], a["siren"], a["date_parution"]) for a in surcharges()["bodacc"].to_pylist()] == [
        ("A1", SIREN, date(2026, 10, 5)), ("A2", SIREN, date(2026, 10, 5)), ("A3", SIREN, date(2026, 10, 6)),
    ]  # fmt: skip


def test_une_annonce_republiee_remplace_la_premiere(dossier):
    ecrire(dossier, "a.json", annonce("A1", "2026-10-05"))
    importer_bodacc(chemin=dossier, auteur=None)
    ecrire(dossier, "a.json", annonce("A1", "2026-10-05", tribunal="AUTRE GREFFE"))
    bilan = importer_bodacc(chemin=dossier, auteur=None)
    assert (bilan.changees, bilan.total) == (1, 1)
    assert surcharges()["bodacc"].to_pylist()[0]["tribunal"] == "AUTRE GREFFE"


def test_un_fichier_abime_n_ecrit_rien(dossier):
    ecrire(dossier, "a.json", annonce("A1", "2026-10-05"))
    (dossier / "b.json").write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="Rien n'a été écrit"):
        call_command("bodacc", "importer", str(dossier))
    assert not chemin_bodacc().exists()


def test_la_commande_compte(dossier):
    sortie = StringIO()
    call_command("bodacc", "importer", str(ecrire(dossier, "a.json", annonce("A1", "2026-10-05"))), stdout=sortie)
    assert "1 nouvelles" in sortie.getvalue()
