"""L'opérateur de SMS des essais : un serveur SMPP par module, remis à neuf avant chaque essai."""

from collections.abc import Iterator

import pytest

from tissu.messages.tests.smsc import Smsc


@pytest.fixture(scope="module")
def serveur() -> Iterator[Smsc]:
    with Smsc({"tissu": {}, "secours": {}}) as smsc:
        yield smsc


@pytest.fixture
def smsc(serveur: Smsc) -> Smsc:
    serveur.couper()
    serveur.effacer()
    return serveur
