"""Les écrans d'une campagne de relevé : la décrire, confier ses rues, suivre son avancement."""

import re

from playwright.sync_api import Page

from tests.parcours.pages import lu, lus


class Campagne:
    """`/locaux/campagnes/…/` : de la description aux rues confiées."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def creer(self, nom: str, perimetre: str) -> "Campagne":
        self.onglet.goto("/locaux/campagnes/nouvelle/")
        self.onglet.locator("#id_nom").fill(nom)
        self.onglet.locator("#id_definition").fill("Toute vitrine.")
        self.onglet.locator("#id_perimetre").fill(perimetre)
        return self.presser("Créer la campagne")

    def preparer(self) -> "Campagne":
        self.onglet.get_by_role("link", name="Préparer les tournées").click()
        self.onglet.get_by_role("heading", level=1, name="Tournées").wait_for()
        return self

    def choisir_le_premier_quartier(self) -> int:
        """Le coche en entier ; rend le nombre de ses locaux."""
        case = self.onglet.get_by_label(re.compile("Toutes les rues hors campagne")).first
        case.check()
        dit = lu(self.onglet.get_by_text("Toutes les rues hors campagne").first)
        trouve = re.search(r"(\d+) loca", dit)
        assert trouve is not None, dit
        return int(trouve[1])

    def ajouter_a(self, releveur: str) -> "Campagne":
        choix = self.onglet.locator("#id_confier_a")
        valeur = choix.locator("option", has_text=releveur).get_attribute("value")
        choix.select_option(value=valeur)
        return self.presser("Ajouter ces rues")

    def rues_de(self, releveur: str) -> list[str]:
        rues = self.onglet.get_by_role("table", name=f"Rues : {releveur}").get_by_role("rowheader")
        return lus(rues)

    def finir(self, rue: str) -> "Campagne":
        self.onglet.get_by_label(f"Choisir {rue}", exact=True).check()
        return self.presser("Marquer finies")

    def presser(self, nom: str) -> "Campagne":
        self.onglet.get_by_role("button", name=nom, exact=True).click()
        self.onglet.wait_for_load_state()
        return self

    def avancement(self) -> "Campagne":
        self.onglet.get_by_role("link", name="Voir l’avancement").click()
        self.onglet.get_by_role("heading", level=1, name="Avancement").wait_for()
        return self

    def ligne(self, de: str) -> str:
        return lu(self.onglet.get_by_role("row", name=re.compile(de)).first)

    def ouvrir_le_nombre(self, nombre: int) -> str:
        """Suit le premier nombre de la page qui vaut cela ; rend le compte de la liste où il mène."""
        self.onglet.get_by_role("link", name=str(nombre), exact=True).first.click()
        self.onglet.get_by_role("heading", level=1, name="Locaux").wait_for()
        return lu(self.onglet.locator(".titre-page p"))

    def dit(self) -> str:
        return lu(self.onglet.locator("main"))
