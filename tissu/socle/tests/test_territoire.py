"""Ce que la configuration d'un territoire dit de sa population, et ce qu'elle n'invente pas."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tissu.socle.territoire import Population, Territoire, territoire

ANCIENNE = Population("21231", 2015, 155_000, "Essai")
RECENTE = Population("21231", 2021, 159_000, "Essai")
LIEU = Territoire(slug="essai", nom="Essai", code="1", communes={}, populations=(RECENTE, ANCIENNE))


@pytest.mark.parametrize(
    ("code", "annee", "attendue"),
    [("21231", 2026, RECENTE), ("21231", 2020, ANCIENNE), ("21231", 2014, None), ("21003", 2026, None)],
)
def test_la_population_est_la_plus_recente_connue_ce_jour_la(code: str, annee: int, attendue: Any) -> None:
    assert LIEU.population(code, au=date(annee, 6, 1)) == attendue


def test_un_territoire_se_lit_de_son_dossier(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "petit").mkdir()
    (tmp_path / "petit" / "territoire.yaml").write_text(
        'nom: Petit\ncommune_centre: 21231\ncommunes: [{code: "21231", nom: Dijon}]\n'
        'populations: [{code: "21231", annee: 2021, habitants: 10, source: Essai}]\n',
        encoding="utf-8",
    )
    settings.TERRITOIRES = tmp_path
    lu = territoire("petit")
    assert (lu.commune_centre, lu.populations) == ("21231", (Population("21231", 2021, 10, "Essai"),))
