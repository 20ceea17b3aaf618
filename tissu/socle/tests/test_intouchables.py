"""La base refuse elle-même de toucher à ce qui est figé."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from tissu.socle.intouchables import Intouchable, poser, retirer

GARDES = (
    Intouchable("essai_ligne", condition="OLD.figee = 1", condition_ajout="NEW.montant < 0"),
    Intouchable("essai_journal"),
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with connection.cursor() as curseur:
        curseur.execute("CREATE TABLE essai_ligne (id integer, figee integer, montant integer)")
        curseur.execute("CREATE TABLE essai_journal (id integer)")
        curseur.execute("INSERT INTO essai_ligne VALUES (1, 0, 10), (2, 1, 20)")
        curseur.execute("INSERT INTO essai_journal VALUES (1)")
        # Hors de `connection.schema_editor` : SQLite n'en ouvre pas dans une transaction.
        _appliquer(poser)
        yield
        _appliquer(retirer)
        curseur.execute("DROP TABLE essai_ligne")
        curseur.execute("DROP TABLE essai_journal")


def _appliquer(geste: object) -> None:
    class Ordres:
        def __init__(self) -> None:
            self.connection = connection

        def execute(self, ordre: str) -> None:
            with connection.cursor() as curseur:
                curseur.execute(ordre)

    geste(GARDES)(None, Ordres())  # type: ignore[operator]


def executer(ordre: str) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE essai_ligne SET montant = 0 WHERE id = 2",
        "UPDATE essai_ligne SET figee = 0",
        "DELETE FROM essai_ligne WHERE id = 2",
        "DELETE FROM essai_ligne",
        "INSERT INTO essai_ligne VALUES (3, 0, -1)",
        "UPDATE essai_journal SET id = 2",
        "DELETE FROM essai_journal",
    ],
)
def test_ce_qui_est_fige_ne_bouge_pas(ordre: str) -> None:
    with pytest.raises(DatabaseError, match="figee"):
        executer(ordre)
    with connection.cursor() as curseur:
        curseur.execute("SELECT id, figee, montant FROM essai_ligne ORDER BY id")
        assert curseur.fetchall() == [(1, 0, 10), (2, 1, 20)]
        curseur.execute("SELECT id FROM essai_journal")
        assert curseur.fetchall() == [(1,)]


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE essai_ligne SET montant = 11 WHERE id = 1",
        "DELETE FROM essai_ligne WHERE id = 1",
        "INSERT INTO essai_ligne VALUES (3, 0, 1)",
        "INSERT INTO essai_journal VALUES (2)",
    ],
)
def test_ce_qui_ne_l_est_pas_se_modifie(ordre: str) -> None:
    executer(ordre)


def test_une_ligne_se_fige_par_une_modification() -> None:
    executer("UPDATE essai_ligne SET figee = 1 WHERE id = 1")
    with pytest.raises(DatabaseError, match="figee"):
        executer("UPDATE essai_ligne SET figee = 0 WHERE id = 1")
