"""Les garde-fous des essais mordent : chacun est violé exprès."""

import socket

import pytest
from django.template import engines
from django.test import Client

from conftest import EcritureParLecture, ReseauInterdit, VariableInconnue
from tissu.comptes.models import Organisation


def test_une_variable_de_gabarit_inconnue_echoue() -> None:
    gabarit = engines["django"].from_string("Bonjour {{ prenom_oublie }}")
    with pytest.raises(VariableInconnue, match="prenom_oublie"):
        gabarit.render({"nom": "Ada"})


def test_sortir_de_la_machine_echoue() -> None:
    with socket.socket() as prise, pytest.raises(ReseauInterdit, match=r"192\.0\.2\.1"):
        prise.connect(("192.0.2.1", 80))


@pytest.mark.django_db
def test_une_lecture_qui_ecrit_echoue(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def ecrire(*args: object, **kwargs: object) -> None:
        Organisation.objects.create(nom="Écrite par un GET", type="cci")

    monkeypatch.setattr("tissu.socle.views.feuille_de_couleurs", ecrire)
    with pytest.raises(EcritureParLecture, match="comptes_organisation"):
        client.get("/theme.css")
