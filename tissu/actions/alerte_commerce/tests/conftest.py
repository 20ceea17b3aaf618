"""Le décor des essais de la fiche 3 : des personnes, une connexion, un dossier de données neuf."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from tissu.actions.alerte_commerce.tests.fabrique import personne
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.queries import situation


@pytest.fixture(autouse=True)
def a_neuf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Un dossier de données à cet essai seul ; ni situation gardée, ni compte de limites d'un autre."""
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    situation.oublier()
    cache.clear()
    yield
    situation.oublier()
    cache.clear()


@pytest.fixture
def mission(db: None) -> Personne:
    """La chargée de mission de la chambre."""
    return personne(Role.CHARGE_MISSION)


@pytest.fixture
def voisine(db: None) -> Personne:
    """La chargée de mission de la métropole."""
    return personne(Role.CHARGE_MISSION, organisation="metropole")


@pytest.fixture
def officier(db: None) -> Personne:
    return personne(Role.POLICE, organisation="police")
