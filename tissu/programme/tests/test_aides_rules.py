"""Aides et plafond de minimis : les cas sont lisibles et écrits dans `cas/*.yaml`."""

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.programme.queries.aides import bareme_au
from tissu.programme.rules.aides import PosteAide, calculer_aide
from tissu.programme.rules.deminimis import AideOctroyee, verifier_octroi
from tissu.socle.parametres import parametre

CAS = Path(__file__).parent / "cas"


def _cas(nom: str) -> list[Any]:
    return [pytest.param(c, id=c["cas"]) for c in yaml.safe_load((CAS / nom).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("cas", _cas("aides.yaml"))
def test_aide(cas: dict[str, Any]) -> None:
    postes = [PosteAide(p[0], p[0], D(p[1]), D(str(p[2])) if len(p) > 2 else None) for p in cas["postes"]]
    verdict = calculer_aide(
        cas["regle"], postes, bareme=bareme_au(date(2024, 1, 1)), autres_eur=D(cas.get("autres", 0))
    )
    assert verdict is not None
    assert (verdict.aide_eur, verdict.reste_eur) == (D(cas["aide"]), D(cas["reste"]))
    assert verdict.a_confirmer == (cas["regle"] == "synergies")
    assert verdict.motifs and verdict.references


def test_ce_qui_manque_est_dit() -> None:
    bareme = bareme_au(date(2024, 1, 1))
    verdict = calculer_aide("synergies", [PosteAide("salaire", "Salaire", None)], bareme=bareme)
    assert verdict is not None
    assert len(verdict.manques) == 2
    assert calculer_aide("", [], bareme=bareme) is None


@pytest.mark.parametrize("cas", _cas("de_minimis.yaml"))
def test_de_minimis(cas: dict[str, Any]) -> None:
    verdict = verifier_octroi(
        D(cas["montant"]),
        octroyee_le=cas["le"],
        aides=[AideOctroyee(jour, D(montant)) for jour, montant in cas["aides"]],
        autres_aides_eur=D(cas.get("autres", 0)),
        plafond_eur=D(parametre("programme.plafond_de_minimis_eur", au=cas["le"])),
    )
    assert (verdict.permis, verdict.reste_eur) == (cas["permis"], D(cas["reste"]))
    assert len(verdict.motifs) == (2 if cas["permis"] else 3)
