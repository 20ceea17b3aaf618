"""L'arithmétique du budget : les parts font le tout, un montant absent n'est pas un zéro."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.rules import budget

MONTANTS = st.decimals("-999999.99", "999999.99", places=2)
POIDS = st.lists(st.decimals("0", "10000", places=2), min_size=1, max_size=12).filter(lambda poids: sum(poids) > 0)


@given(MONTANTS, POIDS)
def test_les_parts_font_exactement_le_montant(montant: Decimal, poids: list[Decimal]) -> None:
    parts = budget.repartir(montant, poids)
    assert sum(parts) == montant
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)


@given(MONTANTS, POIDS)
def test_chaque_part_est_a_moins_d_un_centime_de_son_exact(montant: Decimal, poids: list[Decimal]) -> None:
    for part, un in zip(budget.repartir(montant, poids), poids, strict=True):
        assert abs(part - montant * un / sum(poids)) < Decimal("0.01")


def test_soixante_quarante_au_centime() -> None:
    assert budget.repartir(Decimal("100.01"), [Decimal(60), Decimal(40)]) == [Decimal("60.01"), Decimal("40.00")]


@pytest.mark.parametrize("poids", [[], [Decimal(0)], [Decimal(1), Decimal(-1)]])
def test_sans_poids_positif_on_ne_partage_pas(poids: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="poids"):
        budget.repartir(Decimal(1), poids)


def test_un_montant_absent_ne_compte_pas_et_se_dit() -> None:
    montants = [Decimal(7000), None]
    assert budget.somme(montants) == 7000
    assert budget.incomplet(montants)


def test_le_taux_implicite_de_la_fiche_8() -> None:
    assert budget.taux_implicite(montant=Decimal(10900), jours=Decimal(16)) == Decimal("681.25")


def test_le_taux_de_cofinancement_de_la_fiche_2() -> None:
    taux = budget.taux_de_cofinancement(contribution=Decimal(10800), total=Decimal(16100))
    assert taux is not None and round(taux, 4) == Decimal("0.6708")
    assert budget.taux_de_cofinancement(contribution=None, total=Decimal(16100)) is None
