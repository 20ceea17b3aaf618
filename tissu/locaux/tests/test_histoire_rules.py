"""L'algèbre des histoires : cas écrits, et propriétés de toute suite de gestes."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.locaux.choices import VACANTS, OrigineActivite
from tissu.locaux.rules.histoire import (
    HistoireRefusee,
    Tranche,
    changer,
    corriger_debut,
    depuis,
    est_structurelle,
    interrompre,
    sans_chevauchement,
)
from tissu.locaux.rules.origines import l_emporte
from tissu.locaux.rules.transformation import PartageRefuse, ajouter, partager

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "histoires.yaml").read_text(encoding="utf-8"))


def histoire(suite: list[list[Any]]) -> list[Tranche]:
    return [Tranche(debut, fin, fait, rang) for rang, (fait, debut, fin) in enumerate(suite)]


def ecrite(tranches: list[Tranche]) -> list[list[Any]]:
    return [[une.fait, une.debut, une.fin] for une in tranches]


@pytest.mark.parametrize("cas", CAS["changer"], ids=lambda cas: cas["cas"])
def test_changer(cas: dict[str, Any]) -> None:
    if "refus" in cas:
        with pytest.raises(HistoireRefusee, match=cas["refus"]):
            changer(histoire(cas["avant"]), cas["fait"], cas["le"])
    else:
        assert ecrite(changer(histoire(cas["avant"]), cas["fait"], cas["le"])) == cas["apres"]


@pytest.mark.parametrize("cas", CAS["corriger_debut"], ids=lambda cas: cas["cas"])
def test_corriger_debut(cas: dict[str, Any]) -> None:
    if "refus" in cas:
        with pytest.raises(HistoireRefusee, match=cas["refus"]):
            corriger_debut(histoire(cas["avant"]), cas["rang"], cas["debut"])
    else:
        assert ecrite(corriger_debut(histoire(cas["avant"]), cas["rang"], cas["debut"])) == cas["apres"]


@pytest.mark.parametrize("cas", CAS["depuis"], ids=lambda cas: cas["cas"])
def test_depuis(cas: dict[str, Any]) -> None:
    assert depuis(histoire(cas["histoire"]), cas["au"], VACANTS) == (cas["vacant"], cas["depuis"])


@pytest.mark.parametrize("cas", CAS["structurelle"], ids=lambda cas: cas["cas"])
def test_structurelle(cas: dict[str, Any]) -> None:
    assert est_structurelle(cas["depuis"], cas["au"], cas["mois"]) is cas["attendu"]


def parts(valeurs: list[int | None]) -> list[Decimal | None]:
    return [None if valeur is None else Decimal(valeur) for valeur in valeurs]


@pytest.mark.parametrize("cas", CAS["partager"], ids=lambda cas: cas["cas"])
def test_partager(cas: dict[str, Any]) -> None:
    tout = parts([cas["tout"]])[0]
    if "refus" in cas:
        with pytest.raises(PartageRefuse, match=cas["refus"]):
            partager(tout, parts(cas["parts"]))
    else:
        assert partager(tout, parts(cas["parts"])) == parts(cas["attendu"])


def test_ajouter_ignore_ce_qu_on_ne_sait_pas() -> None:
    assert [ajouter(parts([60, 40])), ajouter(parts([60, None]))] == [Decimal(100), None]


def test_la_main_l_emporte_sur_le_releve_sur_le_fichier_sur_la_naf() -> None:
    ordre = (OrigineActivite.NAF, OrigineActivite.FICHIER, OrigineActivite.RELEVE, OrigineActivite.MAIN)
    rendu = [[l_emporte(origine, sur) for sur in ordre] for origine in ordre]
    assert rendu == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ]


jours = st.dates(date(2015, 1, 1), date(2026, 12, 31))
gestes = st.lists(
    st.one_of(
        st.tuples(st.just("changer"), st.sampled_from("abcd"), st.one_of(st.none(), jours)),
        st.tuples(st.just("interrompre"), jours, st.none()),
        st.tuples(st.just("corriger"), st.integers(0, 9), st.one_of(st.none(), jours)),
    ),
    max_size=30,
)


@given(gestes)
def test_aucune_suite_de_gestes_ne_fait_se_chevaucher_deux_periodes(suite: list[tuple[str, Any, Any]]) -> None:
    tranches: list[Tranche] = []
    for geste, quoi, quand in suite:
        avant = len(tranches)
        try:
            if geste == "changer":
                tranches = changer(tranches, quoi, quand)
            elif geste == "interrompre":
                tranches = interrompre(tranches, quoi)
            elif quoi < len(tranches):
                tranches = corriger_debut(tranches, quoi, quand)
        except HistoireRefusee:
            continue
        assert sans_chevauchement(tranches)
        assert len(tranches) == avant + (geste == "changer")
        tranches = [Tranche(une.debut, une.fin, une.fait, rang) for rang, une in enumerate(tranches)]


@given(st.lists(jours, min_size=1, max_size=8, unique=True))
def test_changer_dans_l_ordre_couvre_tous_les_jours(dates: list[date]) -> None:
    tranches: list[Tranche] = []
    for rang, jour in enumerate(sorted(dates)):
        tranches = changer(tranches, rang, jour)
    jour = min(dates)
    while jour <= max(dates):
        assert sum(une.contient(jour) for une in tranches) == 1
        jour += timedelta(days=97)


sommes = st.lists(st.one_of(st.none(), st.decimals(0, 500, places=2)), min_size=2, max_size=5)


@given(st.one_of(st.none(), st.decimals(0, 1000, places=2)), sommes)
def test_un_partage_ne_perd_rien(tout: Decimal | None, valeurs: list[Decimal | None]) -> None:
    try:
        rendues = partager(tout, valeurs)
    except PartageRefuse:
        return
    assert len(rendues) == len(valeurs)
    if tout is not None and None not in rendues:
        assert ajouter(rendues) == tout
