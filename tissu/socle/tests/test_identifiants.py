"""SIREN et SIRET : la clé, l'exception de La Poste, et les numéros trouvés dans un texte collé."""

import pytest

from tissu.socle.identifiants import siren_valide, siret_valide

# Des numéros d'exemple connus, dont la clé de Luhn est juste.
SIREN = "552100554"
SIRET = "55210055400013"
AUTRE_SIREN = "732829320"
AUTRE_SIRET = "73282932000074"


@pytest.mark.parametrize("siren", [SIREN, AUTRE_SIREN, "356000000"])
def test_un_siren_juste(siren: str) -> None:
    assert siren_valide(siren)


@pytest.mark.parametrize("siren", ["", "552100555", "55210055", "5521005540", "552 100 554", "55210055A", "٥٥٢١٠٠٥٥٤"])
def test_un_siren_faux(siren: str) -> None:
    assert not siren_valide(siren)


@pytest.mark.parametrize("siret", [SIRET, AUTRE_SIRET])
def test_un_siret_juste(siret: str) -> None:
    assert siret_valide(siret)


@pytest.mark.parametrize("siret", ["", "55210055400014", SIREN, SIRET + "0", "552 100 554 00013", "5521005540001X"])
def test_un_siret_faux(siret: str) -> None:
    assert not siret_valide(siret)


def test_la_poste_suit_sa_propre_regle() -> None:
    """Pour le SIREN 356 000 000, la somme des chiffres est un multiple de 5, sauf au siège."""
    par_la_somme, par_luhn_seulement, siege = "35600000000001", "35600000000022", "35600000000048"

    assert [siret_valide(siret) for siret in (par_la_somme, par_luhn_seulement, siege)] == [True, False, True]
