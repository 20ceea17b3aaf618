"""« Mes veilles » : suivre depuis la page d'un lieu, lire, arrêter ; à chacun les siennes."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tissu.actions.observatoire_commerce.messages import VEILLES
from tissu.actions.observatoire_commerce.models import VeilleDeLocaux
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique
from tissu.messages.queries.choix import recoit

pytestmark = pytest.mark.django_db
PAGE, SUIVRE = "/observatoire-commerce/veilles/", "/observatoire-commerce/veilles/suivre/"
Connecter = Callable[[Personne], Client]


def test_on_suit_une_rue_depuis_sa_page(mission: Personne, connecte: Connecter) -> None:
    local = fabrique.local("Bar", "bar", quartier="Centre")
    client = connecte(mission)
    page = client.get(reverse("observatoire_commerce:vacance"), {"voie": local.voie_id})
    assert [code for code, _ in page.context["a_suivre"]] == ["vacant", "activite", "tout"]
    assert client.post(SUIVRE, {"voie": local.voie_id, "sorte": "tout"}).url == PAGE
    reponse = client.get(PAGE)
    [suivi] = reponse.context["suivis"]
    assert (suivi.lieu.nom, suivi.veille.sorte) == ("RUE DE LA LIBERTE", "tout")
    assert suivi.lieu.lien() == f"/observatoire-commerce/vacance/?voie={local.voie_id}"


def test_le_territoire_ne_se_suit_pas_tout_entier(mission: Personne, connecte: Connecter) -> None:
    page = connecte(mission).get(reverse("observatoire_commerce:vacance"))
    assert [code for code, _ in page.context["a_suivre"]] == ["vacant", "activite"]
    connecte(mission).post(SUIVRE, {"sorte": "tout"})
    assert not VeilleDeLocaux.objects.exists()


def test_la_page_dit_ce_qui_a_change(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    client.post(SUIVRE, {"quartier": "Centre", "sorte": "vacant"})
    fabrique.local(quartier="Centre", numero="7")
    fabrique.local(quartier="Nord")
    texte = client.get(PAGE).content.decode()
    assert texte.count("vu pour la première fois") == 1
    assert "7 RUE DE LA LIBERTE" in texte


def test_on_arrete_les_siennes_seulement(mission: Personne, voisine: Personne, connecte: Connecter) -> None:
    connecte(voisine).post(SUIVRE, {"sorte": "vacant"})
    veille = VeilleDeLocaux.objects.get()
    arreter = reverse("observatoire_commerce:veille_arreter", args=[veille.pk])
    assert connecte(mission).post(arreter).status_code == 404
    assert connecte(mission).get(PAGE).context["suivis"] == []
    assert connecte(voisine).post(arreter).url == PAGE
    assert not VeilleDeLocaux.objects.exists()


def test_le_resume_s_arrete_et_reprend(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    for dit, actif in (("non", False), ("oui", True)):
        client.post(reverse("observatoire_commerce:veille_resume"), {"actif": dit})
        assert recoit(mission, VEILLES) is actif
        assert client.get(PAGE).context["resume_actif"] is actif


def test_une_commune_inconnue_est_une_page_absente(mission: Personne, connecte: Connecter) -> None:
    assert connecte(mission).post(SUIVRE, {"commune": "75056", "sorte": "vacant"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "attendu"), [(Role.ELU, 200), (Role.LECTEUR, 200), (Role.AGENCE, 200), (Role.COURTIER, 403)]
)
def test_qui_ouvre_la_page(role: str, attendu: int, connecte: Connecter) -> None:
    assert connecte(fabrique.personne(role, organisation="metropole")).get(PAGE).status_code == attendu
