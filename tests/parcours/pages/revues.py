"""Les revues : préparer un bilan ou un point d'étape, le signer à deux, le rectifier, en remettre le document."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from tests.parcours.pages import lu, par_le_menu


class Revues:
    """`/partenariat/revues/` : la liste, et l'ouverture d'une revue."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self) -> "Revues":
        """Par le menu."""
        par_le_menu(self.onglet, "Partenariat", "Bilans et points d'étape")
        return self

    def ouvrir(self, convention: str, *, annee: int, sorte: str, au: date) -> "Revue":
        self.onglet.get_by_text("Ouvrir une revue", exact=True).click()
        self.onglet.get_by_label("Convention").select_option(label=convention)
        self.onglet.get_by_label("Année").fill(str(annee))
        self.onglet.get_by_label("Revue", exact=True).select_option(label=sorte)
        self.onglet.get_by_label("Chiffres au").fill(au.isoformat())
        self.onglet.get_by_role("button", name="Ouvrir la revue").click()
        self.onglet.get_by_role("heading", name=f"{sorte} {annee}", level=1).wait_for()
        return Revue(self.onglet)


class Revue:
    """`/partenariat/revues/<pk>/` et ses pages : une fiche, un chiffre, l'accord, la suite."""

    def __init__(self, onglet: Page, adresse: str = "") -> None:
        self.onglet = onglet
        self.adresse = adresse or onglet.url

    def aller(self) -> "Revue":
        self.onglet.goto(self.adresse)
        return self

    def etat(self) -> str:
        return lu(self.onglet.locator(".fiche__etat"))

    def dit(self) -> str:
        return lu(self.onglet.locator("main"))

    def ouvrir_la_fiche(self, titre: str) -> "Revue":
        self.aller()
        self.onglet.get_by_role("table", name="Les fiches de la revue").get_by_role("link", name=titre).first.click()
        self.onglet.get_by_role("heading", name=titre, level=1).wait_for()
        return self

    def commenter(self, titre: str, texte: str) -> "Revue":
        self.ouvrir_la_fiche(titre)
        self.onglet.get_by_label("Commentaire de votre organisation").fill(texte)
        self.onglet.get_by_role("button", name="Enregistrer le commentaire").click()
        self.onglet.get_by_text("Enregistré.", exact=True).wait_for()
        return self

    def proposer(self, titre: str, *, pour: str, suite: str, texte: str, budget: str) -> "Revue":
        self.ouvrir_la_fiche(titre)
        self.onglet.get_by_label(f"Pour {pour}").select_option(label=suite)
        self.onglet.get_by_label("Pourquoi, et quoi changer").fill(texte)
        self.onglet.get_by_label("Budget proposé").fill(budget)
        self.onglet.get_by_role("button", name="Enregistrer la proposition").click()
        self.onglet.get_by_text("Enregistré.", exact=True).wait_for()
        return self

    def introduire(self, texte: str) -> "Revue":
        self.aller()
        self.onglet.get_by_role("link", name="Écrivez l'introduction").click()
        self.onglet.get_by_label("Introduction").fill(texte)
        self.onglet.get_by_role("button", name="Enregistrer l'introduction").click()
        self.onglet.get_by_text("Enregistré.", exact=True).wait_for()
        return self

    def arreter(self) -> "Revue":
        self.aller()
        self.onglet.get_by_role("button", name="Arrêter la revue").click()
        self.onglet.get_by_text("chaque partenaire peut donner son accord").wait_for()
        return self

    def donner_son_accord(self) -> "Revue":
        self.aller()
        self.onglet.get_by_role("link", name="Relire et donner votre accord").click()
        self.onglet.get_by_role("button", name="Donner l'accord de").click()
        self.onglet.get_by_text("Votre accord est enregistré").wait_for()
        return self

    def accord_attendu_de_moi(self) -> bool:
        return self.aller().onglet.get_by_role("link", name="Relire et donner votre accord").count() > 0

    def valeur(self, titre: str, chiffre: str) -> str:
        """Ce qu'on lit d'un chiffre dans sa fiche : la valeur figée, et ce qui s'est su depuis."""
        self.ouvrir_la_fiche(titre)
        rangee = self.onglet.get_by_role("row").filter(has=self.onglet.get_by_role("cell", name=chiffre, exact=True))
        return lu(rangee.locator("[data-label=Valeur]"))

    def ouvrir_les_ecarts(self) -> "Revue":
        self.aller()
        self.onglet.get_by_role("link", name="voyez ce qui a changé").click()
        self.onglet.get_by_role("heading", name="Ce qui a changé depuis", level=2).wait_for()
        return self

    def rectifier(self, chiffre: str, fiche: int, motif: str) -> "Revue":
        """Depuis les écarts : la valeur d'aujourd'hui est déjà dans le formulaire."""
        self.ouvrir_les_ecarts()
        self.onglet.get_by_role("link", name=f"Ouvrir, rectifier {chiffre}, fiche {fiche}").click()
        self.onglet.get_by_label("Pourquoi la valeur diffère").fill(motif)
        self.onglet.get_by_role("button", name="Écrire la rectification").click()
        self.onglet.get_by_text("Rectification écrite").wait_for()
        return self

    def gestes(self) -> int:
        """Combien de formulaires cette page offre, hors l'en-tête."""
        return self.onglet.locator("main form").count()

    def forcer(self, page: str, **envoi: str) -> int:
        """Envoie ce que l'écran n'offre pas, avec un vrai jeton ; rend l'état de la réponse."""
        jeton = self.onglet.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        reponse = self.onglet.request.post(
            f"{self.adresse}{page}", form={**envoi, "csrfmiddlewaretoken": jeton}, max_redirects=0,
            headers={"Referer": self.adresse},
        )  # fmt: skip
        return reponse.status

    def telecharger(self, sorte: str, dossier: Path) -> Path:
        """Le fichier que donne le menu « Exporter »."""
        self.aller()
        self.onglet.get_by_text("Exporter", exact=True).click()
        with self.onglet.expect_download() as attendu:
            self.onglet.locator("main").get_by_role("link", name=sorte, exact=True).click()
        chemin = dossier / attendu.value.suggested_filename
        attendu.value.save_as(chemin)
        return chemin

    def ouvrir_la_suite(self, annee: int) -> "Revue":
        self.aller()
        self.onglet.get_by_role("link", name=f"Préparer les fiches de {annee}").click()
        self.onglet.get_by_role("button", name="Préparer les fiches cochées").wait_for()
        return self

    def preparer_dans(self, convention: str) -> "Revue":
        self.onglet.get_by_label("Dans la convention").select_option(label=convention)
        self.onglet.get_by_role("button", name="Préparer les fiches cochées").click()
        self.onglet.get_by_text("en préparation dans").wait_for()
        return self
