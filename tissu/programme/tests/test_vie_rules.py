"""Les dates des séries et les rappels, sans base : cas écrits, et propriétés de toute série."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.choices import FrequenceReunion
from tissu.programme.rules.calendrier import (
    MOIS_ENTRE,
    EcheanceARappeler,
    Repere,
    Rythme,
    SerieImpossible,
    dates_de_serie,
    rappel_du,
    regle_de_serie,
    resume_du,
)
from tissu.socle.jours import est_ouvre

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "rappels.yaml").read_text(encoding="utf-8"))
RYTHME = Rythme(**CAS["rythme"])


@pytest.mark.parametrize("cas", CAS["rappels"], ids=lambda cas: cas["cas"])
def test_rappel(cas: dict[str, Any]) -> None:
    echeance = EcheanceARappeler(
        le=cas["echeance"],
        confiee_le=cas["confiee"],
        rappelee_le=cas.get("rappelee"),
        ouverte=cas.get("ouverte", True),
    )
    assert rappel_du(echeance, cas["au"], RYTHME) == cas["attendu"]


@pytest.mark.parametrize("cas", CAS["resumes"], ids=lambda cas: cas["cas"])
def test_resume_de_la_semaine(cas: dict[str, Any]) -> None:
    assert resume_du(cas["examine"], cas["au"], RYTHME) is cas["attendu"]


def test_deuxieme_mardi_de_chaque_mois() -> None:
    jours = dates_de_serie(date(2026, 5, 12), date(2026, 8, 31), frequence="mensuelle", repere=Repere.RANG)
    # Le 14 juillet est le deuxième mardi : reporté au 15.
    assert jours == [date(2026, 5, 12), date(2026, 6, 9), date(2026, 7, 15), date(2026, 8, 11)]


def test_cinquieme_jeudi_est_le_dernier() -> None:
    jours = dates_de_serie(date(2026, 1, 29), date(2026, 4, 30), frequence="mensuelle", repere=Repere.RANG)
    assert jours == [date(2026, 1, 29), date(2026, 2, 26), date(2026, 3, 26), date(2026, 4, 30)]


def test_le_31_se_garde_d_un_mois_long_a_l_autre() -> None:
    jours = dates_de_serie(date(2026, 3, 31), date(2026, 7, 31), frequence="mensuelle", repere=Repere.QUANTIEME)
    # Le 31 mai 2026 est un dimanche : reporté au lundi 1er juin, et juin garde le sien.
    assert jours == [date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 31)]


def test_report_au_dela_de_la_fin_n_a_pas_lieu() -> None:
    jours = dates_de_serie(date(2026, 4, 30), date(2026, 5, 30), frequence="mensuelle", repere=Repere.QUANTIEME)
    assert jours == [date(2026, 4, 30)]


def test_serie_qui_finit_avant_de_commencer() -> None:
    with pytest.raises(SerieImpossible, match="finit avant"):
        dates_de_serie(date(2026, 5, 12), date(2026, 5, 11), frequence="mensuelle", repere=Repere.RANG)


def test_regles_dites() -> None:
    assert regle_de_serie(date(2026, 5, 12), Repere.RANG) == "le deuxième mardi du mois"
    assert regle_de_serie(date(2026, 5, 31), Repere.RANG) == "le dernier dimanche du mois"
    assert regle_de_serie(date(2026, 5, 1), Repere.QUANTIEME) == "le 1er du mois"


def test_toutes_les_frequences_ont_leur_pas() -> None:
    assert set(MOIS_ENTRE) == set(FrequenceReunion.values)


@given(
    premiere=st.dates(date(2018, 1, 1), date(2035, 12, 31)),
    duree=st.integers(0, 1500),
    frequence=st.sampled_from(FrequenceReunion.values),
    repere=st.sampled_from(list(Repere)),
)
def test_toute_serie_est_ouvree_croissante_et_bornee(
    premiere: date, duree: int, frequence: str, repere: Repere
) -> None:
    fin = premiere + timedelta(days=duree)
    jours = dates_de_serie(premiere, fin, frequence=frequence, repere=repere)
    assert jours == sorted(set(jours))
    assert all(premiere <= jour <= fin and est_ouvre(jour) for jour in jours)
    # Jamais moins d'une réunion par période entière écoulée.
    assert len(jours) >= duree // (31 * MOIS_ENTRE[frequence])
