"""La couverture : quel local est celui d'un adhérent, quel quartier est le moins couvert, qui approcher."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.queries.couverture import Part, couverture
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent, personne
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.queries import situation
from tissu.locaux.tests import fabrique as locaux

pytestmark = pytest.mark.django_db
ADRESSE = "/alerte-commerce/gestion/couverture/"


def test_un_local_se_reconnait_par_son_lien_son_siret_ou_son_nom() -> None:
    lie = locaux.local("Lié", "cafe_bar", quartier="Nord", numero="1")
    locaux.local("Siret", "boulangerie", quartier="Nord", numero="2", siret="55210055400013")
    locaux.local("Café d'Émile", "cafe_bar", quartier="Sud", numero="3", rue="RUE DU FOUR")
    locaux.local("Café d'Émile", "cafe_bar", quartier="Sud", numero="9", rue="RUE DU FOUR")
    locaux.local(quartier="Sud", numero="4")
    adherent("A", local=lie, adresse="")
    adherent("B", siret="55210055400013", adresse="")
    adherent("SARL CAFE D EMILE", adresse="3 rue du Four")
    adherent("Parti", etat=EtatAdherent.PARTI, parti_le=AU.date(), adresse="9 rue du Four")
    adherent("Introuvable", adresse="77 rue Perdue")
    lue = couverture(timezone.localdate())
    assert (lue.total, lue.sans_local) == (Part("Tout le territoire", 3, 4), 1)
    assert lue.quartiers == [Part("Sud", 1, 2), Part("Nord", 2, 2)]
    assert [part.nom for part in lue.activites] == ["Cafés, hôtels, restaurants", "Alimentaire"]


def test_les_nouveaux_sans_adhesion_sont_a_approcher(
    mission: Personne, voisine: Personne, connecte: Callable[[Personne], Client]
) -> None:
    jour = timezone.localdate()
    locaux.local("Ancien", "cafe_bar", depuis=jour - timedelta(days=400), numero="1")
    locaux.local("Neuf", "cafe_bar", depuis=jour - timedelta(days=20), numero="2")
    locaux.local("Plus neuf", "cafe_bar", depuis=jour - timedelta(days=5), numero="3")
    adherent("Neuf", adresse="2 rue de la Liberté")
    assert [ligne["enseigne"] for ligne in couverture(jour).nouveaux] == ["Plus neuf"]
    assert "Plus neuf" in connecte(mission).get(ADRESSE).content.decode()
    fichier = connecte(mission).get("/alerte-commerce/gestion/a-approcher.csv").content.decode("utf-8-sig")
    assert [une["Commerce"] for une in csv.DictReader(io.StringIO(fichier), delimiter=";")] == ["Plus neuf"]
    chez_l_autre = connecte(voisine)
    assert "Plus neuf" not in chez_l_autre.get(ADRESSE).content.decode()
    assert chez_l_autre.get("/alerte-commerce/gestion/a-approcher.csv").status_code == 403


def test_sans_local_la_page_le_dit(mission: Personne, connecte: Callable[[Personne], Client]) -> None:
    assert "Aucun local commercial connu" in connecte(mission).get(ADRESSE).content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_qui_lit(role: Role, connecte: Callable[[Personne], Client]) -> None:
    lisent = {Role.CHARGE_MISSION, Role.CHARGE_FILIERE, Role.ELU}
    for organisation in ("cci", "metropole", "agence", "police"):
        ouvert = role in lisent and organisation in {"cci", "metropole"}
        client = connecte(personne(role, organisation=organisation))
        assert client.get(ADRESSE).status_code == (200 if ouvert else 403), organisation


def test_autant_de_requetes_pour_vingt_que_pour_un() -> None:
    comptes = []
    for combien in (1, 19):
        for _ in range(combien):
            locaux.local("Boutique", "cafe_bar")
            adherent()
        situation.oublier()
        with CaptureQueriesContext(connection) as lues:
            couverture(timezone.localdate())
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]
