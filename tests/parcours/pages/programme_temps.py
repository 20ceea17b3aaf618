"""Les écrans du temps : la semaine au clavier, et la validation."""

from playwright.sync_api import Page

from tests.parcours.pages import lu


class Semaine:
    """`/partenariat/semaine/<code>/`."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self, code: str) -> "Semaine":
        self.onglet.goto(f"/partenariat/semaine/{code}/")
        self.onglet.get_by_role("heading", name="Ma semaine", level=1).wait_for()
        return self

    def ajouter(self, ligne: str) -> "Semaine":
        """Cherche une ligne et l'ajoute, sans souris."""
        champ = self.onglet.get_by_label("Chercher une fiche ou une ligne")
        champ.focus()
        self.onglet.keyboard.type(ligne)
        self.onglet.keyboard.press("Enter")
        self.onglet.locator(".semaine__ligne", has_text=ligne).wait_for()
        return self

    def taper(self, *touches: str) -> "Semaine":
        """Depuis la première case : un texte se tape, un nom de touche se presse."""
        self.onglet.locator("[data-case]").first.focus()
        for touche in touches:
            if touche in {"Enter", "Escape", "d"} or touche.startswith(("Arrow", "Control")):
                self.onglet.keyboard.press(touche)
            else:
                self.onglet.keyboard.type(touche)
        return self

    def total(self) -> str:
        return lu(self.onglet.locator("[data-total-semaine]"))

    def alerte(self) -> str:
        return lu(self.onglet.locator("[data-semaine-message]"))

    def soumettre(self) -> "Semaine":
        self.onglet.get_by_role("button", name="Soumettre la semaine").press("Enter")
        self.onglet.get_by_text("Semaine soumise").wait_for()
        return self

    def verrouillees(self) -> int:
        return self.onglet.locator(".semaine__verrou").count()


class Validation:
    """`/partenariat/temps-a-valider/`."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet

    def aller(self) -> "Validation":
        self.onglet.goto("/partenariat/temps-a-valider/")
        return self

    def valider(self, personne: str) -> "Validation":
        """Coche ce qu'une personne a soumis, et le valide."""
        for case in self.onglet.locator("tbody tr", has_text=personne).locator("input[type=checkbox]").all():
            case.press("Space")
        self.onglet.get_by_role("button", name="Valider ce qui est coché").press("Enter")
        self.onglet.get_by_text("Validés").wait_for()
        return self
