"""`tissu cellules` : sur une base vide, sur un fichier, sur un fichier fautif."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tissu.locaux.models import Local
from tissu.locaux.tests.fichiers import commerce, geojson, vacant


def cellules(*arguments: Any) -> str:
    sortie = StringIO()
    call_command("cellules", *map(str, arguments), stdout=sortie)
    return sortie.getvalue().replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    chemin = tmp_path / "commerces.geojson"
    chemin.write_bytes(geojson(commerce(), vacant(1), vacant(2, nom_quartier=None)))
    return chemin


@pytest.mark.django_db
def test_importer_puis_compter(fichier: Path) -> None:
    dit = cellules("importer", fichier)
    assert "3 lignes lues, 3 gardées. Local nouveau : 3." in dit
    assert "1 anomalie relevée, aucune corrigée" in dit
    assert cellules("vacance").splitlines() == [
        "Centre-Ville : 2 cellules, 1 vacante, 50,0 %", "Sans quartier : 1 cellule, 1 vacante, 100,0 %",
        "Total : 3 cellules, 2 vacantes, 66,7 %", "1 anomalie dans les fichiers en place (--format json les donne).",
    ]  # fmt: skip
    assert json.loads(cellules("vacance", "--format", "json")) == {
        "total": {"cellules": 3, "vacantes": 2},
        "par_quartier": {
            "Centre-Ville": {"cellules": 2, "vacantes": 1}, "Sans quartier": {"cellules": 1, "vacantes": 1},
        },
        "anomalies": [
            {"ligne": 3, "champ": "nom_quartier", "motif": "Sans quartier : Le local se compte sous « Sans quartier »."}
        ],
    }  # fmt: skip
    assert "rien n'a changé" in cellules("importer", fichier)
    assert json.loads(cellules("vacance", "--format", "json", "--au", "2020-01-01"))["total"]["cellules"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "contenu", "options", "refus"),
    [
        ("absent.geojson", None, (), "n'existe pas"),
        ("faux.geojson", b"{", (), "ligne 1, caractère 2 : ce n'est pas du JSON"),
        ("commerces.geojson", geojson(commerce()), ("--commune", "75056"), "n'est pas le code d'une commune"),
        ("commerces.geojson", geojson(commerce()), ("--correspondance", "inconnue"), "n'existe pas. Connues :"),
    ],
)
def test_un_refus_dit_quoi_faire_et_n_ecrit_rien(
    tmp_path: Path, nom: str, contenu: bytes | None, options: tuple[str, ...], refus: str
) -> None:
    chemin = tmp_path / nom
    if contenu is not None:
        chemin.write_bytes(contenu)
    with pytest.raises(CommandError, match=refus):
        cellules("importer", chemin, *options)
    assert not Local.objects.exists()


def test_la_commande_prepare_elle_meme_un_dossier_vide(tmp_path: Path, fichier: Path) -> None:
    donnees = tmp_path / "donnees"
    donnees.mkdir()
    environnement = {
        **os.environ, "TISSU_DONNEES": str(donnees), "TISSU_BASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tissu.config.settings",
    }  # fmt: skip

    def tissu(*arguments: str) -> str:
        commande = [sys.executable, "-m", "tissu", "cellules", *arguments]
        return subprocess.run(commande, env=environnement, capture_output=True, text=True, check=True).stdout

    vide = json.loads(tissu("vacance", "--format", "json"))
    assert vide == {"total": {"cellules": 0, "vacantes": 0}, "par_quartier": {}, "anomalies": []}
    tissu("importer", str(fichier))
    assert json.loads(tissu("vacance", "--format", "json"))["total"] == {"cellules": 3, "vacantes": 2}
