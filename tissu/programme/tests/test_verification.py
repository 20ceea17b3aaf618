"""La vérification : des cas qu'un juriste peut lire, puis le vrai programme, exactement."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.choices import CodeAnomalie, Severite
from tissu.programme.queries.anomalies import anomalies_d_un_fichier
from tissu.programme.rules.verification import (
    CadreConvention,
    ContributionAVerifier,
    FicheAVerifier,
    LigneAVerifier,
    verifier,
)
from tissu.programme.sources.programme_yaml import lire_dossier

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "verification.yaml").read_text(encoding="utf-8"))
CONVENTION = CadreConvention(2023, 2025, Decimal(700))
RUBRIQUES = {
    "constat": "Un constat.", "objectifs": "Un objectif.", "maitrise_ouvrage": "La chambre.",
    "calendrier": "Toute l'année.", "evaluation": "Un bilan.",
}  # fmt: skip


def montant(valeur: Any) -> Decimal | None:
    return None if valeur is None else Decimal(str(valeur))


def fiche_du_cas(cas: dict[str, Any]) -> FicheAVerifier:
    """Un document complet, changé de ce que dit le cas."""
    rubriques = {**RUBRIQUES, **cas.get("rubriques", {})}
    calendrier = cas.get("calendrier", [None, None])
    return FicheAVerifier(
        numero=1,
        annee=cas.get("annee", 2024),
        total_declare_eur=montant(cas.get("total", 700)),
        periode_entete=cas.get("periode_entete", "2023/2025"),
        calendrier_debut=calendrier[0],
        calendrier_fin=calendrier[1],
        premier_mois=cas.get("premier_mois", 1),
        sections=tuple((nom, texte) for nom, texte in rubriques.items() if nom not in cas.get("sans", [])),
        lignes=[
            LigneAVerifier(libelle, jours=montant(jours), montant_eur=montant(somme))
            for libelle, somme, jours in cas.get("lignes", [["Animation", 700, 1]])
        ],
        contributions=[
            ContributionAVerifier(nom, montant(somme), sous_reserve=bool(reste), condition="".join(reste))
            for nom, somme, *reste in cas.get("contributions", [["Métropole", 700]])
        ],
    )


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_ce_qui_est_releve(cas: dict[str, Any]) -> None:
    relevees = verifier(fiche_du_cas(cas), CONVENTION)
    assert [une.code for une in relevees] == cas["releve"]
    message = " ".join(une.message for une in relevees).replace("\u202f", " ").replace("\u00a0", " ")
    for mots in cas.get("dit", []):
        assert mots in message


NON_PRECISE = (1, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17)
ATTENDUES = {
    *((numero, 2024, "financement_non_precise") for numero in NON_PRECISE),
    (9, 2024, "somme_differente"),
    *((numero, 2024, "taux_inhabituel") for numero in (8, 12, 15)),
    *((numero, 2024, "montant_absent") for numero in (3, 5, 7, 11, 12)),
    (11, 2023, "montant_absent"),
    (11, 2023, "financement_different"),
    (11, 2024, "financement_different"),
    (10, 2024, "financement_conditionnel"),
    (11, 2023, "periode_incoherente"),
    *((numero, 2024, "periode_incoherente") for numero in (11, 12)),
    (11, 2023, "section_absente"),
    *((numero, 2024, "section_absente") for numero in (4, 9, 11, 17)),
    (7, 2024, "mention_provisoire"),
}


def test_le_vrai_programme_releve_exactement_ses_incoherences(settings: Any) -> None:
    programme = lire_dossier(Path(settings.TERRITOIRES) / "dijon_metropole" / "programme")
    relevees = anomalies_d_un_fichier(programme)
    assert {(une["fiche"], une["annee"], une["code"]) for une in relevees} == ATTENDUES
    assert len(relevees) == len(ATTENDUES)
    assert {une["code"] for une in relevees} == set(CodeAnomalie.values)
    assert {une["severite"] for une in relevees} == set(Severite.values)


def test_les_totaux_du_vrai_programme(settings: Any) -> None:
    programme = lire_dossier(Path(settings.TERRITOIRES) / "dijon_metropole" / "programme")
    fiches = [fiche for fiche in programme.fiches if fiche.annee == 2024]
    lignes = [ligne for fiche in fiches for ligne in fiche.lignes]
    assert len(fiches) == 17
    assert sum(fiche.total_declare_eur or 0 for fiche in fiches) == 295_550
    assert sum(ligne.montant_eur or 0 for ligne in lignes) == 296_250
    assert sum(ligne.jours or 0 for ligne in lignes) == 189 + 30
    assert all(fiche.criteres for fiche in fiches)


@given(
    st.lists(st.decimals("0", "99999", places=2), min_size=1, max_size=8),
    st.decimals("-5000", "5000", places=2),
)
def test_la_somme_se_releve_si_et_seulement_si_elle_differe(montants: list[Decimal], decalage: Decimal) -> None:
    fiche = FicheAVerifier(
        numero=1, annee=2024, total_declare_eur=sum(montants, Decimal(0)) + decalage,
        lignes=[LigneAVerifier(f"Ligne {rang}", montant_eur=un) for rang, un in enumerate(montants)],
    )  # fmt: skip
    assert ("somme_differente" in {une.code for une in verifier(fiche, CONVENTION)}) == (decalage != 0)


def test_une_decision_devient_a_revoir_quand_les_valeurs_changent() -> None:
    avant, apres = (
        verifier(fiche_du_cas({"total": total, "lignes": [["Étude", 7700, 11]]}), CONVENTION)[0]
        for total in (7000, 7350)
    )
    assert (avant.code, avant.declaree, avant.calculee) == ("somme_differente", "7000", "7700")
    assert avant.cle != apres.cle
