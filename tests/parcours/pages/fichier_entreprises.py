"""Les écrans de la fiche 7 : tableau de bord, rapport du mois, entreprises derrière un chiffre, pistes."""

import re

from playwright.sync_api import Download, Page

from tests.parcours.pages import lu, lus, par_le_menu
from tests.parcours.pages.registre import Fiche


class TableauDeBord:
    """`/fichier-entreprises/`."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self) -> "TableauDeBord":
        par_le_menu(self.onglet, "Fichier des entreprises", "Tableau de bord")
        return self

    def ouvrir_le_rapport(self) -> "RapportDuMois":
        self.onglet.get_by_role("link", name="Ouvrir le rapport du mois").click()
        return RapportDuMois(self.onglet)


class RapportDuMois:
    """`/fichier-entreprises/flux/<mois>/`."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self, mois: str) -> "RapportDuMois":
        self.onglet.goto(f"/fichier-entreprises/flux/{mois}/")
        return self

    def titre(self) -> str:
        return lu(self.onglet.get_by_role("heading", level=1))

    def ouvrir_le_chiffre(self, type_evenement: str) -> tuple[int, "EntreprisesDuMois"]:
        """Clique le nombre d'établissements d'un type, dans le premier tableau : sa valeur, et la liste ouverte."""
        ligne = self.onglet.get_by_role("row").filter(
            has=self.onglet.get_by_role("cell", name=type_evenement, exact=True)
        )
        chiffre = ligne.first.get_by_role("link").first
        valeur = int(re.sub(r"\D", "", chiffre.inner_text()))
        chiffre.click()
        return valeur, EntreprisesDuMois(self.onglet)

    def telecharger(self, format: str) -> Download:
        menu = self.onglet.locator("details.menu").filter(has_text="Télécharger")
        if menu.get_attribute("open") is None:
            menu.locator("summary").click()
        with self.onglet.expect_download() as recu:
            menu.get_by_role("link", name=re.compile(f"^{format}")).click()
        return recu.value


class EntreprisesDuMois:
    """`/fichier-entreprises/flux/<mois>/lignes/` : les entreprises derrière un chiffre."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet
        onglet.get_by_role("heading", name=re.compile("^Entreprises, ")).wait_for()

    def compte(self) -> str:
        return lu(self.onglet.locator(".titre-page p").first)

    def noms(self) -> list[str]:
        return self.onglet.locator("#liste tbody td.tableau__tete a").all_inner_texts()

    def ouvrir(self, nom: str) -> Fiche:
        self.onglet.locator("#liste").get_by_role("link", name=nom, exact=True).first.click()
        return Fiche(self.onglet)


class Pistes:
    """`/fichier-entreprises/pistes/` : les pistes, les miennes d'abord."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self) -> "Pistes":
        par_le_menu(self.onglet, "Fichier des entreprises", "Pistes")
        self.onglet.get_by_role("heading", name="Pistes", level=1).wait_for()
        return self

    def noms(self) -> list[str]:
        return self.onglet.locator("ul.pistes h3").all_inner_texts()

    def ouvrir(self, nom: str) -> "Piste":
        self.onglet.get_by_role("link", name=nom).click()
        return Piste(self.onglet)


class Piste:
    """`/fichier-entreprises/pistes/<n>/` : pourquoi elle est là, ce qui s'est passé, la suite."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def raisons(self) -> list[str]:
        return lus(self.onglet.locator("#pourquoi li"))

    def etats(self) -> list[str]:
        return lus(self.onglet.locator("main .etat"))

    def prendre_en_charge(self) -> None:
        self.onglet.get_by_role("button", name="Prendre en charge").click()
        self._attendre("Vous suivez cette piste.")

    def noter_un_contact(self, texte: str) -> None:
        self.onglet.get_by_label("En quelques mots").fill(texte)
        self.onglet.get_by_role("button", name="Enregistrer le suivi").click()
        self._attendre("C'est noté.")

    def clore(self, motif: str = "", precision: str = "") -> None:
        if motif:
            self.onglet.get_by_role("radio", name=motif).check()
        self.onglet.get_by_label("Précision").fill(precision)
        self.onglet.get_by_role("button", name="Clore la piste").click()

    def close(self) -> None:
        self._attendre("La piste est close.")

    def erreurs(self) -> list[str]:
        return lus(self.onglet.get_by_role("alert").get_by_role("listitem"))

    def journal(self) -> str:
        return lu(self.onglet.locator("#histoire"))

    def _attendre(self, message: str) -> None:
        self.onglet.get_by_text(message).wait_for()
