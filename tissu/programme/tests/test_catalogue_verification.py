"""La vérification : les cas que tout le monde peut lire, puis les bords (exercices décalés, vraies questions)."""

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

CADRE = CadreConvention(2023, 2025, Decimal(700))
CAS = yaml.safe_load((Path(__file__).parent / "cas" / "verification.yaml").read_text(encoding="utf-8"))
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
            ContributionAVerifier(
                financeur, _decimal(montant), sous_reserve=bool(condition), condition="".join(condition)
            )
            for financeur, montant, *condition in cas.get("contributions", [["Métropole", 700]])
        ],
    )


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_cas(cas: dict[str, Any]) -> None:
    anomalies = verifier(_fiche(cas), CADRE)
    assert [anomalie.code for anomalie in anomalies] == cas["releve"]
    messages = " ".join(anomalie.message for anomalie in anomalies).replace("\u202f", " ").replace("\u00a0", " ")
    assert [mot for mot in cas.get("dit", ()) if mot not in messages] == []


def _codes(**champs: object) -> set[str]:
    donnees = {"numero": 1, "annee": 2024, "total_declare_eur": None} | champs
    return {str(anomalie.code) for anomalie in verifier(FicheAVerifier(**donnees), CADRE)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("annee", "premier_mois", "debut", "fin", "incoherente"),
    [
        # D'avril 2025 à mars 2026 : le dernier exercice de la convention finit l'année suivante.
        (2025, 4, date(2026, 3, 1), date(2026, 3, 31), False),
        (2025, 4, date(2026, 3, 1), date(2026, 4, 1), True),
        (2025, 1, date(2026, 3, 1), date(2026, 3, 31), True),
        (2024, 1, None, date(2022, 12, 31), True),
        (2024, 1, date(2022, 12, 31), None, True),
        (2024, 6, None, date(2024, 5, 31), True),
        (2024, 6, None, date(2024, 6, 1), False),
    ],
)
def test_le_calendrier_se_compare_a_l_exercice(
    annee: int, premier_mois: int, debut: date | None, fin: date | None, incoherente: bool
) -> None:
    codes = _codes(annee=annee, premier_mois=premier_mois, calendrier_debut=debut, calendrier_fin=fin)
    assert ("periode_incoherente" in codes) == incoherente


@pytest.mark.parametrize(
    ("texte", "provisoire"),
    [
        ("Que demandent les entreprises ? Le savoir avant l'été.", False),
        ("Réunion entre xxx et la direction.", True),
        ("À compléter avec le service.", True),
        ("Financeur : ?", True),
        ("Combien ??", True),
        ("Le plan est fixé à deux.", False),
    ],
)
def test_une_vraie_question_n_est_pas_une_mention_provisoire(texte: str, provisoire: bool) -> None:
    assert ("mention_provisoire" in _codes(sections=(("calendrier", texte),))) == provisoire


@given(st.integers(min_value=1, max_value=400).map(lambda n: Decimal(n) / 2))
def test_des_demi_journees_au_taux_de_la_convention_ne_sont_jamais_inhabituelles(jours: Decimal) -> None:
    ligne = LigneAVerifier("Animation", jours, jours * 700)
    assert "taux_inhabituel" not in _codes(total_declare_eur=ligne.montant_eur, lignes=[ligne])
