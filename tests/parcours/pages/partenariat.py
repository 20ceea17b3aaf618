"""Le partenariat : du tableau à la ligne qui a été comptée, et la saisie à plusieurs."""

from playwright.sync_api import Page

from tests.parcours.pages import lu


class Partenariat:
    """`/partenariat/` et ce que l'on ouvre depuis lui."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self, annee: int) -> "Partenariat":
        """Par le menu, puis l'année voulue."""
        groupe = self.onglet.locator(".nav-tissu > ul > li").filter(
            has=self.onglet.get_by_role("heading", name="Partenariat", exact=True)
        )
        groupe.get_by_role("link", name="Le partenariat", exact=True).click()
        self.onglet.goto(f"{self.onglet.url.split('?')[0]}?annee={annee}")
        return self

    def ouvrir(self, lien: str) -> "Partenariat":
        """Suit un lien du contenu, par le mot que l'on y lit."""
        self.onglet.locator("main").get_by_role("link", name=lien).first.click()
        return self

    def titre(self) -> str:
        return lu(self.onglet.get_by_role("heading", level=1))

    def dit(self) -> str:
        return lu(self.onglet.locator("main"))

    def lignes(self) -> int:
        """Le nombre de lignes montrées sous une valeur."""
        return self.onglet.get_by_role("region", name="Lignes derrière la valeur").locator("tbody tr").count()

    def ouvrir_la_premiere_ligne(self) -> "Partenariat":
        self.onglet.get_by_role("region", name="Lignes derrière la valeur").locator("tbody a").first.click()
        return self


class Textes:
    """`/partenariat/fiches/<pk>/textes/` : écrire les rubriques d'une fiche."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self, fiche: int) -> "Textes":
        self.onglet.goto(f"/partenariat/fiches/{fiche}/textes/")
        return self

    def ecrire(self, rubrique: str, texte: str) -> "Textes":
        self.onglet.get_by_label(rubrique).fill(texte)
        return self

    def saisie(self, rubrique: str) -> str:
        return self.onglet.get_by_label(rubrique).input_value()

    def enregistrer(self) -> "Textes":
        self.onglet.get_by_role("button", name="Enregistrer", exact=True).click()
        self.onglet.wait_for_load_state()
        return self

    def enregistrer_par_dessus(self) -> "Textes":
        self.onglet.get_by_role("button", name="Enregistrer par-dessus").click()
        self.onglet.get_by_text("C'est enregistré").wait_for()
        return self

    def ouvrir_l_historique(self) -> "Textes":
        self.onglet.locator("main").get_by_role("link", name="Historique").first.click()
        self.onglet.wait_for_load_state()
        return self

    def conflit(self) -> str:
        """Les deux versions, telles qu'on les lit côte à côte."""
        return lu(self.onglet.get_by_role("alert"))

    def dit(self) -> str:
        return lu(self.onglet.locator("body"))
