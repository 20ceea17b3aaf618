"""La liste des établissements et la page d'un établissement."""

import re

from playwright.sync_api import Locator, Page

from tests.parcours.pages import lu, lus


class Liste:
    """`/registre/` : chercher et lire la liste des établissements."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def chercher(self, texte: str) -> "Liste":
        """Cherche par la case présente en haut de chaque écran."""
        self.onglet.get_by_role("searchbox", name="Rechercher un établissement").fill(texte)
        with self.onglet.expect_navigation():
            self.onglet.get_by_role("button", name="Rechercher", exact=True).click()
        self.onglet.get_by_role("heading", name="Établissements", level=1).wait_for()
        return self

    def noms(self) -> list[str]:
        return self.onglet.locator("#liste tbody td.tableau__tete a").all_inner_texts()

    def dit(self) -> str:
        """Ce que la page dit en plus de la liste : mot corrigé, aucun résultat."""
        return lu(self.onglet.locator("main"))

    def ouvrir(self, nom: str) -> "Fiche":
        self.onglet.locator("#liste").get_by_role("link", name=nom).click()
        return Fiche(self.onglet)


class Fiche:
    """`/registre/etablissements/<siret>/` : tout ce que le registre sait d'un établissement."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self, siret: str) -> "Fiche":
        self.onglet.goto(f"/registre/etablissements/{siret}/")
        return self

    def nom(self) -> str:
        return lu(self.onglet.get_by_role("heading", level=1))

    def valeur(self, libelle: str) -> str:
        """La valeur d'une ligne et sa provenance, telles qu'on les lit."""
        ligne = self.onglet.locator(".definitions > div").filter(
            has=self.onglet.locator("dt", has_text=re.compile(f"^{re.escape(libelle)}$"))
        )
        return lu(ligne.locator("dd"))

    def message(self) -> str:
        return lu(self.onglet.get_by_role("status").first)

    def corriger(self, sujet: str) -> "Correction":
        self.onglet.get_by_role("link", name="Corriger", exact=True).click()
        self.onglet.get_by_role("link", name=sujet, exact=True).click()
        return Correction(self.onglet)

    def bouton_contacts(self) -> Locator:
        return self.onglet.get_by_role("button", name="Voir les contacts")

    def voir_les_contacts(self) -> str:
        self.bouton_contacts().click()
        lus = self.onglet.locator("#contacts-lus")
        lus.wait_for()
        return lu(lus)


class Correction:
    """`/registre/etablissements/<siret>/corriger/<sujet>/`."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def remplir(self, **valeurs: str) -> "Correction":
        """Remplit des champs, désignés par leur libellé où `_` vaut une espace."""
        for libelle, valeur in valeurs.items():
            self.champ(libelle).fill(valeur)
        return self

    def champ(self, libelle: str) -> Locator:
        return self.onglet.get_by_label(libelle.replace("_", " "))

    def enregistrer(self) -> None:
        self.onglet.get_by_role("button", name="Enregistrer la correction").click()

    def erreurs(self) -> list[str]:
        resume = self.onglet.get_by_role("alert")
        return lus(resume.get_by_role("listitem"))


class CorrectionsARevoir:
    """`/registre/corrections/` : la file des corrections dont la source a changé."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self) -> "CorrectionsARevoir":
        self.onglet.get_by_role("link", name="Corrections à revoir").click()
        self.onglet.get_by_role("heading", name="Corrections à revoir", level=1).wait_for()
        return self

    def ligne(self, nom: str) -> Locator:
        return self.onglet.get_by_role("row").filter(has_text=nom)

    def cellules(self, nom: str) -> list[str]:
        """Champ, source d'alors, source d'aujourd'hui, notre correction."""
        cases = self.ligne(nom).get_by_role("cell")
        cases.first.wait_for()
        return [" ".join(case.inner_text().split("\n")[0].split()) for case in cases.all()[:4]]

    def reprendre_la_source(self, nom: str) -> None:
        self.ligne(nom).get_by_role("button", name="Reprendre la source").click()
        self.onglet.get_by_role("status").first.wait_for()


class LancerUnImport:
    """`/registre/imports/lancer/`."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def envoyer(self, *fichiers: object) -> None:
        self.onglet.goto("/registre/imports/lancer/")
        self.onglet.get_by_label("Ou des fichiers de ce poste").set_input_files([str(fichier) for fichier in fichiers])
        self.onglet.get_by_role("button", name="Lancer l’import").click()
        self.onglet.wait_for_url("**/travaux/**")
