"""Les écrans vus par une personne : une classe par écran, ce qu'elle y lit et ce qu'elle y fait."""

from playwright.sync_api import Locator


def lu(endroit: Locator) -> str:
    """Le texte tel qu'on le lit, toute espace (insécable, fine, retour à la ligne) ramenée à une seule."""
    return " ".join(endroit.inner_text().split())
