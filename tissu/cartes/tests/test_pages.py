"""Les écrans d'une carte, par le client : qui les ouvre, ce qu'ils disent, ce qu'ils taisent."""

import gzip
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.http import QueryDict
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from tissu.cartes import checks, couches
from tissu.cartes.couches import CoucheIndisponible
from tissu.cartes.lecture import demander, lire
from tissu.cartes.tests import exemple
from tissu.cartes.tests.fabrique import relire
from tissu.cartes.tests.test_lecture import VISITEUR
from tissu.cartes.tests.test_tuiles import case
from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Personne

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("couches_d_essai")]

Z, X, Y = case(5.0415, 47.322, 15)


@pytest.fixture(autouse=True)
def compteurs_a_zero() -> None:
    cache.clear()


@pytest.fixture
def connecte(client: Client) -> Callable[..., Client]:
    """Un client connecté avec ces rôles, tous donnés pour cette action."""

    def entrer(*roles: str, action: str = "") -> Client:
        qui = Personne.objects.create_user(f"p{Personne.objects.count()}@essai.example", "un-mot-de-passe-long")
        for role in roles:
            Attribution.objects.create(personne=qui, role=role, action=action)
        client.force_login(qui)
        return client

    return entrer


def tuile(slug: str, suite: str = "") -> str:
    return reverse("cartes:tuile", args=[slug, Z, X, Y]) + suite


def contenu(reponse: Any) -> bytes:
    assert reponse.status_code == 200
    return gzip.decompress(reponse.content) if reponse.get("Content-Encoding") == "gzip" else reponse.content


def adresses(slug: str) -> list[str]:
    return [
        reverse("cartes:carte", args=[slug]), reverse("cartes:liste", args=[slug]),
        reverse("cartes:objets", args=[slug]) + "?id=L1", reverse("cartes:description", args=[slug]), tuile(slug),
    ]  # fmt: skip


@pytest.mark.parametrize("rang", range(5))
def test_une_couche_fermee_ne_s_ouvre_par_aucune_adresse(
    rang: int, client: Client, connecte: Callable[..., Client]
) -> None:
    assert client.get(adresses("essai-locaux")[rang]).status_code == 200
    assert client.get(adresses("essai-reservee")[rang]).status_code == 403
    assert connecte(Role.POLICE).get(adresses("essai-reservee")[rang]).status_code == 403
    assert connecte(Role.LECTEUR).get(adresses("essai-reservee")[rang]).status_code == 200


def test_un_role_donne_pour_une_autre_action_n_ouvre_pas_la_couche_d_une_action(
    connecte: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couches, "portee_des_roles", lambda slug: "essai")
    couches.couches.cache_clear()
    assert connecte(Role.LECTEUR, action="autre").get(tuile("essai-reservee")).status_code == 403
    assert connecte(Role.LECTEUR, action="essai").get(tuile("essai-reservee")).status_code == 200


def test_l_index_ne_montre_que_ce_que_l_on_peut_ouvrir(client: Client, connecte: Callable[..., Client]) -> None:
    def titres() -> list[str]:
        return [couche.slug for couche in client.get(reverse("cartes:index")).context["couches"]]

    assert titres() == ["essai-locaux", "essai-quartiers"]
    connecte(Role.LECTEUR)
    assert titres() == ["essai-locaux", "essai-reservee", "essai-quartiers"]


def test_une_couche_inconnue_n_existe_pas(client: Client) -> None:
    assert [client.get(adresse).status_code for adresse in adresses("inconnue")] == [404] * 5


# --- Ce qui est réservé ---


