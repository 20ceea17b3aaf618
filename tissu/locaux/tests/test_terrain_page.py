"""La page de relevé et ce qui la garde sur le téléphone : la même pour tous, sans donnée, à jour dès qu'elle change."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from tissu.comptes.models import Personne
from tissu.locaux.models import Tournee
from tissu.locaux.queries import coquille
from tissu.locaux.tests import fabrique
from tissu.socle.theme import theme

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]


@pytest.fixture(autouse=True)
def front_construit() -> None:
    if finders.find(coquille.OUVRIER) is None:
        pytest.skip("Les scripts ne sont pas construits : make front.")


def lire_la_coquille(client: Client) -> dict[str, Any]:
    """Ce que l'ouvrier de service dit garder."""
    texte = client.get(reverse("locaux:terrain_ouvrier")).content.decode()
    trouve = re.match(r"self\.COQUILLE = (\{.*\});\n", texte)
    assert trouve
    return json.loads(trouve[1])


def test_la_page_est_la_meme_pour_tous_et_ne_porte_ni_donnee_ni_jeton(
    connecte: Connecter, agent: Personne, lectrice: Personne
) -> None:
    pages = [connecte(qui).get(reverse("locaux:terrain")) for qui in (agent, lectrice)]
    assert pages[0].content == pages[1].content
    texte = pages[0].content.decode()
    assert [mot in texte for mot in ("csrf", str(agent), agent.courriel, "<style", "onclick")] == [False] * 5
    # Le navigateur ne la garde pas : c'est l'ouvrier de service qui s'en charge.
    assert "no-store" in pages[0]["Cache-Control"]
    assert "tissu_csrf" not in pages[0].cookies


def test_l_ouvrier_ne_regne_que_sur_sa_page_et_garde_tout_ce_qu_elle_charge(
    connecte: Connecter, agent: Personne
) -> None:
    client = connecte(agent)
    reponse = client.get(reverse("locaux:terrain_ouvrier"))
    assert (reponse["Content-Type"], reponse["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert "Service-Worker-Allowed" not in reponse
    gardees = set(lire_la_coquille(client)["adresses"])
    texte = client.get(reverse("locaux:terrain")).content.decode()
    chargees = set(re.findall(r'<(?:link|script)[^>]*(?:href|src)="([^"]+)"', texte))
    assert chargees - gardees == set()
    assert reverse("locaux:terrain") in gardees
    assert [adresse for adresse in gardees if "/tournees/" in adresse or "/releves/" in adresse] == []


def test_l_ouvrier_change_des_que_la_coquille_change(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    avant = lire_la_coquille(client)["version"]
    assert lire_la_coquille(client)["version"] == avant
    monkeypatch.setattr("tissu.locaux.queries.coquille.feuille_de_couleurs", lambda: ":root{--accent:#123456}")
    assert lire_la_coquille(client)["version"] != avant


def test_le_manifeste_nomme_le_territoire_et_ses_icones_existent(client: Client) -> None:
    reponse = client.get(reverse("locaux:terrain_manifeste"))
    lu = reponse.json()
    assert (reponse["Content-Type"], lu["start_url"], lu["scope"], lu["display"]) == (
        "application/manifest+json", reverse("locaux:terrain"), reverse("locaux:terrain"), "standalone",
    )  # fmt: skip
    assert (lu["name"], lu["theme_color"]) == (f"Relevé des locaux – {theme().nom}", theme().accent)
    tailles = {}
    for icone in lu["icons"]:
        with Image.open(BytesIO(client.get(icone["src"]).content)) as image:
            tailles[icone["src"], icone["purpose"]] = (f"{image.width}x{image.height}" == icone["sizes"], image.format)
    assert (len(tailles), set(tailles.values())) == (4, {(True, "PNG")})
    assert client.get(reverse("locaux:terrain_icone", args=[64])).status_code == 404


def test_la_politique_de_securite_admet_l_ouvrier_et_rien_d_ailleurs(connecte: Connecter, agent: Personne) -> None:
    regles = connecte(agent).get(reverse("locaux:terrain"))["Content-Security-Policy"]
    dites = dict(regle.strip().split(" ", 1) for regle in regles.split(";") if " " in regle.strip())
    assert (dites["worker-src"], dites["manifest-src"]) == ("'self'", "'self'")
    assert "unsafe" not in regles


def test_l_accueil_dit_combien_de_rues_restent(connecte: Connecter, agent: Personne) -> None:
    fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    ouverte = fabrique.campagne("Relevé en cours", fin=None, etat="ouverte")
    for rang, nom in enumerate(("RUE A", "RUE B", "RUE C")):
        Tournee.objects.create(campagne=ouverte, voie=fabrique.voie(nom), releveur=agent if rang else None, ordre=rang)
    attentes = connecte(agent).get("/").context["bloc"].attentes
    des_rues = [une.titre for une in attentes if une.url == reverse("locaux:terrain")]
    assert des_rues == ["2\u00a0rues à relever"]
