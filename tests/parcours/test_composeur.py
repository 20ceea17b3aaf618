"""Le composeur de SMS dans un vrai navigateur : il compte pendant la frappe, remplace sur demande, et Ctrl+Z défait."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.parcours.conftest import defauts_d_accessibilite

TEXTE = "Vol à l’arraché rue de la Liberté, deux hommes en fuite. N’intervenez pas, appelez le 17… 😀"


def test_l_auteur_voit_ce_qui_coute_et_choisit(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=390, hauteur=844)
    onglet.goto("/messages/compter/")
    champ, compte = onglet.get_by_label("Texte du SMS"), onglet.get_by_role("status").first
    champ.click()
    onglet.keyboard.insert_text(TEXTE)
    expect(compte).to_have_text("2 SMS, 92 caractères sur 134")
    assert defauts_d_accessibilite(onglet) == []

    onglet.get_by_role("button", name="Remplacer ’ par « ' »").click()
    expect(champ).to_have_value(TEXTE.replace("’", "'"))
    expect(champ).to_be_focused()
    onglet.keyboard.press("Control+z")
    expect(champ).to_have_value(TEXTE)

    champ.press("End")
    champ.press("Backspace")
    expect(onglet.get_by_text("Tous remplacés, 1 SMS au lieu de 2.")).to_be_visible()
    onglet.get_by_role("button", name="Tout remplacer").click()
    expect(compte).to_have_text("1 SMS, 92 caractères sur 160")
    expect(onglet.get_by_role("button", name="Tout remplacer")).to_have_count(0)
