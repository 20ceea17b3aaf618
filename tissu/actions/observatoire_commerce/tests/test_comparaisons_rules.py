"""Comparer : qui est semblable, ce qui se compare, où l'on se place ; et ce qui ne se fait jamais."""

from decimal import Decimal
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tissu.actions.observatoire_commerce.rules.comparaisons import (
    Criteres,
    Ville,
    bande_de_population,
    comparabilite,
    constat,
    ecarts,
    mediane,
    placer,
    rapportee,
)
from tissu.actions.observatoire_commerce.rules.fichier_villes import COLONNES, colonnes_manquantes, lire_ligne, nommer

DIJON = Ville("Semblable", 158_000, "prefecture_region", 21_500, Decimal("4.2"))


@pytest.mark.parametrize(
    ("ville", "criteres", "raisons"),
    [
        (DIJON, Criteres(), ()),
        (DIJON, Criteres(110_000, 206_000, frozenset({"prefecture_region"}), 20_000, 24_000), ()),
        (DIJON, Criteres(population_min=158_000, population_max=158_000), ()),
        (DIJON, Criteres(population_max=157_999), ("population de 158 000 habitants, plus que 157 999",)),
        (DIJON, Criteres(population_min=158_001), ("population de 158 000 habitants, moins que 158 001",)),
        (DIJON, Criteres(roles=frozenset({"prefecture"})), ("rôle préfecture de région",)),
        (DIJON, Criteres(tourisme_max=Decimal(4)), ("tourisme de 4,2 nuitées par habitant, plus que 4",)),
        (Ville("Inconnue"), Criteres(1, 2, frozenset({"autre"}), 1), (
            "population inconnue", "revenu médian inconnu", "rôle inconnu",
        )),
    ],
)  # fmt: skip
def test_une_ville_est_semblable_ou_dit_pourquoi_non(ville: Ville, criteres: Criteres, raisons: Any) -> None:
    assert tuple(raison.replace("\u202f", " ") for raison in ecarts(ville, criteres)) == raisons


VALEUR = {
    "dite": "oui", "motif": "", "annee": 2024, "notre_annee": 2026, "ecart_annees": 3, "par_habitant": False,
    "population": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "attendu"),
    [
        ({}, ("oui", "")),
        ({"annee": 2023}, ("oui", "")),
        ({"annee": 2022}, ("non", "valeur de 2022, à plus de 3 ans de la nôtre")),
        ({"annee": 2022, "notre_annee": None}, ("oui", "")),
        ({"par_habitant": True}, ("non", "population inconnue : rien ne se rapporte aux habitants")),
        ({"dite": "partiel", "motif": "définition voisine"}, ("partiel", "définition voisine")),
        ({"dite": "non", "motif": "autre champ", "annee": 1999}, ("non", "autre champ")),
    ],
)
def test_une_valeur_se_compare_ou_dit_pourquoi_non(change: dict[str, Any], attendu: tuple[str, str]) -> None:
    assert comparabilite(**(VALEUR | change)) == attendu


def test_un_nombre_se_rapporte_aux_habitants() -> None:
    assert rapportee(Decimal(300), 150_000, True) == 20.0
    assert rapportee(Decimal(300), None, True) is None
    assert rapportee(Decimal("0.074"), None, False) == 0.074


AUTRES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=4), st.floats(0, 1e6, width=32), max_size=12)


@given(AUTRES, st.one_of(st.none(), st.floats(0, 1e6, width=32)), st.integers(2, 8))
def test_rien_ne_se_place_sous_le_minimum(autres: dict[str, float], notre: float | None, minimum: int) -> None:
    places = placer(notre, autres, minimum=minimum)
    assert (places is None) == (len(autres) < minimum)


@given(AUTRES, st.one_of(st.none(), st.floats(0, 1e6, width=32)))
def test_les_rangs_suivent_les_valeurs(autres: dict[str, float], notre: float | None) -> None:
    assume(autres)
    places = placer(notre, autres, minimum=1)
    assert places is not None
    toutes = autres | ({"": notre} if notre is not None else {})
    assert set(places) == set(toutes)
    for une, valeur in toutes.items():
        assert places[une].sur == len(toutes)
        assert places[une].rang == 1 + sum(autre > valeur for autre in toutes.values())
        for autre, sienne in toutes.items():
            if valeur > sienne:
                assert places[une].rang < places[autre].rang
                assert places[une].quartile >= places[autre].quartile
    assert min(place.rang for place in places.values()) == 1
    assert {place.quartile for place in places.values()} <= {1, 2, 3, 4}


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=12, unique=True))
def test_les_scores_ont_une_moyenne_nulle_et_un_ecart_type_d_un(valeurs: list[int]) -> None:
    places = placer(None, {str(rang): float(v) for rang, v in enumerate(valeurs)}, minimum=2)
    assert places is not None
    scores = [place.score for place in places.values() if place.score is not None]
    assert len(scores) == len(valeurs)
    assert fmean(scores) == pytest.approx(0, abs=1e-9)
    assert pstdev(scores) == pytest.approx(1)


