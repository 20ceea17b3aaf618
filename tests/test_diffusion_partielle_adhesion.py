"""Un commerçant protégé adhère par son SIRET : il est reconnu, et rien de ce que l'Insee tait ne se montre."""

from typing import Any

import pytest
from django.test import Client

from tests.registre_marque import OUVERTE, PROTEGES, fuites
from tissu.actions.alerte_commerce.models import Adherent

ADHERER = "/alerte-commerce/adherer/"


@pytest.mark.parametrize("siret", PROTEGES)
def test_un_etablissement_protege_est_reconnu_sans_etre_montre(siret: str, registre: Any) -> None:
    client = Client()
    trouve = client.get(ADHERER, {"q": siret})
    [lieu] = trouve.context["propositions"]
    assert (lieu.siret, lieu.protege) == (siret, True)
    choisi = client.get(ADHERER, {"lieu": lieu.cle})
    assert choisi.context["formulaire"]["siret"].value() == siret
    assert fuites(trouve.content.decode()) + fuites(choisi.content.decode()) == []
    assert "écrivez vous-même" in choisi.content.decode()


def test_ni_un_nom_ni_une_rue_proteges_ne_se_cherchent(registre: Any) -> None:
    client = Client()
    for mot in ("RUEPHY", "RUESOC", "ENSEIGNEPHY"):
        assert client.get(ADHERER, {"q": mot}).context["propositions"] == []


def test_un_etablissement_ouvert_remplit_le_formulaire(registre: Any) -> None:
    formulaire = Client().get(ADHERER, {"lieu": f"siret:{OUVERTE}"}).context["formulaire"]
    assert "DENOMINATIONOUVERTE" in formulaire["nom"].value()
    assert "RUEOUVERTE" in formulaire["adresse"].value()


def test_la_demande_n_enregistre_que_ce_que_la_personne_a_ecrit(registre: Any) -> None:
    client, siret = Client(), PROTEGES[0]
    commerce = {"nom": "Mon atelier", "adresse": "1 rue choisie", "code_commune": "21231", "activite": "services"}
    client.post(ADHERER, commerce | {"siret": siret})
    client.post(f"{ADHERER}contact/", {"nom": "Moi", "mobile": "06 39 98 00 01", "courriel": ""})
    client.post(f"{ADHERER}charte/", {"accepte": "on", "signataire": "Moi", "version": "2024-1"})
    un = Adherent.objects.get()
    assert (un.siret, un.nom, un.adresse, un.lon) == (siret, "Mon atelier", "1 rue choisie", None)
