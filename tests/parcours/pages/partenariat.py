"""Le partenariat : du tableau à la ligne qui a été comptée, et la saisie à plusieurs."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.parcours.pages import lu, par_le_menu


def entier(texte: str) -> int:
    """Le premier nombre d'un texte : « 1 204 établissements » donne 1204."""
    trouve = re.match(r"[\d ]+", texte)
    assert trouve, texte
    return int(trouve[0].replace(" ", ""))


class Partenariat:
    """`/partenariat/` et ce que l'on ouvre depuis lui."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self, annee: int) -> "Partenariat":
        """Par le menu, puis l'année voulue."""
        par_le_menu(self.onglet, "Partenariat", "Le partenariat")
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

    def valeur_de_l_annee(self) -> int:
        """La valeur d'un critère, sur sa page."""
        return entier(lu(self.onglet.locator("#valeur strong").first))

    def valeurs_des_periodes(self) -> list[int]:
        """Les valeurs de « Période par période » qui ouvrent leurs lignes."""
        rangees = self.onglet.locator("#periodes tbody tr").filter(has=self.onglet.get_by_role("link", name="Voir les"))
        return [entier(lu(rangee.locator("[data-label=Valeur]"))) for rangee in rangees.all()]

    def valeur_de_la_periode(self) -> int:
        """La valeur, en tête de la page de ses lignes."""
        return entier(lu(self.onglet.locator(".titre-page strong")))

    def lignes_du_fichier(self) -> list[dict[str, str]]:
        """Toutes les lignes, telles que le fichier CSV de la page les donne."""
        with self.onglet.expect_download() as attendu:
            self.onglet.get_by_role("link", name="Télécharger en CSV").click()
        texte = attendu.value.path().read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(texte), delimiter=";"))

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


class Signatures:
    """De « Importer un programme » à la page d'une convention, où ses fiches se signent ensemble."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def importer(self, fichier: Path) -> "Signatures":
        self.onglet.goto("/partenariat/importer/")
        self.onglet.get_by_label("Fichier du programme").set_input_files(fichier)
        self.onglet.get_by_role("button", name="Lire et vérifier").click()
        self.onglet.get_by_role("heading", name="à charger").wait_for()
        return self

    def charger(self) -> str:
        """Confirme, et rend l'adresse de la convention."""
        self.onglet.get_by_role("button", name="Charger le programme").click()
        self.onglet.get_by_role("heading", name="Fiches à signer").wait_for()
        return urlsplit(self.onglet.url).path

    def aller(self, convention: str) -> "Signatures":
        self.onglet.goto(convention)
        return self

    def peut_signer(self) -> bool:
        return self.onglet.get_by_role("button", name="Signer ces fiches").count() > 0

    def tout_signer(self) -> "Signatures":
        self.onglet.get_by_label("Tout cocher").check()
        self.onglet.get_by_role("button", name="Signer ces fiches").click()
        self.onglet.get_by_role("dialog").get_by_role("button", name="Signer ces fiches").click()
        self.onglet.get_by_text("Accord donné sur").wait_for()
        return self

    def dit(self) -> str:
        return lu(self.onglet.locator("main"))
