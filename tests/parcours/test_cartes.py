"""La carte et sa liste au même pas, l'adresse qui se partage, le clavier, le téléphone, sans JavaScript."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.parcours.conftest import ATTENTE, Demonstration, defauts_d_accessibilite
from tests.parcours.pages.carte import Bulle, Carte
from tissu.registre.tests.serveur_local import Demande, Reponse, servir

ETABLISSEMENTS = "/cartes/etablissements/"


def test_deplacer_la_carte_reduit_la_liste_tant_qu_on_le_veut(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = Carte.ouvrir(onglet, ETABLISSEMENTS)
    tous = sum(carte.legende().values())
    # Ce qui n'a pas de position est dans la liste entière, jamais dans le cadre.
    places = carte.attendre_un_compte(f"< {tous}")
    carte.approcher(3)
    carte.attendre_un_compte(f"< {places}")
    assert "dans le cadre de la carte" in onglet.locator("[data-carte-compte]").inner_text()

    onglet.get_by_role("switch", name="Liste limitée à la carte").uncheck()
    assert carte.attendre_un_compte(f"> {places}") == tous
    assert "cadre=non" in onglet.url


def test_de_la_ligne_au_point_et_du_point_a_la_fiche(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = Carte.ouvrir(onglet, f"{ETABLISSEMENTS}?commune=21166&etat=ouvert")
    titre = carte.titres()[0]
    bulle = carte.situer(titre)
    assert bulle.titre() == titre
    assert defauts_d_accessibilite(onglet) == []
    # La bulle a le focus ; la fermer le rend au bouton d'où l'on vient.
    bulle.fermer_au_clavier()
    expect(onglet.locator("[data-carte-situer]:focus")).to_have_count(1)

    # Le point est là où « Situer » l'a mis : au milieu, aux trois quarts de la hauteur.
    carte.cliquer(0.5, 0.75)
    bulle = Bulle(onglet)
    assert titre in bulle.boite.inner_text()
    expect(onglet.locator("[data-objet][data-surlignee]").first).to_contain_text(titre)


def test_une_adresse_partagee_redonne_la_meme_vue(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = Carte.ouvrir(onglet, ETABLISSEMENTS)
    onglet.get_by_label("Couleurs").select_option("etat")
    expect(onglet.locator(".legende > summary")).to_have_text("État")
    onglet.get_by_label("Commune").select_option("21231")
    expect(onglet.get_by_role("group", name="Filtres posés")).to_contain_text("Dijon")
    a_dijon = sum(carte.legende().values())
    carte.attendre_un_compte(f"< {a_dijon}")
    carte.approcher(2)
    expect(onglet).to_have_url(re.compile("vue="))
    onglet.wait_for_timeout(3000)
    adresse, compte, legende = onglet.url, carte.compte(), carte.legende()
    assert {"theme=etat", "commune=21231"} < set(adresse.partition("?")[2].split("&"))

    onglet.goto("/")
    retrouvee = Carte.ouvrir(onglet, adresse)
    # À l'arrondi près de l'adresse : un point posé sur le bord du cadre peut en sortir.
    retrouvee.attendre_un_compte(f"in range({compte - 3}, {compte + 4})")
    assert (onglet.url, retrouvee.legende()) == (adresse, legende)
    onglet.go_back()
    expect(onglet.get_by_role("heading", name="Bonjour")).to_be_visible()


def test_le_temps_avance_sans_recharger_la_page(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    carte = Carte.ouvrir(onglet, "/cartes/flux/")
    onglet.evaluate("window.jamaisRechargee = true")
    curseur = onglet.get_by_role("slider")
    dit = curseur.get_attribute("aria-valuetext")
    octobre = carte.legende()
    curseur.focus()
    onglet.keyboard.press("ArrowLeft")
    expect(onglet).to_have_url(re.compile("au=2026-"))
    onglet.wait_for_timeout(1000)
    assert (curseur.get_attribute("aria-valuetext") != dit, carte.legende() != octobre) == (True, True)
    assert onglet.evaluate("window.jamaisRechargee") is True
    onglet.go_back()
    expect(onglet).to_have_url(re.compile(r"/cartes/flux/(\?(?!.*au=).*)?$"))
    onglet.wait_for_timeout(1000)
    assert carte.legende() == octobre


def test_la_carte_a_cote_de_la_liste_du_registre(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    onglet.goto("/registre/?commune=21231")
    onglet.get_by_role("link", name="Carte et liste").click()
    carte = Carte(onglet)
    compte = onglet.locator('[data-carte-partie="compte-de-liste"]')
    avant = compte.inner_text()
    carte.approcher(1)
    for _ in range(60):
        if compte.inner_text() != avant:
            break
        onglet.wait_for_timeout(100)
    assert compte.inner_text() != avant
    # Les pages de la liste réduite restent celles de la liste réduite.
    onglet.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name="Page 2").click()
    expect(onglet.locator(".pagination-tissu p")).to_contain_text("26 à 50")
    assert "page=" not in onglet.url


def test_au_telephone_la_carte_ou_la_liste_sous_le_pouce(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=390, hauteur=844)
    carte = Carte.ouvrir(onglet, ETABLISSEMENTS)
    bascule = onglet.get_by_role("group", name="Ce qui se voit")
    boite = bascule.bounding_box()
    assert boite is not None and 700 < boite["y"] < 844
    expect(onglet.locator(".carte-liste")).to_be_hidden()
    expect(onglet.get_by_label("Commune")).to_be_hidden()
    bascule.get_by_role("button", name="Liste").click()
    expect(carte.toile).to_be_hidden()
    assert bascule.get_by_role("button", name="Liste").get_attribute("aria-pressed") == "true"
    assert defauts_d_accessibilite(onglet) == []
    # « Situer » ramène à la carte.
    carte.situer(carte.titres()[0])
    expect(carte.toile).to_be_visible()


def test_au_clavier_on_passe_la_carte(connecter: Callable[..., Page]) -> None:
    onglet = connecter("mission.cci", largeur=1440)
    Carte.ouvrir(onglet, "/cartes/communes/")
    evitement = onglet.get_by_role("link", name="Passer la carte")
    evitement.focus()
    expect(evitement).to_be_visible()
    onglet.evaluate("document.querySelector('#tableau table').dataset.temoin = 'le même'")
    onglet.keyboard.press("Enter")
    assert onglet.evaluate("document.activeElement.id") == "tableau"
    # Aller à l'ancre ne redemande rien : le tableau où l'on est reste celui-là.
    onglet.wait_for_load_state("networkidle")
    assert onglet.evaluate("document.querySelector('#tableau table').dataset.temoin") == "le même"
    onglet.keyboard.press("Tab")
    assert onglet.evaluate("Boolean(document.activeElement.closest('#tableau'))") is True


@pytest.fixture
def sans_javascript(
    navigateur: Browser, demonstration: Demonstration, connecter: Callable[..., Page]
) -> Iterator[Page]:
    connecter("mission.cci")
    contexte = navigateur.new_context(
        base_url=demonstration.adresse, java_script_enabled=False, storage_state=demonstration.connexions["mission.cci"]
    )
    contexte.set_default_timeout(ATTENTE)
    yield contexte.new_page()
    contexte.close()


def test_sans_javascript_la_liste_et_le_tableau_suffisent(sans_javascript: Page) -> None:
    onglet = sans_javascript
    onglet.goto("/cartes/flux/")
    expect(onglet.locator(".carte-liste li").first).to_be_visible()
    onglet.get_by_label("Événement").select_option("creation_pure")
    onglet.locator("#choix-date").select_option(index=0)
    onglet.get_by_role("button", name="Appliquer").click()
    expect(onglet.get_by_role("group", name="Filtres posés")).to_contain_text("Création pure")
    assert "au=" in onglet.url and "type=creation_pure" in onglet.url
    onglet.get_by_role("link", name="Date d'effet").click()
    expect(onglet.locator("th[aria-sort=ascending]")).to_have_text("Date d'effet")
    # Rien ne promet ce qui ne marcherait pas.
    expect(onglet.get_by_role("switch")).to_have_count(0)
    expect(onglet.get_by_role("slider")).to_have_count(0)


STYLE = {
    "version": 8,
    "sources": {},
    "layers": [{"id": "sol", "type": "background", "paint": {"background-color": "#def"}}],
}


@pytest.mark.parametrize(
    ("corps", "mot", "mention"),
    [(json.dumps(STYLE), "", "© Service d'essai"), ("<html>en panne</html>", "contours du territoire seuls", "")],
)
def test_le_plan_en_ligne_se_montre_s_il_repond_sinon_les_contours(
    corps: str, mot: str, mention: str, connecter: Callable[..., Page], settings: Any
) -> None:
    """Le service de l'IGN est joué par un serveur local ; la politique de sécurité n'admet que lui."""

    def repondre(demande: Demande) -> Reponse:
        return Reponse(corps.encode(), entetes={"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"})

    with servir(repondre) as service:
        politique: dict[str, Any] = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
        politique["DIRECTIVES"]["connect-src"].append(service.adresse)
        settings.CONTENT_SECURITY_POLICY = politique
        settings.FOND_DE_CARTE = f"{service.adresse}/style.json"
        settings.FOND_DE_CARTE_MENTION = "© Service d'essai"
        onglet = connecter("mission.cci", largeur=1440)
        Carte.ouvrir(onglet, "/cartes/etablissements/")
        for _ in range(40):
            if service.demandes:
                break
            onglet.wait_for_timeout(100)
        onglet.wait_for_timeout(1000)
        assert [demande.chemin for demande in service.demandes] == ["/style.json"]
        assert "referer" not in service.demandes[0].entetes and "cookie" not in service.demandes[0].entetes
        assert mot in (onglet.locator(".carte__mot").text_content() or "")
        assert (mention in onglet.locator(".maplibregl-ctrl-attrib").inner_text()) is True
