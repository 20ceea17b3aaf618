"""Le décor commun des essais du programme : une fiche, et ceux qui la lisent ou la modifient."""

from collections.abc import Callable

import pytest
from django.test import Client

from tissu.comptes.models import Organisation, Personne
from tissu.programme.models import Convention, Fiche
from tissu.programme.tests import fabrique


@pytest.fixture
def cci(db: None) -> Organisation:
    return fabrique.partenaire("cci")


@pytest.fixture
def metropole(db: None) -> Organisation:
    return fabrique.partenaire("metropole")


@pytest.fixture
def convention(db: None) -> Convention:
    return fabrique.convention()


@pytest.fixture
def fiche(db: None) -> Fiche:
    """La fiche 1 de 2024, conduite par la CCI : 12 + 1 jours, 9 100 €."""
    return fabrique.fiche()


@pytest.fixture
def mission_cci(db: None) -> Personne:
    """Chargée de mission du maître d'ouvrage."""
    return fabrique.personne("charge_mission", organisation="cci")


@pytest.fixture
def mission_metropole(db: None) -> Personne:
    """Chargée de mission de l'autre partenaire."""
    return fabrique.personne("charge_mission", organisation="metropole")


@pytest.fixture
def elue(db: None) -> Personne:
    return fabrique.personne("elu", organisation="metropole")


@pytest.fixture
def entreprise(db: None) -> Personne:
    """Une personne sans droit de lire le programme."""
    return fabrique.personne("entreprise", organisation="agence")


@pytest.fixture
def administratrice(db: None) -> Personne:
    return fabrique.personne("administrateur", organisation="cci")


@pytest.fixture
def connecte(client: Client) -> Callable[[Personne], Client]:
    """Le client, connecté sous le nom d'une personne."""
    return lambda qui: fabrique.connecter(client, qui)
