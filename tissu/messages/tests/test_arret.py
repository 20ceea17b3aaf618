"""Ne plus recevoir : le bouton arrête, la lecture n'arrête rien, un jeton faux ne dit rien."""

import pytest
from django.test import Client

from tissu.messages.choices import SourceDuChoix
from tissu.messages.models import Choix, Partie
from tissu.messages.operations import deposer
from tissu.messages.queries.liens import adresse_d_arret
from tissu.messages.tests.fabrique import Alerte
from tissu.messages.tests.test_operations import LUNDI

pytestmark = pytest.mark.django_db


@pytest.fixture
def adresse() -> str:
    deposer(Alerte((), courriels=("lea@boutique.example",)), auteur=None, au=LUNDI)
    return adresse_d_arret(Partie.objects.get()).removeprefix("http://localhost:8000")


def test_lire_n_arrete_rien(client: Client, adresse: str) -> None:
    page = client.get(adresse)
    assert page.status_code == 200
    assert "lea@boutique.example" in page.content.decode()
    assert not Choix.objects.exists()


def test_le_bouton_d_un_logiciel_arrete_sans_cookie(adresse: str) -> None:
    reponse = Client(enforce_csrf_checks=True).post(adresse, {"List-Unsubscribe": "One-Click"})
    assert reponse.status_code == 200
    choix = Choix.objects.get()
    assert (choix.coordonnee.valeur, choix.finalite, choix.source) == (
        "lea@boutique.example",
        "essai",
        SourceDuChoix.LIEN,
    )


def test_un_jeton_faux_est_une_page_absente(client: Client, adresse: str) -> None:
    assert client.get(adresse[:-3] + "/").status_code == 404
