"""Mois, semestres et exercices."""

from datetime import date

import pytest

from tissu.socle.periodes import Periode, PeriodeInvalide, exercice, mois, mois_de, mois_precedent, semestre


@pytest.mark.parametrize(
    ("code", "debut", "fin"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_un_mois_va_de_son_premier_a_son_dernier_jour(code: str, debut: date, fin: date) -> None:
    assert (mois(code).debut, mois(code).fin) == (debut, fin)


@pytest.mark.parametrize("code", ["2026-13", "2026-00", "2026-1", "octobre", "", "0000-01", "2026-10-01", "٢٠٢٦-10"])
def test_un_mois_mal_ecrit_est_refuse(code: str) -> None:
    with pytest.raises(PeriodeInvalide):
        mois(code)


def test_le_mois_d_un_jour() -> None:
    assert mois_de(date(2026, 3, 31)) == mois("2026-03")


@pytest.mark.parametrize(
    ("nombre", "code"),
    [(1, "2025-12"), (12, "2025-01"), (13, "2024-12"), (0, "2026-01"), (-1, "2026-02"), (-12, "2027-01")],
)
def test_les_mois_voisins(nombre: int, code: str) -> None:
    assert mois_precedent(mois("2026-01"), nombre).code == code


def test_les_deux_semestres() -> None:
    premier, second = semestre("2026-S1"), semestre("2026-S2")

    assert [(s.debut, s.fin, s.libelle) for s in (premier, second)] == [
        (date(2026, 1, 1), date(2026, 6, 30), "premier semestre 2026"),
        (date(2026, 7, 1), date(2026, 12, 31), "second semestre 2026"),
    ]


@pytest.mark.parametrize("code", ["2026-S3", "2026-s1", "2026S1", "", "0000-S1"])
def test_un_semestre_mal_ecrit_est_refuse(code: str) -> None:
    with pytest.raises(PeriodeInvalide):
        semestre(code)


def test_l_exercice_d_une_fiche_n_est_pas_l_annee_civile() -> None:
    d_avril = exercice(2024, premier_mois=4)

    assert (d_avril.debut, d_avril.fin, d_avril.libelle) == (date(2024, 4, 1), date(2025, 3, 31), "exercice 2024-2025")


def test_l_exercice_civil() -> None:
    assert (exercice(2024).debut, exercice(2024).fin) == (date(2024, 1, 1), date(2024, 12, 31))


def test_les_bornes_sont_dans_la_periode() -> None:
    octobre = mois("2026-10")

    assert [
        jour in octobre for jour in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_une_periode_ne_finit_pas_avant_de_commencer() -> None:
    with pytest.raises(PeriodeInvalide, match="finit avant de commencer"):
        Periode(date(2026, 2, 1), date(2026, 1, 1), "à l'envers", "")


def test_les_periodes_se_rangent_par_date() -> None:
    assert sorted([mois("2026-02"), mois("2025-12"), mois("2026-01")]) == [
        mois("2025-12"),
        mois("2026-01"),
        mois("2026-02"),
    ]
