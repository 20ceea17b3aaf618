"""La démonstration s'écrit par les opérations, et la relancer n'ajoute rien."""

from pathlib import Path

import pytest

from tissu.actions.fichier_entreprises import demo
from tissu.actions.fichier_entreprises.models import (
    EditionMensuelle,
    EditionPlusDe50,
    EtapePiste,
    FiliereExcellence,
    Piste,
    RegleDePiste,
    Veille,
)
from tissu.actions.fichier_entreprises.tests.conftest import AU
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import Instantane
from tissu.registre.models import Zone
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
MODELES = (EditionMensuelle, EditionPlusDe50, FiliereExcellence, RegleDePiste, Piste, EtapePiste, Veille)


def comptes() -> dict[str, int]:
    return {modele.__name__: modele._default_manager.count() for modele in MODELES}


def test_la_demonstration_se_relance_sans_rien_doubler(
    registre: Instantane, zone_valmy: Zone, mission: Personne, chargee: Personne, tmp_path: Path
) -> None:
    demo.installer(dossier=tmp_path, au=AU, suivi=SansSuivi())
    premiers = comptes()
    assert (premiers["EditionMensuelle"], premiers["EditionPlusDe50"], premiers["RegleDePiste"]) == (12, 2, 3)
    assert sorted(Piste.objects.values_list("regle__nom", flat=True)) == [
        "Agroalimentaire, dix salariés et plus",
        "Numérique à Valmy",
    ]
    assert EditionMensuelle.objects.get(mois="2026-10").publiee_le.date().isoformat() == "2026-11-11"
    demo.installer(dossier=tmp_path, au=AU, suivi=SansSuivi())
    assert comptes() == premiers


def test_sans_comptes_la_fiche_reste_vide(registre: Instantane, db: None, tmp_path: Path) -> None:
    demo.installer(dossier=tmp_path, au=AU, suivi=SansSuivi())
    assert set(comptes().values()) == {0}
