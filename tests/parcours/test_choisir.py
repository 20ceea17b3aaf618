"""Choisir sur la carte à la souris, au clavier, par la saisie : la même adresse, la même liste, les mêmes sorties."""

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.parcours.conftest import ATTENTE, defauts_d_accessibilite
from tests.parcours.pages.carte import DESSINEE, Carte

ETABLISSEMENTS = "/cartes/etablissements/"


def ouvrir(onglet: Page, adresse: str) -> Carte:
    """La carte, dessinée : la première fois, une machine chargée y met plus que la patience ordinaire."""
    onglet.goto(adresse)
    onglet.locator(DESSINEE).wait_for(timeout=2 * ATTENTE)
    return Carte(onglet)


def poser(carte: Carte, *points: tuple[float, float]) -> None:
    for x, y in points:
        carte.cliquer(x, y)
        # Deux clics rapprochés seraient un double clic.
        carte.onglet.wait_for_timeout(400)


def attendre_la_forme(onglet: Page, motif: str) -> str:
    expect(onglet).to_have_url(re.compile(motif), timeout=ATTENTE)
    return unquote(onglet.url)


def lignes_exportees(onglet: Page) -> int:
    adresse = onglet.locator('a[href*="export.csv"]').get_attribute("href")
    assert adresse is not None
    texte = onglet.request.get(adresse).body().decode("utf-8-sig")
    return len(list(csv.reader(io.StringIO(texte), delimiter=";"))) - 1


def test_un_cercle_a_la_souris_reduit_la_liste_les_exports_et_l_impression(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = ouvrir(onglet, ETABLISSEMENTS)
    entiers = carte.attendre_un_compte("> 1000")
    onglet.get_by_role("button", name="Dessiner un cercle").click()
    poser(carte, (0.5, 0.5))
    onglet.mouse.move(*_point(carte, 0.6, 0.5))
    expect(onglet.locator("[data-dessin-aide]")).to_contain_text(re.compile(r"Rayon : [\d,]+ k?m"))
    poser(carte, (0.6, 0.5))
    adresse = attendre_la_forme(onglet, "dans=cercle")
    dedans = carte.attendre_un_compte(f"< {entiers}")
    expect(onglet.get_by_role("group", name="Choisir sur la carte")).to_contain_text("Choisi : à moins de")
    assert lignes_exportees(onglet) == dedans
    assert defauts_d_accessibilite(onglet) == []

    onglet.get_by_role("link", name="Imprimer").click()
    expect(onglet.get_by_role("img", name=re.compile("Aperçu de la feuille"))).to_be_visible()
    assert re.search(r"dans=(cercle:[^&]+)", adresse)[1] in unquote(onglet.url)  # type: ignore[index]


def test_un_polygone_au_clavier_puis_son_exclusion_retiree(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = ouvrir(onglet, ETABLISSEMENTS)
    onglet.get_by_role("radio", name="L’exclure").first.check()
    onglet.get_by_role("button", name="Dessiner un polygone").focus()
    onglet.keyboard.press("Enter")
    for touche in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter", "ArrowLeft", "Enter", "Backspace"):
        onglet.keyboard.press(touche)
        onglet.wait_for_timeout(500)
    onglet.get_by_role("button", name="Terminer").click()
    attendre_la_forme(onglet, "hors=polygone")
    expect(onglet.get_by_role("group", name="Choisir sur la carte")).to_contain_text("(3 sommets")
    onglet.get_by_role("link", name=re.compile("Retirer le filtre Exclu")).click()
    expect(onglet).not_to_have_url(re.compile("hors="))
    assert carte.compte() > 0


def test_echap_abandonne_le_dessin_et_rend_les_clics_a_la_carte(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = ouvrir(onglet, ETABLISSEMENTS)
    onglet.get_by_role("button", name="Dessiner un polygone").click()
    poser(carte, (0.5, 0.5))
    expect(onglet.get_by_role("button", name="Abandonner")).to_be_visible()
    carte.toile.press("Escape")
    expect(onglet.get_by_role("button", name="Abandonner")).to_be_hidden()
    expect(onglet.get_by_role("button", name="Dessiner un polygone")).to_have_attribute("aria-pressed", "false")
    assert "dans=" not in onglet.url


@pytest.mark.parametrize("largeur", [1440, 390])
def test_la_saisie_fait_ce_que_fait_la_souris(connecter: Callable[..., Page], largeur: int) -> None:
    onglet = connecter("mission.cci", largeur=largeur)
    carte = ouvrir(onglet, f"{ETABLISSEMENTS}?etat=ouvert")
    if not onglet.get_by_text("Choisir par une saisie").is_visible():
        onglet.get_by_text("Filtres et sélection").click()
    onglet.get_by_text("Choisir par une saisie").click()
    onglet.get_by_label("Rayon, en mètres").fill("1500")
    onglet.get_by_role("button", name="Prendre le centre de la carte").click()
    assert re.fullmatch(r"5,\d+", onglet.get_by_label("Longitude du centre").input_value())
    onglet.get_by_role("button", name="Ajouter à la sélection").click()
    adresse = attendre_la_forme(onglet, "dans=cercle")
    assert "etat=ouvert" in adresse
    assert adresse.endswith(",1500") or ",1500&" in adresse
    assert carte.onglet.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0


def _point(carte: Carte, part_x: float, part_y: float) -> tuple[float, float]:
    boite = carte.toile.bounding_box()
    assert boite is not None
    return boite["x"] + boite["width"] * part_x, boite["y"] + boite["height"] * part_y
