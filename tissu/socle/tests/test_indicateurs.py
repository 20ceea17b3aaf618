"""Les indicateurs que les portes promettent : uniques, au nom de leur action."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from tissu.socle import indicateurs as module
from tissu.socle.action import Action
from tissu.socle.indicateurs import Indicateur, Releve, indicateurs
from tissu.socle.periodes import Periode, mois


def compter(periode: Periode, *, au: object) -> Releve:
    return Releve(valeur=Decimal(periode.debut.month), source_au=date(2026, 1, 1))


BON = Indicateur(
    code="essai.rapports", titre="Rapports", definition="Les rapports remis.", unite="rapports", source="tissu",
    version="1", mesurer=compter,
)  # fmt: skip
DECLARES: list[Indicateur] = []


@pytest.fixture(autouse=True)
def action_d_essai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    action = Action("essai", "Essai", "Essai", "Essai.", indicateurs=f"{__name__}.DECLARES")
    monkeypatch.setattr(module, "actions", lambda: [action])
    yield
    DECLARES.clear()


def test_un_indicateur_declare_se_trouve_et_se_mesure() -> None:
    DECLARES.append(BON)
    assert indicateurs() == {"essai.rapports": BON}
    assert BON.relever(mois("2026-03"), au=timezone.now()).valeur == 3


@pytest.mark.parametrize("autre", [BON, replace(BON, code="voisine.rapports")], ids=["double", "autre prefixe"])
def test_un_code_en_double_ou_d_une_autre_action_est_refuse(autre: Indicateur) -> None:
    DECLARES.extend([BON, autre])
    with pytest.raises(ValueError, match="rapports"):
        indicateurs()
