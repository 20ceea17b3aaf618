"""La charpente dans un vrai navigateur : accessibilité, clavier, clair et sombre, téléphone, politique de sécurité."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.parcours.conftest import defauts_d_accessibilite
from tissu.socle.composants.exemples import ARCHETYPES

ECRANS = ["/composants/", *(f"/composants/archetypes/{nom}/" for nom in ARCHETYPES)]
FOND = "getComputedStyle(document.body).backgroundColor"
DEBORDEMENT = "document.documentElement.scrollWidth - window.innerWidth"
FOCUS = "document.activeElement.id || document.activeElement.textContent.trim()"


def test_composants_et_archetypes_sont_accessibles_et_tiennent_sur_un_telephone(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci")
    plaintes: list[str] = []
    # Un style ou un script en ligne, refusé par la politique de sécurité, se plaint dans la console.
    onglet.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
    defauts = {}
    for ecran in ECRANS:
        onglet.set_viewport_size({"width": 1280, "height": 900})
        onglet.goto(ecran)
        for mode in ("light", "dark"):
            onglet.emulate_media(color_scheme=mode)
            defauts[ecran, mode] = defauts_d_accessibilite(onglet)
        onglet.set_viewport_size({"width": 360, "height": 740})
        defauts[ecran, "débordement"] = onglet.evaluate(DEBORDEMENT)
    assert {cle: defaut for cle, defaut in defauts.items() if defaut} == {}
    assert plaintes == []


def test_le_clavier_seul_suffit(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci")
    onglet.goto("/composants/")
    onglet.keyboard.press("Tab")
    assert onglet.evaluate(FOCUS) == "Aller au contenu"
    onglet.keyboard.press("Enter")
    assert onglet.evaluate(FOCUS) == "contenu"
    onglet.keyboard.press("/")
    assert onglet.evaluate(FOCUS) == "recherche-entete"

    onglet.get_by_role("button", name="Retirer la correction").press("Enter")
    assert "La valeur de Sirene reviendra." in onglet.get_by_role("dialog").inner_text()
    assert onglet.evaluate(FOCUS) == "Ne rien changer"
    onglet.keyboard.press("Escape")
    assert onglet.get_by_role("dialog").count() == 0
    assert onglet.evaluate(FOCUS) == "Retirer la correction"

    onglet.set_viewport_size({"width": 390, "height": 740})
    navigation = onglet.get_by_role("navigation", name="Navigation principale")
    assert not navigation.is_visible()
    onglet.get_by_role("button", name="Menu").press("Enter")
    assert navigation.is_visible()
    onglet.keyboard.press("Escape")
    assert not navigation.is_visible()


def test_le_choix_du_sombre_tient_d_une_page_a_l_autre(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci")
    clair = onglet.evaluate(FOND)
    onglet.locator(".entete summary").press("Enter")
    onglet.get_by_role("button", name="Passer en sombre").press("Enter")
    sombre = onglet.evaluate(FOND)
    assert sombre != clair
    onglet.goto("/composants/")
    assert onglet.evaluate(FOND) == sombre
