"""Les décisions sur un message, sans base : heures calmes, budget, STOP, numéros, opérateurs, cadence."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.messages.rules.budget import Plafond, prochain_permis
from tissu.messages.rules.cadence import Cadence
from tissu.messages.rules.etats import etat_de_remise
from tissu.messages.rules.heures import Plage, prochain_moment
from tissu.messages.rules.numeros import NumeroRefuse, lire_mobile, mobile_lisible
from tissu.messages.rules.operateurs import Lenteur, Sante, de_service, est_lent
from tissu.messages.rules.reponses import demande_l_arret

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "regles.yaml").read_text(encoding="utf-8"))
MIDI = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def nomme(cas: dict[str, Any]) -> str:
    return str(cas.get("cas") or cas.get("texte") or cas.get("parties"))


def lu(moment: str | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)


@pytest.mark.parametrize("cas", CAS["heures"], ids=nomme)
def test_heures_calmes(cas: dict[str, Any]) -> None:
    assert prochain_moment(lu(cas["au"]), Plage(time(8), time(20))) == lu(cas["permis"])


@pytest.mark.parametrize("cas", CAS["budget"]["cas"], ids=nomme)
def test_budget(cas: dict[str, Any]) -> None:
    plafonds = [Plafond(un["combien"], timedelta(hours=un["heures"])) for un in CAS["budget"]["plafonds"]]
    recents = [MIDI - timedelta(hours=heures) for heures in cas["recents"]]
    assert prochain_permis(recents, MIDI, plafonds) == MIDI + timedelta(hours=cas["attente"])


@pytest.mark.parametrize("cas", CAS["reponses"], ids=nomme)
def test_stop_seul_arrete(cas: dict[str, Any]) -> None:
    assert demande_l_arret(cas["texte"]) is cas["arret"]


@pytest.mark.parametrize("cas", CAS["mobiles"], ids=nomme)
def test_mobiles(cas: dict[str, Any]) -> None:
    if "motif" in cas:
        with pytest.raises(NumeroRefuse, match=cas["motif"]):
            lire_mobile(cas["texte"])
    else:
        assert lire_mobile(cas["texte"]) == cas["lu"]
        assert lire_mobile(mobile_lisible(cas["lu"])) == cas["lu"]


@pytest.mark.parametrize("cas", CAS["operateurs"], ids=nomme)
def test_operateur_de_service(cas: dict[str, Any]) -> None:
    santes = [
        Sante(
            nom, vu is not None, None if vu is None else MIDI - timedelta(seconds=vu),
            None if lent is None else MIDI + timedelta(seconds=lent),
        )
        for nom, vu, lent in cas["santes"]
    ]  # fmt: skip
    assert de_service(santes, MIDI, silence=timedelta(seconds=30)) == cas["choisi"]


@pytest.mark.parametrize("cas", CAS["lenteurs"], ids=nomme)
def test_lenteur(cas: dict[str, Any]) -> None:
    assert est_lent(cas["tardifs"], cas["total"], Lenteur(0.15, timedelta(minutes=5), 20)) is cas["lent"]


@pytest.mark.parametrize("cas", CAS["remises"], ids=nomme)
def test_etat_d_une_remise(cas: dict[str, Any]) -> None:
    assert etat_de_remise(cas["parties"]) == cas["etat"]


@given(
    debit=st.sampled_from([0.5, 1.0, 3.0, 25.0, 80.0]),
    pas=st.lists(st.floats(0.001, 0.3), min_size=20, max_size=200),
)
def test_jamais_plus_que_le_debit_dans_une_seconde(debit: float, pas: list[float]) -> None:
    cadence, maintenant, departs = Cadence(debit), 0.0, []
    for un in pas:
        maintenant += un
        combien = cadence.places(maintenant, 200)
        cadence.partis(maintenant, combien)
        departs += [maintenant] * combien
    au_plus = max(int(debit), 1)
    assert all(sum(depart <= autre < depart + 1 for autre in departs) <= au_plus for depart in departs)


def test_freinee_elle_repart_peu_a_peu() -> None:
    cadence = Cadence(20.0)
    cadence.freiner(0.0)
    cadence.freiner(0.5)
    assert cadence.courant == 14.0
    for seconde in range(2, 8):
        cadence.suivre(float(seconde))
    assert cadence.courant == 20.0


def test_sans_limite_elle_apprend_le_debit_d_une_plainte() -> None:
    cadence = Cadence(0.0)
    assert cadence.places(0.0, 150) == 150
    cadence.partis(0.0, 150)
    cadence.freiner(0.1)
    assert cadence.courant == 105.0
    assert cadence.places(0.1, 150) == 0
    assert 0 < cadence.attente(0.1) < 1.02
