"""Le décor commun des essais de bout en bout : le registre marqué, et quelqu'un qui n'a qu'un rôle."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.registre_marque import annonces_du_bodacc, fichiers, installer_en_base
from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.registre.models import EditionConsulaire
from tissu.registre.operations.bodacc import importer_bodacc
from tissu.registre.operations.importation import importer_sirene
from tissu.registre.tests.exemple import LE, TERRITOIRE
from tissu.socle.travaux import SansSuivi


@pytest.fixture(scope="package")
def modele(tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any) -> Path:
    """Le registre marqué, composé une fois ; la base n'en garde rien."""
    racine = tmp_path_factory.mktemp("diffusion")
    with pytest.MonkeyPatch.context() as environnement, django_db_blocker.unblock(), transaction.atomic():
        environnement.setenv("TISSU_DONNEES", str(racine / "donnees"))
        installer_en_base()
        importer_bodacc(chemin=annonces_du_bodacc(racine / "bodacc"), auteur=None)
        importer_sirene(
            dossier=fichiers(racine / "sirene"), territoire=TERRITOIRE, auteur=None, au=LE, suivi=SansSuivi()
        )
        transaction.set_rollback(True)
    return racine / "donnees"


@pytest.fixture
def registre(modele: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[EditionConsulaire]:
    monkeypatch.setenv("TISSU_DONNEES", str(modele))
    cache.clear()
    yield installer_en_base()


@pytest.fixture
def entrer(db: None) -> Callable[[Role], Client]:
    """Le navigateur d'une personne qui n'a que ce rôle."""

    def connecter(role: Role) -> Client:
        chez, _ = Organisation.objects.get_or_create(nom="Essai", defaults={"type": "cci"})
        personne = Personne.objects.create_user(f"{role.value}@essai.example", organisation=chez)
        Attribution.objects.create(personne=personne, role=role)
        client = Client()
        client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.personne = personne  # type: ignore[attr-defined]
        return client

    return connecter
