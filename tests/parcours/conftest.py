"""Les parcours : un vrai Chromium, un petit territoire de démonstration, les comptes de démonstration.

Le produit est chargé une fois pour tous les parcours : chacun travaille sur ses propres entreprises, prises parmi les
cas particuliers de la démonstration, et aucun ne compte sur ce qu'un autre a fait.
"""

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tissu.actions.alerte_commerce import demo as alerte_commerce
from tissu.actions.fichier_entreprises.demo import installer
from tissu.actions.observatoire_commerce import demo as observatoire
from tissu.comptes.demo import MOT_DE_PASSE, comptes_de_demonstration
from tissu.config.settings import base_de_donnees
from tissu.locaux import demo as locaux
from tissu.programme import demo as programme
from tissu.publications import demo as publications
from tissu.registre.demo import charger
from tissu.registre.demonstration.generation import generer
from tissu.socle.travaux import SansSuivi

TAILLE = 0.02
NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ATTENTE = 20_000
"""Patience du navigateur, en millisecondes : celle d'une machine chargée."""
expect.set_options(timeout=ATTENTE)
# Playwright tient une boucle asynchrone dans le fil de l'essai, où Django lit la base.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker("parcours")
            # Tous sur le même exécutant : la démonstration n'est construite qu'une fois, et deux navigateurs ne se
            # disputent pas la machine (mesuré : à deux, pas plus vite, et des attentes dépassées).
            item.add_marker(pytest.mark.xdist_group("parcours"))


def chromium() -> str:
    """Le Chromium de la machine : celui de TISSU_CHROMIUM, ou le premier trouvé."""
    candidats = (os.environ.get("TISSU_CHROMIUM", ""), *NAVIGATEURS)
    trouve = next((chemin for nom in candidats if nom and (chemin := shutil.which(nom))), None)
    if trouve is None:
        pytest.fail("Chromium manque : sudo apt-get install chromium (ou TISSU_CHROMIUM=/chemin).")
    return trouve


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield navigateur
        navigateur.close()


@dataclass
class Demonstration:
    """Le produit chargé et servi : son adresse, les fichiers importés, le SIRET de chaque cas particulier."""

    adresse: str
    fichiers: Path
    cas: dict[str, str]
    connexions: dict[str, StorageState] = field(default_factory=dict)

    def travailler(self) -> None:
        """Exécute les travaux de fond en attente, comme le fait l'exécutant."""
        call_command("travailleur", une_fois=True)


@pytest.fixture(scope="package")
def base_des_parcours(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Path]:
    """Un dossier de données et sa base SQLite, comme en service ; rend le dossier.

    La base des autres essais vit en mémoire, sur une seule connexion : un serveur à plusieurs fils n'y tient pas.
    """
    donnees = tmp_path_factory.mktemp("donnees")
    origine, ancienne = connections.settings["default"], connections["default"]
    with pytest.MonkeyPatch.context() as environnement, django_db_blocker.unblock():
        environnement.setenv("TISSU_DONNEES", str(donnees))
        connections.settings["default"] = {**origine, **base_de_donnees(""), "NAME": str(donnees / "tissu.sqlite3")}
        connections["default"] = connections.create_connection("default")
        call_command("migrate", run_syncdb=True, verbosity=0)
        yield donnees
        connections["default"].close()
        connections.settings["default"], connections["default"] = origine, ancienne


@pytest.fixture(scope="package")
def demonstration(base_des_parcours: Path) -> Iterator[Demonstration]:
    """La démonstration, chargée par ses imports, et servie."""
    fichiers, maintenant = base_des_parcours / "demonstration", timezone.now()
    generer(fichiers, taille=TAILLE)
    comptes_de_demonstration(au=maintenant)
    remplissages = (
        charger, locaux.installer, publications.installer, alerte_commerce.installer, installer,
        observatoire.installer, programme.installer,
    )  # fmt: skip
    for remplir in remplissages:
        remplir(dossier=fichiers, au=maintenant, suivi=SansSuivi())
    serveur = LiveServer("localhost")
    yield Demonstration(serveur.url, fichiers, _cas_particuliers(fichiers))
    serveur.stop()


def _cas_particuliers(fichiers: Path) -> dict[str, str]:
    """Le SIRET de chaque situation que la démonstration contient à coup sûr."""
    with (fichiers / "cas_particuliers.csv").open(encoding="utf-8-sig", newline="") as lu:
        return {ligne["cas"]: ligne["siret"] for ligne in csv.DictReader(lu, delimiter=";")}


def est_une_plainte(dit: ConsoleMessage) -> bool:
    """Une erreur de la console. Chromium en écrit aussi pour un conflit (409) ou une saisie refusée (422) bien dits."""
    return dit.type == "error" and not any(f"status of {code}" in dit.text for code in (409, 422))


@pytest.fixture
def connecter(navigateur: Browser, demonstration: Demonstration) -> Iterator[Callable[..., Page]]:
    """Ouvre une page connectée comme l'un des comptes de démonstration (« mission.cci »…).

    La première fois par la page de connexion, ensuite avec la session alors reçue. Une erreur de la console, dont
    tout style ou script que la politique de sécurité refuse, fait échouer l'essai.
    """
    contextes, plaintes = [], []

    def ouvrir(qui: str, *, largeur: int = 1280, hauteur: int = 900) -> Page:
        contexte = navigateur.new_context(
            base_url=demonstration.adresse,
            locale="fr-FR",
            viewport={"width": largeur, "height": hauteur},
            storage_state=demonstration.connexions.get(qui),
        )
        contexte.set_default_timeout(ATTENTE)
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("console", lambda dit: plaintes.append(f"{page.url} : {dit.text}") if est_une_plainte(dit) else None)
        page.goto("/")
        if qui not in demonstration.connexions:
            page.locator("#id_login").fill(f"{qui}@demo.example")
            page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
            page.get_by_role("button", name="Se connecter").click()
            page.get_by_role("heading", name="Bonjour").wait_for()
            demonstration.connexions[qui] = contexte.storage_state()
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


def defauts_d_accessibilite(page: Page) -> list[str]:
    """Les violations graves relevées par axe : « règle : élément »."""
    resultat = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{violation['id']} : {noeud['html'][:160]}"
        for violation in resultat["violations"]
        if violation["impact"] in {"serious", "critical"}
        for noeud in violation["nodes"]
    ]
