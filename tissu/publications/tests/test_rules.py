"""Les règles de la diffusion, sans base : les cas se relisent et se complètent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.publications import choices, rules

CAS = Path(__file__).parent / "cas"
AU = datetime(2026, 11, 24, 8, tzinfo=UTC)


def cas(nom: str) -> list[Any]:
    lus = yaml.safe_load((CAS / f"{nom}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(c, id=c["cas"]) for c in lus]


@pytest.mark.parametrize("cas", cas("visibilite"))
def test_qui_voit_quoi_et_quand(cas: dict[str, Any]) -> None:
    embargo = AU + timedelta(hours=cas["embargo"]) if "embargo" in cas else None
    verdict = rules.visibilite(
        etat=cas["etat"], audience=cas["audience"], embargo_jusqu_au=embargo, roles=cas["roles"], au=AU
    )
    assert (verdict.acces.value, verdict.listee) == (cas["acces"], cas["listee"])


@pytest.mark.parametrize("cas", cas("telechargements"))
def test_ce_qui_compte(cas: dict[str, Any]) -> None:
    compte = rules.compte_comme_telechargement(
        methode=cas.get("methode", "GET"), robot=cas.get("robot", False), entetes=cas.get("entetes", {})
    )
    assert compte is cas["compte"]


def test_les_cercles_sont_les_audiences() -> None:
    assert set(rules.CERCLES) == set(choices.Audience.values)
    assert [rules.audience_permise(a, "partenaires") for a in rules.CERCLES] == [True, True, False]


def test_le_public_demande_un_geste() -> None:
    refus = rules.refus_de_diffuser(etat="brouillon", audience="public", maximale="public", confirmee=False)
    assert refus == "Confirmez que ce document peut être lu par tous."
