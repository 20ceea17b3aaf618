"""Un document écrit se relit tel quel."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissu.publications import contenu_json
from tissu.publications.contenu import Document, Section, Tableau, epure

VALEURS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False, allow_infinity=False) | st.floats(allow_nan=False, allow_infinity=False),
    lambda interne: st.lists(interne, max_size=3) | st.lists(interne, max_size=3).map(tuple)
    | st.dictionaries(st.text(), interne, max_size=3),
    max_leaves=8,
)  # fmt: skip


def porteur(valeur: Any) -> Document:
    return Document("T", "", "L", "P", None, "", [Section("s", "S", [Tableau("t", "T", [], [{"v": valeur}])])])


def test_chaque_sorte_de_bloc_revient(document: Document) -> None:
    assert contenu_json.lire(contenu_json.ecrire(document)) == document


@given(VALEURS)
def test_toute_valeur_revient(valeur: Any) -> None:
    document = porteur(valeur)
    assert contenu_json.lire(contenu_json.ecrire(document)) == document


def test_les_sortes_sont_gardees() -> None:
    valeur = [Decimal("1.20"), date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), {"$": "piège"}, (1, 2), 1.0]
    relue = contenu_json.lire(contenu_json.ecrire(porteur(valeur))).tableaux()[0].lignes[0]["v"]
    assert [type(v) for v in relue] == [type(v) for v in valeur]
    assert str(relue[0]) == "1.20"


def test_une_valeur_inconnue_est_refusee() -> None:
    with pytest.raises(contenu_json.ContenuIllisible, match="object"):
        contenu_json.ecrire(porteur(object()))


def test_ce_qui_ne_se_voit_pas_ne_part_pas(document: Document) -> None:
    liste = document.tableaux()[-1]
    secret = replace(liste, lignes=[{**liste.lignes[0], "dirigeant": "Personne Secrète"}])
    texte = contenu_json.ecrire(epure(replace(document, sections=[Section("l", "L", [secret])])))
    assert ("Personne Secrète" in texte, "/e/1/" in texte) == (False, False)
