"""Ce que « vacant » veut dire selon chaque définition, et l'échelle d'usage."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tissu.actions.observatoire_commerce.analyses import vacance as analyses
from tissu.actions.observatoire_commerce.queries.definitions import definition, definitions, echelle
from tissu.actions.observatoire_commerce.rules.vacance import DefinitionInvalide, compte, lire_definitions, niveau, vide
from tissu.entrepot import moteur
from tissu.locaux.choices import VACANTS, EtatLocal
from tissu.locaux.queries.lignes import COLONNES

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "vacance.yaml").read_text(encoding="utf-8"))
JOUR = date(2024, 6, 10)


def situation(locaux: list[dict[str, Any]]) -> pa.Table:
    """Une situation de ces locaux ; ce qui n'est pas dit est inconnu."""
    lignes = [{"id": f"L{rang:04d}", "vacant": local["etat"] in VACANTS} | local for rang, local in enumerate(locaux)]
    return pa.table(
        [pa.array([ligne.get(nom) for ligne in lignes], genre) for nom, genre in COLONNES.items()],
        schema=pa.schema(list(COLONNES.items())),
    )


def executer(fonction: Any, *tables: pa.Table, **reste: Any) -> list[dict[str, Any]]:
    noms = [f"t{rang}" for rang in range(len(tables))]
    expression = fonction(
        *(moteur.table_en_memoire(nom, table) for nom, table in zip(noms, tables, strict=True)), **reste
    )
    return moteur.lecture.en_memoire(expression, dict(zip(noms, tables, strict=True)))


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_la_regle_et_l_analyse_disent_ce_que_dit_le_cas(cas: dict[str, Any]) -> None:
    local = {"famille": None, "structurel": False} | cas["local"]
    for code, une in definitions().items():
        attendu = (int(code in cas["compte"]), int(code in cas["vide"]))
        assert (
            int(compte(une, etat=local["etat"], famille=local["famille"])),
            int(vide(une, etat=local["etat"], structurel=local["structurel"])),
        ) == attendu, code
        [mesure] = executer(lambda table, d=une: analyses.vacance(table, d), situation([local]))
        assert (mesure["cellules"], mesure["vacantes"]) == attendu, code


locaux_au_hasard = st.lists(
    st.fixed_dictionaries(
        {
            "etat": st.sampled_from(EtatLocal.values),
            "famille": st.sampled_from([None, "alimentaire", "services", "chr"]),
            "quartier": st.sampled_from(["", "Centre", "Nord"]),
            "structurel": st.booleans(),
            "surface_m2": st.sampled_from([None, 40.0, 125.5]),
        }
    ),
    max_size=30,
)


@settings(max_examples=40)
@given(locaux_au_hasard)
def test_les_quartiers_font_la_ville_et_les_definitions_s_emboitent(locaux: list[dict[str, Any]]) -> None:
    table, totaux = situation(locaux), {}
    for code, une in definitions().items():
        [total] = executer(lambda t, d=une: analyses.vacance(t, d), table)
        parts = executer(lambda t, d=une: analyses.vacance(t, d, "quartier"), table)
        for mesure in ("cellules", "vacantes", "structurelles", "surface_mesures", "inconnus"):
            assert sum(part[mesure] for part in parts) == total[mesure]
        assert total["vacantes"] <= total["cellules"]
        totaux[code] = total["vacantes"]
    assert totaux["structurelle"] <= totaux["observatoire"] <= totaux["avec_travaux"]
    assert totaux["commercialisee"] <= totaux["observatoire"]


@pytest.mark.parametrize(
    ("taux", "attendu"),
    [("0", "Faible"), ("0.0499", "Faible"), ("0.05", "Modérée"), ("0.0741", "Modérée"), ("0.075", "Élevée"),
     ("0.10", "Très élevée"), ("1", "Très élevée")],
)  # fmt: skip
def test_l_echelle_d_usage(taux: str, attendu: str) -> None:
    trouve = niveau(Decimal(taux), echelle(JOUR))
    assert trouve is not None
    assert trouve.libelle == attendu


