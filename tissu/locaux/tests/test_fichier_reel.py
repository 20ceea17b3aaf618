"""Le vrai fichier des commerces de Dijon : ce que la commande compte est ce que l'on compte à la main."""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tissu.locaux.models import Local
from tissu.locaux.tests.fichiers import importer_fichier

RACINE = Path(__file__).resolve().parents[3]
DONNEES = Path(os.environ.get("TISSU_DONNEES_REELLES") or RACINE.parent / "shared" / "data")
FICHIER = DONNEES / "commerces_dijon" / "commerces-de-dijon.geojson"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.donnees_reelles,
    pytest.mark.skipif(
        not FICHIER.is_file(),
        reason="Fichier réel des commerces de Dijon absent (dossier à nommer dans TISSU_DONNEES_REELLES).",
    ),
]


def entites() -> list[dict[str, Any]]:
    return json.loads(FICHIER.read_text(encoding="utf-8"))["features"]


def vacance() -> dict[str, Any]:
    sortie = StringIO()
    call_command("cellules", "vacance", "--format", "json", stdout=sortie)
    return json.loads(sortie.getvalue())


def test_la_vacance_de_chaque_quartier_est_celle_du_fichier() -> None:
    importer_fichier(FICHIER, au=datetime(2026, 11, 26, 9, tzinfo=UTC))
    proprietes = [entite["properties"] for entite in entites()]
    cellules = Counter(p["nom_quartier"] or "Sans quartier" for p in proprietes)
    vacantes = Counter(p["nom_quartier"] or "Sans quartier" for p in proprietes if p["dashboard_vacance"] == "Vacant")
    rendue = vacance()
    assert rendue["total"] == {"cellules": 2902, "vacantes": 215}
    assert rendue["par_quartier"] == {
        nom: {"cellules": cellules[nom], "vacantes": vacantes[nom]} for nom in sorted(cellules)
    }
    assert Local.objects.exclude(lon=None).count() == 2901


def test_chaque_anomalie_du_fichier_est_relevee_ligne_par_ligne() -> None:
    importer_fichier(FICHIER, au=datetime(2026, 11, 26, 9, tzinfo=UTC))
    lignes = list(enumerate(entites(), start=1))

    def rangs(condition: Any) -> set[int]:
        return {rang for rang, entite in lignes if condition(entite, entite["properties"])}

    attendues = {
        ("date_maj", "Date par défaut"): rangs(lambda e, p: p["date_maj"] < "1990"),
        ("geometry", "Sans position"): rangs(lambda e, p: e["geometry"] is None),
        ("nom_quartier", "Sans quartier"): rangs(lambda e, p: not p["nom_quartier"]),
        ("disponibilte", "Vacance contradictoire"): rangs(
            lambda e, p: (p["disponibilte"] == "Vacant") != (p["dashboard_vacance"] == "Vacant")
        ),
        ("nom_enseigne", "Enseigne absente"): rangs(
            lambda e, p: not any(signe.isalnum() for signe in p["nom_enseigne"] or "")
        ),
        ("adresse", "Adresse sans voie"): rangs(lambda e, p: not p["adresse"]),
        ("num_adresse", "Adresse sans numéro"): rangs(lambda e, p: p["num_adresse"] in (None, "0")),
        ("surface", "Surface invraisemblable"): rangs(lambda e, p: (p["surface"] or 100) > 10_000),
        ("secteur_activite", "Activité absente"): rangs(lambda e, p: p["secteur_activite"] in (None, "Inconnu", "?")),
    }
    assert [len(rangs) for rangs in attendues.values()] == [16, 1, 6, 5, 20, 3, 219, 1, 97]
    relevees: dict[tuple[str, str], set[int]] = {}
    for une in vacance()["anomalies"]:
        relevees.setdefault((une["champ"], une["motif"].split(" : ")[0]), set()).add(une["ligne"])
    doublons = relevees.pop(("enseigne", "Doublon probable"))
    assert relevees == attendues
    assert {entites()[rang - 1]["properties"]["nom_enseigne"] for rang in doublons} == {
        "Eman & sens", "Le salon By Lucas", "André", "Paula Coste", "Les Gourmands disent...",
    }  # fmt: skip
