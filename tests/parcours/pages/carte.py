"""La page d'une carte : sa carte, sa liste, sa légende, son tableau."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.parcours.pages import lus

DESSINEE = "[data-carte-dessinee]"
ATTENTE_DU_DESSIN = 45_000
"""En millisecondes : sans carte graphique, Chromium dessine par le processeur, que d'autres essais occupent."""


class Carte:
    """Une carte dessinée, dans sa page ou à côté d'une liste."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet
        expect(onglet.locator(DESSINEE)).to_have_count(1, timeout=ATTENTE_DU_DESSIN)

    @classmethod
    def ouvrir(cls, onglet: Page, adresse: str) -> "Carte":
        onglet.goto(adresse)
        return cls(onglet)

    @property
    def toile(self) -> Locator:
        return self.onglet.locator(".maplibregl-canvas")

    def compte(self) -> int:
        """Le nombre d'objets que la liste annonce."""
        phrase = self.onglet.locator("[data-carte-compte]").inner_text()
        return int(re.sub(r"\D", "", re.split(r"[a-zé]", phrase, maxsplit=1)[0]))

    def attendre_un_compte(self, predicat: str) -> int:
        """Attend que le compte vérifie une comparaison (« < 100 »), la liste suivant la carte avec un peu de retard."""
        for _ in range(80):
            if eval(f"{self.compte()} {predicat}"):
                return self.compte()
            self.onglet.wait_for_timeout(100)
        raise AssertionError(f"La liste dit {self.compte()}, attendu {predicat}.")

    def approcher(self, fois: int = 1) -> None:
        """Au clavier, comme qui n'a pas de souris."""
        self.toile.focus()
        for _ in range(fois):
            self.onglet.keyboard.press("Equal")
            self.onglet.wait_for_timeout(500)

    def titres(self) -> list[str]:
        return lus(self.onglet.locator(".carte-liste__texte > :first-child"))

    def situer(self, titre: str) -> "Bulle":
        ligne = self.onglet.locator(".carte-liste li", has=self.onglet.get_by_text(titre, exact=True)).first
        ligne.locator("[data-carte-situer]").click()
        return Bulle(self.onglet)

    def cliquer(self, part_x: float, part_y: float) -> None:
        boite = self.toile.bounding_box()
        assert boite is not None
        self.onglet.mouse.click(boite["x"] + boite["width"] * part_x, boite["y"] + boite["height"] * part_y)

    def legende(self) -> dict[str, int]:
        lignes = self.onglet.locator(".legende > ul > li").all()
        return {
            ligne.locator("span").nth(1).inner_text(): int(re.sub(r"\D", "", ligne.locator("span").nth(2).inner_text()))
            for ligne in lignes
        }


class Bulle:
    """La bulle d'un objet."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet
        self.boite = onglet.get_by_role("dialog").filter(has=onglet.locator(".bulle"))
        self.boite.wait_for()

    def titre(self) -> str:
        return self.boite.get_by_role("heading").inner_text()

    def adresse(self) -> str | None:
        return self.boite.get_by_role("link", name="Ouvrir la fiche").get_attribute("href")

    def fermer_au_clavier(self) -> None:
        self.onglet.keyboard.press("Escape")
        expect(self.boite).to_have_count(0)
