"""Les règles de la fiche 7, sans base ; les cas sont des fichiers que l'on peut relire et compléter."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.actions.fichier_entreprises import rules
from tissu.registre.choices import TypeEvenement

CAS = Path(__file__).parent / "cas"


def cas(nom: str) -> list[Any]:
    lus = yaml.safe_load((CAS / f"{nom}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(c, id=c["cas"]) for c in lus]


@pytest.mark.parametrize("cas", cas("pistes"))
def test_une_piste_nait_de_tous_les_criteres_ensemble(cas: dict[str, Any]) -> None:
    criteres = {k: tuple(v) if isinstance(v, list) else v for k, v in cas["criteres"].items()}
    faits = {
        "siret": "90000000100001", "date_effet": date(2026, 10, 1), "section": "J", "code_commune": "21231",
        "commune": "Dijon", "zones": [], "effectif_cci": None, "tranche": None, **cas["faits"],
    }  # fmt: skip
    verdict = rules.evaluer_piste(
        rules.Criteres(**criteres), rules.Faits(**{**faits, "zones": frozenset(faits["zones"])})
    )
    assert verdict.retenue is cas["retenue"]
    if cas["retenue"]:
        assert (verdict.score, list(verdict.motifs)) == (cas["score"], cas["motifs"])


@pytest.mark.parametrize("cas", cas("effectifs"))
def test_plus_de_50_se_distingue_de_50_et_plus(cas: dict[str, Any]) -> None:
    effectif = rules.retenir_effectif(
        effectif_cci=cas["effectif"],
        effectif_cci_date=None,
        tranche=cas["tranche"],
        annee=cas.get("annee"),
        seuil=50,
    )
    assert (effectif.dans_la_liste, effectif.mention) == (cas["dedans"], cas["mention"])


def test_les_onze_types_sont_toujours_la_et_le_technique_jamais() -> None:
    totaux = rules.totaux_complets([{"type": "interruption_courte", "etablissements": 3, "unites_legales": 3}])
    assert list(totaux) == [
        "creation_pure", "reprise", "reactivation", "etablissement_secondaire", "transfert_entrant",
        "transfert_interne", "transfert_sortant", "fermeture_etablissement", "cessation_unite", "radiation_rcs",
        "procedure_collective",
    ]  # fmt: skip
    assert set(map(str, totaux.values())) == {"{'etablissements': 0, 'unites_legales': 0}"}


def test_le_solde_exclut_les_transferts_internes_et_les_actes_de_registre() -> None:
    comptes = [{"type": t.value, "etablissements": 1, "unites_legales": 1} for t in TypeEvenement]
    assert rules.solde(rules.totaux_complets(comptes)) == {
        "etablissements": {"entrees": 5, "sorties": 2, "solde": 3},
        "unites_legales": {"entrees": 3, "sorties": 1, "solde": 2},
    }


def test_le_perimetre_se_dit_en_mots() -> None:
    champ = rules.perimetre_industrie_services(industrie=["B", "C"], services=["J"], loueurs=["68.20A"], sci=["6540"])
    assert champ.texte == (
        "Industrie (sections B, C de la NAF rév. 2) et services (sections J). Hors commerce, agriculture, "
        "administration publique et ménages, et hors activité inconnue. Sont écartés : les personnes physiques louant "
        "des logements (68.20A) ; les sociétés civiles immobilières (6540). Sont gardées : holdings."
    )


@pytest.mark.parametrize(
    ("source_au", "attendu"), [(date(2026, 11, 9), True), (date(2026, 11, 10), False), (date(2026, 12, 1), False)]
)
def test_un_mois_est_provisoire_jusqu_a_j_plus_dix(source_au: date, attendu: bool) -> None:
    assert rules.est_provisoire(date(2026, 10, 31), source_au=source_au, jours=10) is attendu


def test_un_siret_retire_a_la_main_l_emporte() -> None:
    filiere = rules.Filiere("Santé", ("86",), ajoutes=frozenset({"1", "2"}), retires=frozenset({"2", "3"}))
    trouve = [rules.dans_la_filiere(filiere, siret=siret, naf="86.21Z") for siret in ("1", "2", "3", "4")]
    assert trouve == [True, False, False, True]


@pytest.mark.parametrize(
    ("type_", "etat", "radiee", "phrase"),
    [
        ("radiation_rcs", "A", date(2026, 10, 1), "Radiée du RCS, active dans Sirene"),
        ("radiation_rcs", "C", date(2026, 10, 1), ""),
        ("procedure_collective", "C", None, "Procédure publiée, unité déjà cessée dans Sirene"),
        ("cessation_unite", "C", None, ""),
    ],
)
def test_le_desaccord_se_dit_quand_les_sources_se_contredisent(
    type_: str, etat: str, radiee: date | None, phrase: str
) -> None:
    assert rules.desaccord(type_=type_, etat_unite=etat, radiation_le=radiee) == phrase
