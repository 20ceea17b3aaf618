"""Les montants lus d'un tableur ou d'une convention, et leur arrondi."""

from decimal import Decimal

import pytest

from tissu.socle.argent import MontantInvalide, arrondir, lire_montant
from tissu.socle.formats import euros


@pytest.mark.parametrize(
    ("texte", "montant"),
    [
        ("22.300 €", "22300"),
        ("1 400 €", "1400"),
        ("1\u202f400,50\u00a0€", "1400.50"),
        ("1.234.567,89", "1234567.89"),
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("0.300", "0.300"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("0", "0"),
    ],
)
def test_un_montant_ecrit_a_la_francaise(texte: str, montant: str) -> None:
    assert lire_montant(texte) == Decimal(montant)


@pytest.mark.parametrize("texte", ["", "néant", "12,3,4", "1.23.456", "12 k€", "NaN", "1e3", "--5"])
def test_ce_qui_n_est_pas_un_montant_est_refuse(texte: str) -> None:
    with pytest.raises(MontantInvalide, match="écrivez par exemple"):
        lire_montant(texte)


@pytest.mark.parametrize(
    ("exact", "arrondi"), [("2.675", "2.68"), ("2.674999", "2.67"), ("-2.675", "-2.68"), ("3", "3.00")]
)
def test_l_arrondi_comptable(exact: str, arrondi: str) -> None:
    assert arrondir(Decimal(exact)) == Decimal(arrondi)


@pytest.mark.parametrize("montant", [Decimal("1400.50"), Decimal("-3.00"), Decimal("12345678.90")])
def test_ce_que_le_produit_ecrit_il_sait_le_relire(montant: Decimal) -> None:
    assert lire_montant(euros(montant, 2)) == montant