def test_sans_taux_pas_d_echelon() -> None:
    assert niveau(None, echelle(JOUR)) is None


def test_durees_de_la_vacance() -> None:
    depuis = [date(2024, 6, 10), date(2023, 12, 11), date(2023, 12, 10), date(2022, 6, 10), date(2010, 1, 1), None]
    table = situation([{"etat": "vacant", "vacant_depuis": jour} for jour in depuis] + [{"etat": "occupe"}])
    lignes = executer(lambda t: analyses.durees(t, definition(), au=JOUR, bornes_mois=[6, 12, 24, 60]), table)
    assert {ligne["tranche"]: ligne["vacantes"] for ligne in lignes} == {
        "0": 2, "1": 1, "3": 1, "4": 1, analyses.SANS_DATE: 1,
    }  # fmt: skip


def test_rotation_distingue_l_occupant_de_l_activite() -> None:
    avant = situation(
        [
            {"etat": "occupe", "enseigne": "Le Fil", "activite": "mercerie"},
            {"etat": "occupe", "enseigne": "Le Fil", "activite": "mercerie"},
            {"etat": "occupe", "enseigne": "Le Fil", "activite": "mercerie"},
            {"etat": "occupe", "enseigne": "", "activite": "bar"},
            {"etat": "vacant"},
            {"etat": "occupe", "enseigne": "Parti", "activite": "bar"},
            {"etat": "occupe", "enseigne": "Chez A", "activite": "bar", "siret": "1"},
        ]
    )
    apres = situation(
        [
            {"etat": "occupe", "enseigne": "LE FIL", "activite": "mercerie"},
            {"etat": "occupe", "enseigne": "L'Aiguille", "activite": "mercerie"},
            {"etat": "occupe", "enseigne": "Le Comptoir", "activite": "bar"},
            {"etat": "occupe", "enseigne": "Le Zinc", "activite": "bar"},
            {"etat": "occupe", "enseigne": "Nouveau", "activite": "bar"},
            {"etat": "vacant"},
            {"etat": "occupe", "enseigne": "Chez B", "activite": "bar", "siret": "1"},
        ]
    )
    [mesure] = executer(analyses.rotation, avant, apres)
    assert mesure == {"cellules": 7, "suivies": 5, "occupants": 2, "activites": 1}


def test_independants_et_repartition_sur_les_seuls_occupes() -> None:
    table = situation(
        [
            {"etat": "occupe", "independance": "independant", "famille": "chr"},
            {"etat": "occupe", "independance": "enseigne", "famille": "chr"},
            {"etat": "occupe", "independance": None, "famille": ""},
            {"etat": "vacant", "independance": "independant", "famille": "chr"},
        ]
    )
    assert executer(analyses.independants, table) == [{"occupes": 3, "independants": 1, "enseignes": 1}]
    assert executer(analyses.repartition, table) == [{"famille": "chr", "occupes": 2}]


def test_completude_compte_les_champs_remplis() -> None:
    table = situation([{"etat": "occupe", "enseigne": "", "surface_m2": 10.0}, {"etat": "occupe", "enseigne": "A"}])
    [mesure] = executer(lambda t: analyses.completude(t, ["enseigne", "surface_m2"]), table)
    assert mesure == {"cellules": 2, "enseigne": 1, "surface_m2": 1}


@pytest.mark.parametrize(
    ("change", "defaut"),
    [
        ({"vacants": ["libre"]}, "La définition « x » nomme des états inconnus : libre."),
        ({"vacants": ["occupe"]}, "La définition « x » compte vide un local occupé ou d'état inconnu."),
        ({"phrase": None}, "Une définition n'a pas : phrase."),
    ],
)
def test_une_definition_mal_ecrite_se_refuse(change: dict[str, Any], defaut: str) -> None:
    brut = {"code": "x", "libelle": "X", "phrase": "X.", "vacants": ["vacant"], "hors_champ": [], "reference": "X"}
    ecrit = {cle: valeur for cle, valeur in (brut | change).items() if valeur is not None}
    with pytest.raises(DefinitionInvalide) as refus:
        lire_definitions([ecrit])
    assert str(refus.value) == defaut
