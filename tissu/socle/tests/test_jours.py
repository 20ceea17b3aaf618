"""Les fêtes légales et les jours ouvrés."""

from datetime import date

from tissu.socle.jours import feries, jour_ouvre, paques


def test_les_fetes_de_2024() -> None:
    fetes = feries(2024)
    assert len(fetes) == 11
    assert fetes[date(2024, 4, 1)] == "Lundi de Pâques"
    assert fetes[date(2024, 5, 9)] == "Ascension"
    assert fetes[date(2024, 5, 20)] == "Lundi de Pentecôte"
    assert paques(2026) == date(2026, 4, 5)
    assert paques(2025) == date(2025, 4, 20)


def test_les_fetes_de_2026() -> None:
    attendus = "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"
    assert sorted(f"{jour:%m-%d}" for jour in feries(2026)) == attendus.split()


def test_report_au_premier_jour_ouvre() -> None:
    # Le 1er mai 2026 est un vendredi férié : le premier jour ouvré qui suit est le lundi 4.
    assert jour_ouvre(date(2026, 5, 1)) == date(2026, 5, 4)
