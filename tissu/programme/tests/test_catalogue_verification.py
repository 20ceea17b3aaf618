"""La vérification d'une fiche : cas lisibles, sommes tirées au hasard, et les anomalies exactes du vrai programme."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.rules.verification import (
    CadreConvention,
    ContributionAVerifier,
    FicheAVerifier,
    LigneAVerifier,
    verifier,
)

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "verification.yaml").read_text(encoding="utf-8"))
CADRE = CadreConvention(2023, 2025, Decimal(700))
RUBRIQUES = {
    "constat": "Un constat.",
    "objectifs": "Un objectif.",
    "methode": "Une méthode.",
    "partenaires": "Des partenaires.",
    "maitrise_ouvrage": "La chambre.",
    "calendrier": "Toute l'année.",
    "evaluation": "Un bilan.",
}


def _decimal(valeur: Any) -> Decimal | None:
    return None if valeur is None else Decimal(str(valeur))


def _fiche(cas: dict[str, Any]) -> FicheAVerifier:
    rubriques = RUBRIQUES | cas.get("rubriques", {})
    debut, fin = cas.get("calendrier", (None, None))
    return FicheAVerifier(
        numero=1,
        annee=cas.get("annee", 2024),
        total_declare_eur=_decimal(cas.get("total", 700)),
        periode_entete=cas.get("periode_entete", "2023/2025"),
        premier_mois=cas.get("premier_mois", 1),
        calendrier_debut=debut,
        calendrier_fin=fin,
        sections=tuple((cle, texte) for cle, texte in rubriques.items() if cle not in cas.get("sans", ())),
        lignes=[
            LigneAVerifier(libelle, _decimal(jours), _decimal(montant))
            for libelle, montant, jours in cas.get("lignes", [["Animation", 700, 1]])
        ],
        contributions=[
            ContributionAVerifier(financeur, _decimal(montant), sous_reserve=bool(condition), condition="".join(condition))
            for financeur, montant, *condition in cas.get("contributions", [["Métropole", 700]])
        ],
    )


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_cas(cas: dict[str, Any]) -> None:
    anomalies = verifier(_fiche(cas), CADRE)
    assert [anomalie.code for anomalie in anomalies] == cas["releve"]
    messages = " ".join(anomalie.message for anomalie in anomalies).replace("\u202f", " ").replace("\u00a0", " ")
    assert [mot for mot in cas.get("dit", ()) if mot not in messages] == []


centimes = st.integers(min_value=0, max_value=10**9).map(lambda n: Decimal(n) / 100)


@given(st.lists(centimes, min_size=1, max_size=12))
def test_un_total_qui_est_la_somme_n_est_jamais_releve(montants: list[Decimal]) -> None:
    lignes = [LigneAVerifier(f"Ligne {rang}", montant_eur=montant) for rang, montant in enumerate(montants)]
    fiche = FicheAVerifier(numero=1, annee=2024, total_declare_eur=sum(montants, Decimal(0)), lignes=lignes)
    assert "somme_differente" not in {anomalie.code for anomalie in verifier(fiche, CADRE)}


@given(st.lists(centimes, min_size=1, max_size=12), st.sampled_from([Decimal("0.01"), Decimal("-0.01")]))
def test_un_centime_d_ecart_sur_le_total_est_releve(montants: list[Decimal], ecart: Decimal) -> None:
    lignes = [LigneAVerifier(f"Ligne {rang}", montant_eur=montant) for rang, montant in enumerate(montants)]
    fiche = FicheAVerifier(numero=1, annee=2024, total_declare_eur=sum(montants, ecart), lignes=lignes)
    (anomalie,) = [une for une in verifier(fiche, CADRE) if une.code == "somme_differente"]
    assert anomalie.declaree != anomalie.calculee


@given(st.integers(min_value=1, max_value=400).map(lambda n: Decimal(n) / 2))
def test_des_demi_journees_au_taux_de_la_convention_ne_sont_jamais_inhabituelles(jours: Decimal) -> None:
    ligne = LigneAVerifier("Animation", jours, jours * 700)
    fiche = FicheAVerifier(numero=1, annee=2024, total_declare_eur=ligne.montant_eur, lignes=[ligne])
    assert "taux_inhabituel" not in {anomalie.code for anomalie in verifier(fiche, CADRE)}


def test_une_decision_est_a_revoir_des_qu_une_valeur_change() -> None:
    def cle(total: int) -> str:
        (anomalie,) = [a for a in verifier(_fiche({"total": total, "contributions": [["M", total]]}), CADRE)]
        return anomalie.cle

    assert cle(800) == cle(800)
    assert cle(800) != cle(900)


def test_le_calendrier_d_une_seule_borne_se_compare_aussi() -> None:
    fiche = _fiche({"calendrier": [None, date(2022, 12, 31)]})
    assert [anomalie.code for anomalie in verifier(fiche, CADRE)] == ["periode_incoherente"]
