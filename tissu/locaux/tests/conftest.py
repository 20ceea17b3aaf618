"""Le décor commun des essais des locaux : qui lit, qui écrit."""

import pytest

from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique


@pytest.fixture
def agent(db: None) -> Personne:
    """Chargé de mission de la chambre."""
    return fabrique.personne("charge_mission", organisation="cci")


@pytest.fixture
def agent_metropole(db: None) -> Personne:
    return fabrique.personne("charge_mission", organisation="metropole")


@pytest.fixture
def agent_agence(db: None) -> Personne:
    """Un agent, mais pas d'un partenaire."""
    return fabrique.personne("charge_mission", organisation="agence")


@pytest.fixture
def lectrice(db: None) -> Personne:
    return fabrique.personne("lecteur", organisation="metropole")
