"""Les écrans vus par une personne : une classe par écran, ce qu'elle y lit et ce qu'elle y fait."""

from playwright.sync_api import Locator, Page


def lu(endroit: Locator) -> str:
    """Le texte tel qu'on le lit, toute espace (insécable, fine, retour à la ligne) ramenée à une seule."""
    return " ".join(endroit.inner_text().split())


def lus(endroits: Locator) -> list[str]:
    """Les textes d'une liste qu'on sait non vide : une liste se lit d'un coup, il faut d'abord qu'elle soit là."""
    endroits.first.wait_for()
    return [lu(endroit) for endroit in endroits.all()]


def par_le_menu(onglet: Page, groupe: str, lien: str) -> None:
    """Ouvre une page par la navigation de gauche : le groupe se déplie s'il ne l'est pas."""
    choisi = onglet.locator(".nav-tissu__groupe").filter(has=onglet.locator("summary", has_text=groupe))
    adresse = choisi.get_by_role("link", name=lien, exact=True)
    if not adresse.is_visible():
        choisi.locator("summary").click()
    adresse.click()
