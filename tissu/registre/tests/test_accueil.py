"""Ce que le registre dit sur la page d'accueil, à chacun selon ses rôles."""

from datetime import date

import pytest

from tissu.registre.accueil import accueil, mois_couvert
from tissu.registre.models import Correction, EtatCorrection
from tissu.registre.tests import exemple as x


def test_le_bloc_du_registre(registre_exemple, personne):
    Correction.objects.create(
        siret=x.GARAGE, champ="enseigne", valeur="A", motif="Vu", le=x.LE, etat=EtatCorrection.A_REVOIR
    )
    bloc = accueil(personne("charge_mission"), au=x.LE)
    assert [chiffre.valeur for chiffre in bloc.chiffres] == [0, 0]
    assert [ligne.titre.replace("\u00a0", " ") for ligne in bloc.attentes] == ["1 correction à revoir"]
    assert "30 octobre 2026" in bloc.nouveautes[0].titre.replace("\u00a0", " ")


@pytest.mark.parametrize(("role", "attentes"), [("lecteur", []), ("police", None)])
def test_chacun_selon_son_role(registre_exemple, personne, role, attentes):
    bloc = accueil(personne(role), au=x.LE)
    assert (bloc.attentes if bloc else None) == attentes


def test_sans_registre_rien(personne, tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    assert accueil(personne("lecteur"), au=x.LE) is None


@pytest.mark.parametrize(
    ("source_au", "attendu"),
    [
        (date(2026, 10, 31), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 11, 1), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 3, 15), (date(2026, 2, 1), date(2026, 2, 28))),
    ],
)
def test_le_mois_couvert_est_entier(source_au, attendu):
    assert mois_couvert(source_au) == attendu
