"""Les parcours : un vrai Chromium, un petit territoire de démonstration, les comptes de démonstration."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tissu.comptes.demo import MOT_DE_PASSE, comptes_de_demonstration
from tissu.registre.demonstration.generation import generer
from tissu.registre.operations.importation import importer_sirene
from tissu.registre.operations.zones import charger_zones_du_territoire
from tissu.socle.territoire import territoire
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
# Playwright tient une boucle asynchrone dans le fil de l'essai, où Django lit la base.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker("parcours")


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


@pytest.fixture(scope="session")
def fichiers_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Les fichiers officiels d'un petit territoire fictif."""
    dossier = tmp_path_factory.mktemp("fichiers")
    generer(dossier, taille=TAILLE)
    return dossier


@pytest.fixture
def registre_demo(
    fichiers_demo: Path, transactional_db: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Un registre composé de ces fichiers, avec ses zones, dans un dossier de données à lui."""
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path_factory.mktemp("donnees")))
    maintenant = timezone.now()
    charger_zones_du_territoire(territoire(), au=maintenant.date())
    importer_sirene(dossier=fichiers_demo, territoire=territoire(), auteur=None, au=maintenant, suivi=SansSuivi())
    return fichiers_demo


@pytest.fixture
def connecter(navigateur: Browser, live_server: Any, registre_demo: Path) -> Iterator[Callable[..., Page]]:
    """Ouvre une page connectée comme l'un des comptes de démonstration (« mission.cci »…)."""
    comptes_de_demonstration(au=timezone.now())
    contextes = []

    def ouvrir(qui: str, *, largeur: int = 1280, hauteur: int = 900) -> Page:
        contexte = navigateur.new_context(
            base_url=live_server.url, locale="fr-FR", viewport={"width": largeur, "height": hauteur}
        )
        contextes.append(contexte)
        page = contexte.new_page()
        page.goto("/")
        page.locator("#id_login").fill(f"{qui}@demo.example")
        page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/")
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()


def defauts_d_accessibilite(page: Page) -> list[str]:
    """Les violations graves relevées par axe : « règle : élément »."""
    resultat = Axe().run(page).response
    return [
        f"{violation['id']} : {noeud['html'][:160]}"
        for violation in resultat["violations"]
        if violation["impact"] in {"serious", "critical"}
        for noeud in violation["nodes"]
    ]
