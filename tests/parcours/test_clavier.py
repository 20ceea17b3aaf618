"""Un parcours entier au clavier : se connecter, chercher, ouvrir une entreprise, la corriger."""

from playwright.sync_api import Browser, Page

from tests.parcours.conftest import ATTENTE, Demonstration
from tests.parcours.pages import lu
from tissu.comptes.demo import MOT_DE_PASSE

BISCUITERIE = "BISCUITERIE DE LA CLAIRIERE FEERIQUE"
ARRETS = 60
# Le nom de ce qui a le focus, tel qu'il se lit, et si un contour le montre.
FOCUS = """() => {
  const la = document.activeElement, style = getComputedStyle(la);
  const nom = la.getAttribute("aria-label") || la.labels?.[0]?.innerText || la.innerText || la.id || "";
  return [nom.trim().replace(/\\s+/g, " "), style.outlineStyle !== "none" || style.boxShadow !== "none"];
}"""


class Clavier:
    """Une personne qui n'a pas de souris."""

    def __init__(self, onglet: Page) -> None:
        self.onglet = onglet
        self.touches = onglet.keyboard

    def aller_a(self, nom: str) -> "Clavier":
        """Avance de Tab en Tab jusqu'à ce qui se lit `nom` ; chaque arrêt doit se voir."""
        passes = []
        for _ in range(ARRETS):
            ici, visible = self.onglet.evaluate(FOCUS)
            if ici == nom:
                assert visible, f"Rien ne montre que « {ici} » a le focus."
                return self
            passes.append(ici)
            self.touches.press("Tab")
        raise AssertionError(f"« {nom} » ne s'atteint pas au clavier ; passé par {passes}.")

    def taper(self, texte: str) -> "Clavier":
        self.touches.press("Control+a")
        self.touches.type(texte)
        return self

    def valider(self) -> None:
        self.touches.press("Enter")

    def attendre(self, titre: str) -> None:
        self.onglet.get_by_role("heading", name=titre, level=1).wait_for()


def test_de_la_connexion_a_la_correction_sans_souris(navigateur: Browser, demonstration: Demonstration) -> None:
    contexte = navigateur.new_context(base_url=demonstration.adresse, locale="fr-FR")
    contexte.set_default_timeout(ATTENTE)
    onglet = contexte.new_page()
    onglet.goto("/")
    clavier = Clavier(onglet)
    clavier.aller_a("Courriel").taper("mission.cci@demo.example")
    clavier.aller_a("Mot de passe").taper(MOT_DE_PASSE).valider()
    clavier.attendre("Bonjour Camille")

    clavier.touches.press("/")
    clavier.taper("biscuiterie clairiere feerique").valider()
    clavier.attendre("Établissements")
    # Le lien d'évitement passe la navigation.
    clavier.aller_a("Aller au contenu").valider()
    clavier.aller_a(BISCUITERIE).valider()
    clavier.attendre(BISCUITERIE)

    clavier.aller_a("Aller au contenu").valider()
    clavier.aller_a("Corriger").valider()
    clavier.attendre("Enseigne")
    clavier.aller_a("Aller au contenu").valider()
    clavier.aller_a("Enseigne (facultatif)").taper("La clairière").valider()
    # Sans motif, rien ne part : le navigateur mène à la case qui manque, et ce qui est tapé reste.
    assert onglet.evaluate(FOCUS)[0] == "Pourquoi cette correction"
    assert onglet.get_by_label("Enseigne").input_value() == "La clairière"
    clavier.taper("Vu sur la devanture")
    clavier.aller_a("Enregistrer la correction").valider()
    clavier.attendre(BISCUITERIE)
    assert "La correction est enregistrée." in lu(onglet.get_by_role("status").first)
    assert "La clairière" in lu(onglet.locator("#identite"))
    contexte.close()
