"""Le décor des essais de la fiche 5 : des personnes, une connexion, une mémoire neuve."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tissu.actions.observatoire_commerce.queries import vacance
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.queries import situation
from tissu.locaux.tests.fabrique import personne


@pytest.fixture(autouse=True)
def sans_registre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Un dossier de données à cet essai seul, et aucune situation ni aucun chiffre gardé d'un autre."""
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    situation.oublier()
    vacance.oublier()
    yield
    situation.oublier()
    vacance.oublier()


@pytest.fixture
def mission(db: None) -> Personne:
    return personne(Role.CHARGE_MISSION)


@pytest.fixture
def voisine(db: None) -> Personne:
    """La chargée de mission de l'autre partenaire."""
    return personne(Role.CHARGE_MISSION, organisation="metropole")


@pytest.fixture
def elu(db: None) -> Personne:
    return personne(Role.ELU, organisation="metropole")


@pytest.fixture
def agence(db: None) -> Personne:
    """Une chargée de mission qui n'est d'aucun des deux partenaires."""
    return personne(Role.CHARGE_MISSION, organisation="agence")
