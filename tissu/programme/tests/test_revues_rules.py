"""Ce qu'une revue permet, état par état ; les cas se lisent dans `cas/revues.yaml`."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.programme.choices import SuiteProposee, TypeRevue
from tissu.programme.rules import constats
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


def nombres(valeurs: Any) -> Any:
    """Les nombres d'un cas, en décimaux."""
    return [Decimal(str(valeur)) for valeur in valeurs]


def plat(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("cas", CAS["constats"], ids=lambda cas: cas["titre"])
def test_le_constat_d_ensemble(cas: dict[str, Any]) -> None:
    lu = dict(cas["ensemble"])
    retenu, depense = nombres((lu.pop("retenu_eur"), lu.pop("depense_eur")))
    avancements = nombres(lu.pop("avancements", []))
    ensemble = constats.Ensemble(**lu, retenu_eur=retenu, depense_eur=depense, avancements=avancements)
    assert [plat(phrase) for phrase in constats.constats(ensemble)] == cas["attendu"]


@pytest.mark.parametrize("cas", CAS["depenses"], ids=lambda cas: cas["titre"])
def test_le_titre_des_depenses(cas: dict[str, Any]) -> None:
    parts = [(f"Fiche {rang}", part) for rang, part in enumerate(nombres(cas["parts"]), start=1)]
    assert plat(constats.titre_des_depenses(parts)) == cas["attendu"]


@pytest.mark.parametrize("cas", CAS["resultats"], ids=lambda cas: cas["titre"])
def test_le_titre_des_resultats(cas: dict[str, Any]) -> None:
    couples = [("Fiche", *nombres(couple)) for couple in cas["couples"]]
    assert plat(constats.titre_des_resultats(couples, ecart=Decimal("0.15"))) == cas["attendu"]


@pytest.mark.parametrize(("valeur", "unite", "attendu"), CAS["unites"])
def test_une_valeur_et_son_unite(valeur: Any, unite: str, attendu: str) -> None:
    assert plat(regles.afficher(Decimal(str(valeur)), unite)) == attendu


def test_chaque_sorte_de_revue_a_ses_mots() -> None:
    for type_ in TypeRevue:
        assert set(regles.SUITES[type_]) == set(SuiteProposee)
        assert regles.HORIZONS[type_]
