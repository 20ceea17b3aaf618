"""Les écrans de l'observatoire du commerce : un projet de CDAC, étape par étape, et les chiffres d'autres villes."""

from playwright.sync_api import Page

from tests.parcours.pages import lu


class Projet:
    """`/observatoire-commerce/cdac/nouveau/` et la suite : décrire un projet, le relire, l'étudier."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def commencer(self, nom: str, nature: str, activite: str) -> "Projet":
        self.onglet.goto("/observatoire-commerce/cdac/nouveau/")
        self.onglet.get_by_label("Nom du projet").fill(nom)
        self.onglet.get_by_label(nature, exact=True).check()
        self.onglet.locator("#id_activite").select_option(label=activite)
        return self.continuer()

    def remplir(self, **champs: str) -> "Projet":
        for nom, valeur in champs.items():
            self.onglet.locator(f"#id_{nom}").fill(valeur)
        return self

    def choisir(self, **champs: str) -> "Projet":
        for nom, libelle in champs.items():
            self.onglet.locator(f"#id_{nom}").select_option(label=libelle)
        return self

    def continuer(self) -> "Projet":
        self.onglet.get_by_role("button", name="Enregistrer et continuer").click()
        self.onglet.wait_for_load_state()
        return self

    def etape(self) -> str:
        return lu(self.onglet.get_by_role("heading", level=1))

    def etudier(self) -> "Projet":
        self.onglet.get_by_role("button", name="Mettre le projet à l’étude").click()
        self.onglet.get_by_role("heading", name="Ce que l'aide conclut").wait_for()
        return self

    def dit(self) -> str:
        return lu(self.onglet.locator("main"))


class Import:
    """`/observatoire-commerce/comparaisons/imports/` : déposer des chiffres, corriger ce qui en est refusé."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def deposer(self, nom: str, contenu: str) -> "Import":
        self.onglet.goto("/observatoire-commerce/comparaisons/imports/")
        fichier = {"name": nom, "mimeType": "text/csv", "buffer": contenu.encode()}
        self.onglet.locator("input[type=file]").set_input_files(fichier)
        self.onglet.get_by_role("button", name="Importer ce fichier").click()
        self.onglet.get_by_role("heading", name="Ce qu’il a donné").wait_for()
        return self

    def corriger(self, ligne: int, **cases: str) -> "Import":
        self.onglet.get_by_role("link", name=f"Corriger la ligne {ligne}").click()
        for champ, valeur in cases.items():
            self.onglet.locator(f"#id_{champ}").fill(valeur)
        self.onglet.get_by_role("button", name="Faire entrer la ligne").click()
        self.onglet.wait_for_load_state()
        return self

    def dit(self) -> str:
        return lu(self.onglet.locator("main"))


class Veilles:
    """« Mes veilles », et le bouton « Suivre » de la page d'un lieu."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def suivre_un_quartier(self, quoi: str) -> str:
        """Du tableau de bord, ouvre le premier quartier classé et le suit ; rend son nom."""
        self.onglet.goto("/observatoire-commerce/")
        lien = self.onglet.locator("table", has_text="Taux de vacance").locator("tbody a[href*='quartier=']").first
        nom = lien.inner_text()
        lien.click()
        self.onglet.get_by_text("Suivre", exact=True).click()
        self.onglet.get_by_role("button", name=quoi).click()
        self.onglet.get_by_role("heading", name="Mes veilles").wait_for()
        return nom

    def lieux(self) -> list[str]:
        return self.onglet.locator("tbody .tableau__tete").all_inner_texts()

    def arreter(self, nom: str) -> "Veilles":
        ligne = self.onglet.locator("tr", has_text=nom).filter(has_text="Changements d'activité")
        ligne.get_by_text("Ne plus suivre").click()
        self.onglet.get_by_role("button", name="Oui, arrêter").click()
        self.onglet.get_by_text("Vous ne suivez plus ce lieu.").wait_for()
        return self
