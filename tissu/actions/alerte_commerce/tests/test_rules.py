"""Horaires, codes et doublons : les cas de `cas/*.yaml`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.actions.alerte_commerce.choices import EtatAdherent, GesteAdherent
from tissu.actions.alerte_commerce.rules import codes, doublons, horaires, parcours

CAS = Path(__file__).parent / "cas"
AU = datetime(2026, 11, 23, 9, tzinfo=UTC)


def lire(nom: str) -> Any:
    return yaml.safe_load((CAS / f"{nom}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("cas", lire("horaires")["lectures"], ids=lambda cas: cas["texte"])
def test_lire_des_horaires_puis_les_relire(cas: dict[str, Any]) -> None:
    plages = horaires.lire_plages(cas["texte"])
    assert plages == cas["plages"]
    assert horaires.lire_plages(horaires.ecrire_plages(plages)) == plages


@pytest.mark.parametrize("texte", lire("horaires")["refus"])
def test_des_horaires_illisibles_se_disent(texte: str) -> None:
    with pytest.raises(horaires.HorairesIllisibles):
        horaires.lire_plages(texte)


@pytest.mark.parametrize("cas", lire("horaires")["ouvertures"], ids=lambda cas: cas["nom"])
def test_est_ouvert(cas: dict[str, Any]) -> None:
    assert horaires.est_ouvert(cas["horaires"], datetime.fromisoformat(cas["moment"])) is cas["ouvert"]


@pytest.mark.parametrize("cas", lire("codes")["envois"], ids=lambda cas: cas["nom"])
def test_combien_de_codes(cas: dict[str, Any]) -> None:
    def moments(minutes: list[int]) -> list[datetime]:
        return [AU - timedelta(minutes=une) for une in minutes]

    refus = codes.refus_d_envoi(
        moments(cas["numero"]), moments(cas["origine"]), au=AU, limites=codes.Limites(3, 6, 20)
    )  # fmt: skip
    assert bool(refus) == bool(cas["refus"])
    assert refus.startswith(cas["refus"])


@pytest.mark.parametrize("cas", lire("codes")["essais"], ids=lambda cas: cas["nom"])
def test_juger_un_essai(cas: dict[str, Any]) -> None:
    verdict = codes.juger(
        juste=cas["juste"], essais=cas["essais"], essais_max=5, utilise=cas["utilise"], au=AU,
        expire_le=AU + timedelta(minutes=cas["restent_min"]),
    )  # fmt: skip
    assert verdict.etat == cas["etat"]
    assert bool(verdict.phrase) == (cas["etat"] != "juste")


@pytest.mark.parametrize("cas", lire("doublons"), ids=lambda cas: cas["nom"])
def test_reconnaitre_un_doublon(cas: dict[str, Any]) -> None:
    nouvelle, connue = doublons.Fiche(pk=0, **cas["nouvelle"]), doublons.Fiche(pk=7, **cas["connue"])
    attendus = [(7, cas["raison"])] if cas["raison"] else []
    assert doublons.candidats(nouvelle, [connue]) == attendus
    assert doublons.est_le_meme(nouvelle, connue) is cas["meme"]


def test_d_ou_l_on_peut_aller() -> None:
    assert parcours.suite(EtatAdherent.A_VERIFIER, GesteAdherent.ACCEPTE) == EtatAdherent.ACTIF
    assert parcours.suite(EtatAdherent.DEMANDE, GesteAdherent.ACCEPTE) is None
    assert {etat for etat in EtatAdherent if parcours.suite(etat, GesteAdherent.PARTI)} == {
        EtatAdherent.DEMANDE, EtatAdherent.A_VERIFIER, EtatAdherent.ACTIF, EtatAdherent.SUSPENDU,
    }  # fmt: skip
