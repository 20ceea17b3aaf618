"""Le décor commun des essais du programme : une fiche, et ceux qui la lisent ou la modifient."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client

from tissu.comptes.models import Organisation, Personne
from tissu.programme.intouchables import GARDES
from tissu.programme.models import Convention, Critere, Fiche, Revue
from tissu.programme.tests import fabrique
from tissu.socle.intouchables import poser


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
def critere(fiche: Fiche) -> Critere:
    """Dix entreprises à suivre, sur la fiche 1."""
    return fabrique.critere(fiche)


@pytest.fixture
def revue(critere: Critere, mission_cci: Personne) -> Revue:
    """Le bilan de 2024, ouvert par la CCI ; ses chiffres sont au 31 décembre."""
    return fabrique.ouvrir_revue(critere.fiche.convention, mission_cci)


@pytest.fixture
def verrouillee(revue: Revue, mission_cci: Personne, mission_metropole: Personne) -> Revue:
    """Le même, signé par les deux partenaires."""
    return fabrique.verrouiller(revue, mission_cci, mission_metropole)


@pytest.fixture
def gardes(db: None) -> None:
    """Les refus que la base oppose d'elle-même, posés comme par la migration."""
    with connection.cursor() as curseur:
        poser(GARDES)(None, SimpleNamespace(connection=connection, execute=curseur.execute))


@pytest.fixture
def connecte(client: Client) -> Callable[[Personne], Client]:
    """Le client, connecté sous le nom d'une personne."""
    return lambda qui: fabrique.connecter(client, qui)
