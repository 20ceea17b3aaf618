"""Un téléphone : un navigateur au profil gardé sur le disque, que l'on éteint et rallume, avec ou sans réseau."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.parcours.conftest import ATTENTE, OPTIONS, chromium
from tissu.comptes.demo import MOT_DE_PASSE
from tissu.locaux.models import Local, Releve, Tournee

PAGE = "/locaux/terrain/"
TELEPHONE = {"width": 390, "height": 844}
DEBORDEMENT = "document.documentElement.scrollWidth - window.innerWidth"


class Telephone:
    """Un téléphone : son profil reste sur le disque quand on le ferme."""

    def __init__(self, navigateur: Browser, adresse: str, dossier: Path) -> None:
        self.moteur, self.adresse, self.dossier = navigateur.browser_type, adresse, dossier
        self.plaintes: list[str] = []
        self.contexte: BrowserContext | None = None

    def allumer(self, *, reseau: bool = True, sombre: bool = False) -> Page:
        self.contexte = self.moteur.launch_persistent_context(
            self.dossier, executable_path=chromium(), args=OPTIONS, base_url=self.adresse, locale="fr-FR",
            viewport=TELEPHONE, permissions=["geolocation"], color_scheme="dark" if sombre else "light",
            geolocation={"latitude": 47.3215, "longitude": 5.0415, "accuracy": 8},
        )  # fmt: skip
        self.contexte.set_default_timeout(ATTENTE)
        self.reseau(reseau)
        page = self.contexte.new_page()
        page.on("pageerror", lambda erreur: self.plaintes.append(str(erreur)))
        return page

    def reseau(self, present: bool) -> None:
        assert self.contexte is not None
        self.contexte.set_offline(not present)

    def tuer_l_onglet(self, page: Page) -> None:
        """L'onglet meurt sans prévenir, puis le navigateur se ferme."""
        with suppress(Error):
            page.goto("chrome://crash", timeout=3000)
        self.eteindre()

    def eteindre(self) -> None:
        if self.contexte is not None:
            self.contexte.close()
            self.contexte = None


def connecter_et_emporter(page: Page, rue: Tournee, compte: str = "mission.cci") -> None:
    page.goto(PAGE)
    if page.locator("#id_login").count() == 0:
        page.get_by_role("link", name="Se connecter").click()
    se_connecter(page, compte)
    page.locator(f'a[href="#/rue/{rue.pk}"]').wait_for()
    attendre(page, "!!navigator.serviceWorker.controller")


def se_connecter(page: Page, compte: str) -> None:
    page.locator("#id_login").fill(f"{compte}@demo.example")
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()


def attendre(page: Page, expression: str) -> None:
    """`wait_for_function` se heurte à la politique de sécurité : on redemande."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"Jamais vrai : {expression}")


def ouvrir(page: Page, rue: Tournee, suite: str = "") -> None:
    page.goto(f"{PAGE}#/rue/{rue.pk}{suite}")


def reference(rue: Tournee, numero: str) -> str:
    return Local.objects.get(voie=rue.voie, numero=numero).reference


def file(page: Page) -> Any:
    return page.locator("[data-file]")


def revenir_en_ligne(telephone: Telephone, page: Page) -> None:
    telephone.reseau(True)
    page.evaluate("dispatchEvent(new Event('online'))")


def attendre_les_releves(page: Page, rue: Tournee, combien: int) -> None:
    for _ in range(100):
        if Releve.objects.filter(campagne=rue.campagne).count() == combien:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{Releve.objects.filter(campagne=rue.campagne).count()} relevés reçus, pas {combien}")
