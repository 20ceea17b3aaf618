"""Ce que tout essai respecte : données jetables, pas de réseau, lecture sans écriture, gabarit sans inconnue."""

import os
import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings

os.environ.setdefault("TISSU_DONNEES", tempfile.mkdtemp(prefix="tissu-essais-"))

# Une machine chargée ralentit un tirage : la lenteur n'est pas un défaut de la règle essayée.
settings.register_profile("tissu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tissu")

ECRITURE = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+[\"`]?(\w+)", re.IGNORECASE)
# Une consultation tient son journal, sa session et l'état d'une connexion, rien d'autre (allauth y note que des
# codes de secours ont été vus).
# Compter un téléchargement est la trace d'une lecture, de même nature que le journal des accès.
TABLES_D_UNE_LECTURE = {
    "django_session", "comptes_acces", "comptes_evenementdecompte", "mfa_authenticator", "publications_telechargement",
}  # fmt: skip


class EcritureParLecture(AssertionError):
    """Une requête GET a écrit en base."""


class ReseauInterdit(AssertionError):
    """Un essai a voulu sortir de la machine."""


@pytest.fixture(autouse=True)
def sans_reseau(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seules la boucle locale et les sockets de fichier sont permises."""
    vraie = socket.socket.connect

    def connecter(prise: socket.socket, adresse: Any) -> Any:
        if isinstance(adresse, tuple) and adresse[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise ReseauInterdit(f"Un essai appelle {adresse[0]} : servez-lui une réponse locale.")
        return vraie(prise, adresse)

    monkeypatch.setattr(socket.socket, "connect", connecter)


@pytest.fixture(autouse=True)
def lecture_sans_ecriture(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Un GET du client d'essai n'écrit dans aucune table hors du journal et de la session."""
    from django.db import connection
    from django.test import Client

    vrai_get = Client.get

    def surveiller(execute: Any, sql: str, *reste: Any) -> Any:
        trouve = ECRITURE.match(sql)
        if trouve and trouve[2] not in TABLES_D_UNE_LECTURE:
            raise EcritureParLecture(f"Cette lecture écrit dans {trouve[2]} : {sql[:200]}")
        return execute(sql, *reste)

    def get(self: Client, *args: Any, **kwargs: Any) -> Any:
        with connection.execute_wrapper(surveiller):
            return vrai_get(self, *args, **kwargs)

    monkeypatch.setattr(Client, "get", get)
    yield


class VariableInconnue(AssertionError):
    """Un gabarit nomme une variable que la vue ne donne pas."""


class _Refus(str):
    """Ce que Django écrit à la place d'une variable inconnue : ici, l'essai échoue en la nommant."""

    def __mod__(self, variable: object) -> str:
        raise VariableInconnue(f"Variable de gabarit inconnue : {variable}")


@pytest.fixture(autouse=True)
def gabarits_sans_inconnue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Une variable absente d'un gabarit fait échouer l'essai au lieu de laisser un blanc."""
    from django.template import engines

    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", _Refus("%s"))


@pytest.fixture
def connecte(client: Client) -> Callable[[Any], Client]:
    """Le client, connecté sous le nom d'une personne."""

    def connecter(qui: Any) -> Client:
        client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return connecter


@pytest.fixture
def avancer_le_debit(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Arrête l'horloge des débits : un essai tient dans une seule de leurs périodes, si lente que soit la machine.

    Rend de quoi porter, au compteur que la première demande a ouvert, d'autres demandes sans les faire.
    """
    from django.core.cache import cache
    from django_ratelimit import core

    monkeypatch.setattr(core, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    cache.clear()

    def avancer(combien: int) -> None:
        compteurs: Any = cache
        (cle,) = [cle.split(":", 2)[2] for cle in compteurs._cache if "rl:" in cle]
        cache.incr(cle, combien)

    return avancer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marque ce qui ne touche pas à la base : inutile de le repasser sur PostgreSQL."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        touche = fixtures & {"db", "transactional_db", "client", "admin_client", "live_server"}
        if not touche and item.get_closest_marker("django_db") is None:
            item.add_marker("sans_base")


@pytest.fixture(autouse=True)
def situation_des_locaux_oubliee() -> None:
    """La base d'un essai est rendue à la fin : ce qui en était gardé en mémoire ne vaut plus."""
    from tissu.actions.observatoire_commerce.queries import vacance
    from tissu.locaux.queries.situation import oublier

    oublier()
    vacance.oublier()


@pytest.fixture(autouse=True)
def lectures_de_cartes_oubliees() -> None:
    """Deux essais peuvent poser d'autres données sous la même version : rien ne se garde de l'un à l'autre."""
    from tissu.cartes.lecture import oublier

    oublier()
