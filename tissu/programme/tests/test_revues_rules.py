"""Ce qu'une revue permet, état par état ; les cas se lisent dans `cas/revues.yaml`."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.programme.rules import revues as regles

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "revues.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("cas", CAS["manques"], ids=lambda cas: cas["titre"])
def test_ce_qui_manque(cas: dict[str, Any]) -> None:
    trouves = regles.manques(regles.EtatDePreparation(**cas["situation"]))
    assert [manque.code for manque in trouves] == cas["attendu"]
    assert any(manque.bloquant for manque in trouves) == cas["bloquant"]


@pytest.mark.parametrize("cas", CAS["accords"], ids=lambda cas: cas["titre"])
def test_qui_peut_signer(cas: dict[str, Any]) -> None:
    donnees = {cle: cas[cle] for cle in ("etat", "lue", "actuelle", "organisation", "deja")}
    refus = regles.refus_d_accord(**donnees, partenaires=[1, 2])
    assert bool(refus) == bool(cas["refus"])
    assert cas["refus"] in refus


def test_chaque_geste_n_a_qu_un_etat() -> None:
    for geste, (permis, raison) in regles.GESTES.items():
        assert regles.refus(geste, permis) == ""
        for autre in {regles.OUVERTE, regles.ARRETEE, regles.VERROUILLEE} - {permis}:
            assert regles.refus(geste, autre) == raison


def test_l_empreinte_ne_depend_pas_de_l_ordre_des_cles() -> None:
    assert regles.empreinte({"a": 1, "b": 2}) == regles.empreinte({"b": 2, "a": 1})
    assert regles.empreinte({"a": 1}) != regles.empreinte({"a": 2})