@given(st.lists(st.integers(0, 1_000), min_size=5, max_size=12), st.integers(0, 1_000), st.integers(1, 50))
def test_changer_d_unite_ne_change_ni_rang_ni_score(valeurs: list[int], notre: int, facteur: int) -> None:
    def places(echelle: int) -> Any:
        return placer(float(notre * echelle), {str(r): float(v * echelle) for r, v in enumerate(valeurs)}, minimum=5)

    une, autre = places(1), places(facteur)
    for cle, place in une.items():
        assert (place.rang, place.quartile) == (autre[cle].rang, autre[cle].quartile)
        assert place.score == (None if autre[cle].score is None else pytest.approx(autre[cle].score))


def test_des_villes_toutes_egales_n_ont_pas_de_score() -> None:
    places = placer(5.0, dict.fromkeys("abcde", 3.0), minimum=5)
    assert places is not None
    assert (places[""].rang, places[""].score, places[""].quartile) == (1, None, 4)
    assert {places[cle].rang for cle in "abcde"} == {2}


def test_le_titre_dit_le_constat() -> None:
    places = placer(8.0, {"a": 5.0, "b": 6.0, "c": 7.0, "d": 9.0, "e": 10.0}, minimum=5)
    assert places is not None
    assert (places[""].rang, places[""].sur, places[""].quartile) == (3, 6, 3)
    centre = mediane([5.0, 6.0, 7.0, 9.0, 10.0])
    assert centre == 7.0
    assert constat(places[""], 8.0, centre, titre="Vacance") == (
        "Vacance : 3e sur 6, plus haut que la médiane des villes comparables"
    )
    assert constat(None, 8.0, None, titre="Vacance") == "Vacance : les villes dont on a un chiffre"


def test_la_bande_de_population_s_arrondit_au_millier() -> None:
    assert bande_de_population(257_193, 0.3) == (180_000, 334_000)


# --- Le fichier ---

JUSTE = {
    "ville": "Villefictive", "perimetre": "commune", "role": "prefecture_region", "population": "158 000",
    "population_annee": "2021", "population_source": "Insee", "revenu_median_eur": "21 500", "tourisme": "4,2",
    "indicateur": "taux_vacance", "annee": "2025", "valeur": "7,4 %", "definition": "Cellules vacantes / cellules",
    "source": "Observatoire", "comparable": "oui",
}  # fmt: skip


def ligne(**change: str) -> dict[str, str]:
    return {colonne.champ: (JUSTE | change).get(colonne.champ, "") for colonne in COLONNES}


def test_une_ligne_juste_se_lit() -> None:
    lue, defauts = lire_ligne(ligne(), annee_max=2026)
    assert (defauts, lue is not None) == ([], True)
    assert lue is not None
    assert (lue.ville["population"], lue.ville["tourisme"]) == (158_000, Decimal("4.20"))
    assert (lue.valeur["valeur"], lue.valeur["annee"], lue.valeur["comparable"]) == (Decimal("0.0740"), 2025, "oui")


@pytest.mark.parametrize(
    ("change", "champs"),
    [
        ({"valeur": "7,4"}, ["valeur"]),
        ({"valeur": "120 %"}, ["valeur"]),
        ({"valeur": "-3", "indicateur": "vacants"}, ["valeur"]),
        ({"valeur": ""}, ["valeur"]),
        ({"perimetre": "ville"}, ["perimetre"]),
        ({"annee": "2027"}, ["annee"]),
        ({"annee": "2024,5"}, ["annee"]),
        ({"comparable": "peut-être"}, ["comparable"]),
        ({"comparable": "partiel"}, ["motif"]),
        ({"comparable": "non", "motif": "autre champ"}, []),
        ({"population": "beaucoup"}, ["population"]),
        ({"population_source": ""}, ["population_source"]),
        ({"ville": "", "definition": "", "source": ""}, ["ville", "definition", "source"]),
        ({"indicateur": "chiffre_d_affaires", "valeur": "12"}, ["indicateur"]),
        ({"role": "capitale", "tourisme": "mille"}, ["role", "tourisme"]),
    ],
)
def test_une_ligne_fautive_nomme_chaque_champ(change: dict[str, str], champs: list[str]) -> None:
    lue, defauts = lire_ligne(ligne(**change), annee_max=2026)
    assert [defaut.champ for defaut in defauts] == champs
    assert (lue is None) == bool(champs)


@pytest.mark.parametrize(
    ("texte", "valeur"), [("0,074", "0.0740"), ("0.0740", "0.0740"), ("7.4 %", "0.0740"), ("1", "1")]
)
def test_un_taux_s_ecrit_de_plusieurs_facons(texte: str, valeur: str) -> None:
    lue, _ = lire_ligne(ligne(valeur=texte), annee_max=2026)
    assert lue is not None
    assert lue.valeur["valeur"] == Decimal(valeur)


def test_les_colonnes_se_reconnaissent_a_leur_titre_ou_a_leur_champ() -> None:
    entetes = [colonne.titre.upper() for colonne in COLONNES if colonne.requise]
    assert colonnes_manquantes(entetes) == []
    assert colonnes_manquantes(["ville", "Année"]) == [
        "Périmètre", "Indicateur", "Valeur", "Définition", "Source", "Comparable",
    ]  # fmt: skip
    assert nommer(["Ville", "Inconnue", "annee"], [" Lyon ", "x", "2025"])["ville"] == "Lyon"