@pytest.mark.parametrize("role", [Role.LECTEUR, Role.CHARGE_MISSION])
def test_un_champ_reserve_ne_sort_que_pour_son_role(
    role: Role, connecte: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Même champ de carte et titre des objets, et même demandé en tri."""
    loyer = replace(exemple.CHAMPS[3], carte=True)
    couche = replace(exemple.ESSAI_RESERVEE, champs=(*exemple.CHAMPS[:3], loyer), titre_objet="loyer")
    monkeypatch.setattr(exemple, "COUCHES", (couche,))
    couches.couches.cache_clear()
    client = connecte(role)
    lu = relire(contenu(client.get(tuile("essai-reservee"))), tmp_path, Z, X, Y)
    textes = [client.get(f"{adresse}{'&' if '?' in adresse else '?'}tri=loyer").content.decode()
              for adresse in adresses("essai-reservee")[:4]]  # fmt: skip
    voit = role == Role.CHARGE_MISSION
    assert {objet.get("titre") for objet in lu["objets"]} == ({210, 180} if voit else {None})
    assert [("Loyer" in texte or "210" in texte) for texte in textes] == [voit] * 4


def test_un_theme_au_champ_reserve_n_est_pas_propose(
    connecte: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    par_loyer = replace(exemple.THEME, slug="loyer", champ="loyer")
    monkeypatch.setattr(exemple, "COUCHES", (replace(exemple.ESSAI_RESERVEE, themes=(exemple.THEME, par_loyer)),))
    couches.couches.cache_clear()

    def proposes(role: Role) -> tuple[list[str], str]:
        lu = connecte(role).get(reverse("cartes:description", args=["essai-reservee"]) + "?theme=loyer").json()
        return [theme["slug"] for theme in lu["themes"]], lu["theme"]["slug"]

    assert proposes(Role.LECTEUR) == (["activite"], "activite")
    assert proposes(Role.CHARGE_MISSION) == (["activite", "loyer"], "loyer")


# --- Les tuiles servies ---


def test_une_tuile_suit_les_filtres_la_date_et_la_selection(client: Client, tmp_path: Path) -> None:
    def presents(suite: str) -> set[str]:
        lu = relire(contenu(client.get(tuile("essai-locaux", suite))), tmp_path, Z, X, Y)
        return {objet["id"] for objet in lu.get("objets", [])}

    assert presents("") == {"L1", "L2"}
    assert presents("?activite=restauration") == {"L1"}
    assert presents("?dans=cercle:5.0425,47.3222,30") == {"L2"}
    assert presents("?hors=rue:1") == set()


def test_une_tuile_ne_se_redonne_pas_a_qui_l_a_deja(client: Client) -> None:
    premiere = client.get(tuile("essai-locaux"))
    deja = client.get(tuile("essai-locaux"), headers={"If-None-Match": premiere["ETag"]})
    autre = client.get(tuile("essai-locaux", "?activite=restauration"), headers={"If-None-Match": premiere["ETag"]})
    assert (deja.status_code, deja.content, deja["ETag"], autre.status_code) == (304, b"", premiere["ETag"], 200)


def test_seule_la_tuile_d_un_visiteur_se_garde_en_commun(client: Client, connecte: Callable[..., Client]) -> None:
    empreinte = lire(exemple.ESSAI_LOCAUX, demander(exemple.ESSAI_LOCAUX, QueryDict(), VISITEUR)).empreinte
    assert client.get(tuile("essai-locaux"))["Cache-Control"] == "public, no-cache"
    assert client.get(tuile("essai-locaux", f"?v={empreinte}"))["Cache-Control"] == "public, max-age=86400"
    assert client.get(tuile("essai-locaux", "?v=perimee"))["Cache-Control"] == "public, no-cache"
    assert connecte(Role.LECTEUR).get(tuile("essai-locaux"))["Cache-Control"] == "private, no-cache"
    assert client.get(tuile("essai-reservee"))["Cache-Control"] == "private, no-cache"


def test_l_empreinte_d_un_agent_n_est_pas_celle_d_un_visiteur(client: Client, connecte: Callable[..., Client]) -> None:
    """Sous la même adresse, un cache partagé ne peut pas confondre leurs tuiles."""
    visiteur = client.get(tuile("essai-locaux"))["ETag"]
    assert connecte(Role.CHARGE_MISSION).get(tuile("essai-locaux"))["ETag"] != visiteur


def test_une_tuile_se_serre_si_le_navigateur_le_lit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tissu.cartes.views.tuiles.OCTETS_A_SERRER", 10)
    nue = client.get(tuile("essai-locaux"))
    serree = client.get(tuile("essai-locaux"), headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(serree.content) == nue.content
    assert ("Accept-Encoding" in nue["Vary"], nue.get("Content-Encoding")) == (True, None)


@pytest.mark.parametrize("suite", ["?dans=cercle:x", "?dans=zone:inconnue/1", "?hors=perimetre:999"])
def test_une_selection_illisible_se_dit_partout(client: Client, suite: str) -> None:
    assert client.get(tuile("essai-locaux", suite)).status_code == 400
    page = client.get(reverse("cartes:carte", args=["essai-locaux"]) + suite)
    assert (page.status_code, "Voir la carte sans cette sélection" in page.content.decode()) == (400, True)


def test_une_tuile_hors_du_monde_n_existe_pas(client: Client) -> None:
    assert client.get(reverse("cartes:tuile", args=["essai-locaux", 3, 8, 0])).status_code == 404


# --- La description ---


def test_la_description_dit_tout_ce_qu_il_faut_pour_dessiner_et_expliquer(client: Client) -> None:
    lu = client.get(reverse("cartes:description", args=["essai-locaux"])).json()
    assert (lu["total"], lu["places"], lu["sans_position"], lu["amas"]) == (5, 4, 1, False)
    assert lu["emprise"] == [5.03, 47.322, 5.08, 47.35]
    assert [(e["cle"], e["libelle"], e["effectif"]) for e in lu["legende"]] == [
        ("k0", "Restauration", 1), ("k1", "Habillement", 2), ("k2", "Services", 2),
    ]  # fmt: skip
    assert (lu["theme"]["classement_dit"], lu["source_au"]) == ("catégories", "2026-11-01")
    assert [jour["jour"] for jour in lu["dates"]] == ["2025-01-01", "2026-01-01"]
    assert lu["au"] == "2026-01-01"
    modele = lu["tuiles"].replace("{z}", str(Z)).replace("{x}", str(X)).replace("{y}", str(Y))
    assert client.get(modele)["Cache-Control"] == "public, max-age=86400"


def test_la_description_suit_filtres_date_et_selection(client: Client) -> None:
    suite = "?activite=habillement&au=2025-01-01&hors=cercle:5.08,47.35,50"
    lu = client.get(reverse("cartes:description", args=["essai-locaux"]) + suite).json()
    assert (lu["total"], lu["au"]) == (1, "2025-01-01")
    assert "activite=habillement" in lu["tuiles"] and "au=2025-01-01" in lu["tuiles"] and "hors=cercle" in lu["tuiles"]


def test_le_gris_entre_dans_la_legende_quand_il_y_en_a(client: Client) -> None:
    lu = client.get(reverse("cartes:description", args=["essai-quartiers"])).json()
    assert [(e["cle"], e["motif"], e["effectif"]) for e in lu["legende"]] == [("k0", "plein", 1), ("kx", "gris", 1)]
    assert lu["theme"]["classement_dit"].startswith("quantiles")


# --- La page ---


def test_la_page_se_suffit_sans_javascript(client: Client) -> None:
    lu = client.get(reverse("cartes:carte", args=["essai-locaux"]) + "?activite=habillement").content.decode()
    texte = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", lu))
    assert "2 locaux" in texte and "Librairie &lt;b&gt;Centrale&lt;/b&gt;" in lu
    assert "Café du Port" not in texte
    assert texte.index("Tableau équivalent") > texte.index("Liste limitée à la carte")
    assert "Appliquer" in texte


def test_la_page_ne_porte_ni_script_ni_style_en_ligne(client: Client) -> None:
    lu = client.get(reverse("cartes:carte", args=["essai-locaux"])).content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", lu) == []
    assert re.findall(r"\sstyle=|<style", lu) == []


def test_la_liste_suit_le_cadre_et_le_dit(client: Client) -> None:
    adresse = reverse("cartes:liste", args=["essai-locaux"]) + "?cadre=5.04,47.32,5.05,47.33"
    reponse = client.get(adresse)
    assert reponse.context["phrase"] == "2 locaux dans le cadre de la carte, sur 5"
    assert sorted(objet.id for objet in reponse.context["elements"]) == ["L1", "L2"]


def test_la_bulle_dit_un_objet_ou_plusieurs_et_ne_tait_pas_le_reste(client: Client) -> None:
    adresse = reverse("cartes:objets", args=["essai-locaux"])
    un = client.get(f"{adresse}?id=L1").content.decode()
    deux = client.get(f"{adresse}?id=L1&id=L2&id=inconnu").content.decode()
    assert "Café du Port" in un and "45,5" in un
    assert "2 locaux ici" in deux and "&quot;http://x&quot;" in deux
    trop = client.get(adresse + "?" + "&".join(f"id=L1&id=X{rang}" for rang in range(30)))
    assert trop.context["reste"] == 11
    assert client.get(f"{adresse}?id=inconnu").status_code == 404


def test_un_objet_hors_des_filtres_ne_se_lit_pas(client: Client) -> None:
    adresse = reverse("cartes:objets", args=["essai-locaux"])
    assert client.get(f"{adresse}?id=L1&activite=services").status_code == 404


def test_des_donnees_absentes_se_disent(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def absentes() -> str:
        raise CoucheIndisponible("Importez d'abord le fichier de la ville.")

    monkeypatch.setattr(exemple, "COUCHES", (replace(exemple.ESSAI_LOCAUX, version=absentes),))
    couches.couches.cache_clear()
    page = client.get(reverse("cartes:carte", args=["essai-locaux"]))
    assert (page.status_code, "Importez d&#x27;abord" in page.content.decode()) == (200, True)
    assert client.get(tuile("essai-locaux")).status_code == 404


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_lignes(
    connecte: Callable[..., Client], django_assert_num_queries: Callable[..., Any]
) -> None:
    client = connecte(Role.LECTEUR)
    for adresse, requetes in zip(adresses("essai-reservee"), (4, 3, 3, 3, 3), strict=True):
        # Un objet, deux, puis tous.
        for suite in ("dans=cercle:5.0415,47.322,10", "dans=cercle:5.0415,47.322,500", ""):
            with django_assert_num_queries(requetes):
                assert client.get(f"{adresse}{'&' if '?' in adresse else '?'}{suite}").status_code == 200


def test_le_fond_est_celui_du_territoire(client: Client) -> None:
    lu = client.get(reverse("cartes:fond")).json()
    assert len(lu["features"]) == 23 and {"nom", "lon", "lat"} == set(lu["features"][0]["properties"])


# --- Le composant ---


def composant(gabarit: str, qui: Any, adresse: str = "/ailleurs/") -> str:
    request = RequestFactory().get(adresse)
    request.user = qui
    return engines["django"].from_string("{% load cartes %}" + gabarit).render({}, request)


def test_le_composant_pose_la_carte_avec_les_filtres_de_la_page(client: Client) -> None:
    lu = composant('{% carte "essai-locaux" titre="Commerces" %}', VISITEUR, "/ailleurs/?activite=habillement")
    reglages = re.search(r'data-carte="([^"]+)"', lu)
    assert reglages is not None
    decrite = json.loads(html.unescape(reglages[1]))
    assert (decrite["description"]["total"], decrite["liste"]) == (2, "")
    assert "Ouvrir la carte entière" in lu and 'aria-label="Commerces"' in lu and "Liste limitée" not in lu


def test_le_composant_prend_d_autres_filtres_et_peut_suivre() -> None:
    lu = composant('{% carte "essai-locaux" suivre=True au="2025-01-01" activite="services" %}', VISITEUR)
    assert "&quot;total&quot;: 2" in lu and "au=2025-01-01" in lu and "Liste limitée à la carte" in lu


def test_le_composant_n_est_rien_pour_qui_ne_peut_pas_l_ouvrir() -> None:
    assert composant('{% carte "essai-reservee" %}', VISITEUR).strip() == ""


def test_le_composant_dit_une_selection_illisible_sans_casser_la_page() -> None:
    lu = composant('{% carte "essai-locaux" %}', VISITEUR, "/ailleurs/?dans=cercle:x")
    assert "s&#x27;écrit longitude" in lu and "data-carte=" not in lu


# --- Les vérifications du démarrage ---


def test_les_couches_du_produit_sont_bien_declarees() -> None:
    couches.couches.cache_clear()
    assert [erreur for erreur in run_checks() if erreur.id == "tissu.E040"] == []


@pytest.mark.parametrize(
    ("changement", "phrase"),
    [
        ({"titre_objet": "titre"}, "titre_objet nomme « titre »"),
        ({"themes": ()}, "elle n'a aucun thème"),
        ({"themes": (replace(exemple.THEME, champ="absent"),)}, "le thème « activite » lit « absent »"),
        ({"themes": (replace(exemple.THEME, classes=()),)}, "le thème « activite » n'a pas de classes"),
        ({"themes": (replace(exemple.THEME, rampe="arc-en-ciel"),)}, "rampe inconnue : arc-en-ciel"),
        ({"adresse_objet": "nulle:part"}, "adresse_objet nomme « nulle:part »"),
        ({"publique": False}, "elle n'est ouverte à aucun rôle"),
        ({"champs": (*exemple.CHAMPS, exemple.CHAMPS[0])}, "le champ nom est déclaré deux fois"),
    ],
)
def test_une_couche_mal_declaree_se_dit(changement: dict[str, Any], phrase: str) -> None:
    assert any(phrase in defaut for defaut in checks.defauts(replace(exemple.ESSAI_LOCAUX, **changement)))
