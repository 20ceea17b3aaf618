"""La démonstration s'écrit par les opérations, et la relancer n'ajoute rien."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

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
from tissu.comptes.models import Organisation, Personne
from tissu.entrepot.instantane import Instantane
from tissu.publications.models import Edition
from tissu.registre.models import Zone
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
MODELES = (EditionMensuelle, EditionPlusDe50, FiliereExcellence, RegleDePiste, Piste, EtapePiste, Veille)


def comptes() -> dict[str, int]:
    return {modele.__name__: modele._default_manager.count() for modele in MODELES}


def test_la_demonstration_se_relance_sans_rien_doubler(
    registre: Instantane, zone_valmy: Zone, mission: Personne, chargee: Personne, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mission.organisation = Organisation.objects.create(nom="Chambre", type="cci")
    mission.save()
    demo.installer(dossier=tmp_path, au=AU, suivi=SansSuivi())
    premiers = comptes()
    assert (premiers["EditionMensuelle"], premiers["EditionPlusDe50"], premiers["RegleDePiste"]) == (12, 2, 3)
    assert sorted(Piste.objects.values_list("regle__nom", flat=True)) == [
        "Agroalimentaire, dix salariés et plus",
        "Numérique à Valmy",
    ]
    assert EditionMensuelle.objects.get(mois="2026-10").publiee_le.date().isoformat() == "2026-11-11"
    dates = [(une.preparee_le, une.diffusee_le, une.retiree_le or AU) for une in Edition.objects.order_by("numero")]
    assert len(dates) == 5
    assert len({timezone.localdate(diffusee) for _, diffusee, _ in dates if diffusee}) == 5
    assert all(preparee < diffusee < retiree <= AU for preparee, diffusee, retiree in dates if diffusee)
    demo.installer(dossier=tmp_path, au=AU, suivi=SansSuivi())
    assert comptes() == premiers


def test_sans_comptes_la_fiche_reste_vide(registre: Instantane, db: None, tmp_path: Path) -> None:
    demo.installer(dossier=tmp_path, au=AU, suivi=SansSuivi())
    assert set(comptes().values()) == {0}
