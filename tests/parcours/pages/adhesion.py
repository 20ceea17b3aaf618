"""Les pages d'Alerte Commerce, telles qu'un commerçant et la chambre s'en servent."""

import re

from playwright.sync_api import Page

from tissu.messages.models import Envoi


class Inscription:
    """L'inscription sur un téléphone, sans compte."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet
        onglet.goto("/alerte-commerce/")
        onglet.get_by_role("link", name="Adhérer en deux minutes").click()

    def decrire(self, nom: str) -> "Inscription":
        self.onglet.get_by_label("Nom du commerce").fill(nom)
        self.onglet.get_by_label("Numéro et rue").fill("1 rue du Parcours")
        self.onglet.get_by_label("Commune").select_option(label="Dijon")
        self.onglet.get_by_label("Activité").select_option(label="Alimentaire")
        return self.continuer()

    def joindre(self, nom: str, mobile: str) -> "Inscription":
        self.onglet.get_by_label("Votre prénom et votre nom").fill(nom)
        self.onglet.get_by_label("Votre mobile").fill(mobile)
        return self.continuer()

    def continuer(self) -> "Inscription":
        self.onglet.get_by_role("button", name="Continuer").click()
        return self

    def signer(self) -> "Inscription":
        self.onglet.get_by_label("J'ai lu la charte").check()
        self.onglet.get_by_role("button", name="Signer et recevoir mon code").click()
        return self

    def taper(self, code: str) -> "Inscription":
        self.onglet.get_by_label("Code à six chiffres").fill(code)
        self.onglet.get_by_role("button", name="Vérifier mon mobile").click()
        return self

    def titre(self) -> str:
        return self.onglet.get_by_role("heading", level=1).inner_text()

    def dit(self) -> str:
        return self.onglet.locator("main").inner_text()


def code_recu() -> str:
    """Le dernier code parti, tel que le téléphone le montre."""
    texte = Envoi.objects.filter(message="alerte_commerce.code").order_by("-pk")[0].textes["sms"]
    return re.search(r"\d{6}", texte)[0]  # type: ignore[index]
