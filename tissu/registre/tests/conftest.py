"""Le registre exemple, importé une fois pour tous les essais qui le lisent."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.registre.models import Zone
from tissu.registre.tests import exemple, petit_registre


@pytest.fixture(scope="session")
def dossier_exemple(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Path:
    """Le dossier de données du registre exemple ; ce que l'import a écrit en base est défait aussitôt."""
    racine = tmp_path_factory.mktemp("exemple")
    avant = os.environ["TISSU_DONNEES"]
    os.environ["TISSU_DONNEES"] = str(racine / "donnees")
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            exemple.installer(racine)
            transaction.set_rollback(True)
    finally:
        os.environ["TISSU_DONNEES"] = avant
    return racine / "donnees"


@pytest.fixture
def registre_exemple(dossier_exemple: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """Le registre exemple en place, à lire sans l'écrire, et sa zone en base."""
    monkeypatch.setenv("TISSU_DONNEES", str(dossier_exemple))
    Zone.objects.create(**exemple.ZONE)
    yield


@pytest.fixture
def personne(db: None) -> Callable[..., Personne]:
    """Crée une personne connectable portant ces rôles."""

    def creer(*roles: str, courriel: str = "agent@essai.example", organisation: str = "Essai") -> Personne:
        chez, _ = Organisation.objects.get_or_create(nom=organisation, defaults={"type": "cci"})
        nouvelle = Personne.objects.create_user(courriel, "un-mot-de-passe-long", organisation=chez)
        for role in roles:
            Attribution.objects.create(personne=nouvelle, role=role)
        return nouvelle

    return creer


@pytest.fixture
def visiter(client: Client, personne: Callable[..., Personne]) -> Callable[..., Client]:
    """Un client connecté avec ces rôles."""

    def entrer(*roles: str, **champs: str) -> Client:
        client.force_login(personne(*roles, **champs))
        return client

    return entrer


@pytest.fixture(scope="session")
def modele_de_petit_registre(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Path:
    """Le dossier de données du petit registre, importé une fois ; la base, elle, n'en garde rien."""
    racine = tmp_path_factory.mktemp("petit")
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("TISSU_DONNEES", str(racine / "donnees"))
        with django_db_blocker.unblock(), transaction.atomic():
            petit_registre.importer(petit_registre.fichiers(racine / "depart"))
            transaction.set_rollback(True)
    return racine / "donnees"


@pytest.fixture
def petit(modele_de_petit_registre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Path:
    """Une copie du petit registre, que l'essai peut écrire ; rend le dossier de l'essai."""
    shutil.copytree(modele_de_petit_registre, tmp_path / "donnees")
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    return tmp_path
