"""La couverture : quel local est celui d'un adhérent, quel quartier est le moins couvert, qui approcher."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.couches import COMMUNES, QUARTIERS
from tissu.actions.alerte_commerce.queries.couverture import Part, couverture
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent, personne
from tissu.cartes.couches import CoucheIndisponible, Demande
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
    locaux.local("Autre", "boulangerie", quartier="Nord", numero="5")
    locaux.local("Autre encore", "boulangerie", quartier="Sud", numero="6")
    adherent("A", local=lie, adresse="")
    adherent("B", siret="55210055400013", adresse="")
    adherent("SARL CAFE D EMILE", adresse="3 rue du Four")
    adherent("Parti", etat=EtatAdherent.PARTI, parti_le=AU.date(), adresse="9 rue du Four")
    adherent("Introuvable", adresse="77 rue Perdue")
    lue = couverture(timezone.localdate())
    assert (lue.total, lue.sans_local) == (Part("Tout le territoire", 3, 6), 1)
    assert lue.quartiers == [Part("Sud", 1, 3), Part("Nord", 2, 3)]
    assert lue.communes == [Part("Dijon", 3, 6)]
    assert [part.nom for part in lue.activites] == ["Alimentaire", "Cafés, hôtels, restaurants"]


def boutiques(quartier: str, combien: int, *, membres: int = 0, **champs: Any) -> None:
    for rang in range(combien):
        place = {"lon": 5.04 + (rang % 4) * 1e-3, "lat": 47.32 + (rang // 4) * 1e-3}
        local = locaux.local(f"{quartier} {rang}", "cafe_bar", quartier=quartier, **place | champs)
        if rang < membres:
            adherent(local=local, adresse="")


def test_ce_qui_est_petit_se_tait_avec_ce_qui_le_donnerait() -> None:
    boutiques("Grand", 9, membres=4)
    boutiques("Moyen", 5, membres=1)
    boutiques("Petit", 2, membres=2)
    boutiques("Voisin", 2, membres=1, code_commune="21171")
    lue = couverture(timezone.localdate())
    # La petite commune emmène l'autre, qui avec le total la donnerait ; et celle-ci, ses quartiers.
    assert [(part.nom, part.adherents) for part in lue.quartiers] == [
        ("Grand", None), ("Moyen", None), ("Petit", None), ("Voisin", None)
    ]  # fmt: skip
    assert [(part.cle, part.adherents) for part in lue.communes] == [("21231", None), ("21171", None)]


def test_la_carte_dit_ce_que_dit_le_tableau() -> None:
    boutiques("Grand", 9, membres=3)
    boutiques("Moyen", 5, membres=1)
    boutiques("Petit", 2, membres=2)
    lignes = {ligne["nom"]: ligne for ligne in QUARTIERS.lire(Demande({}, None)).to_pylist()}
    lue = couverture(timezone.localdate())
    assert {nom: (ligne["adherents"], ligne["commerces"], ligne["taux"]) for nom, ligne in lignes.items()} == {
        part.nom: (part.adherents, part.commerces, part.taux) for part in lue.quartiers
    }  # fmt: skip
    assert [nom for nom, ligne in lignes.items() if ligne["secret"]] == ["Moyen", "Petit"]
    assert shapely.from_wkb(lignes["Grand"]["geometrie"]).area > 0 and lignes["Petit"]["geometrie"] is None
    boutiques("", 4, membres=1)
    boutiques("", 3, membres=1, code_commune="21171")
    apres = {ligne["nom"]: ligne for ligne in QUARTIERS.lire(Demande({}, None)).to_pylist()}
    # Dijon a des quartiers : ce qui n'est d'aucun n'a pas de contour ; Chevigny n'en a pas, et se dessine en entier.
    assert [apres[nom]["contour"] for nom in ("Dijon", "Chevigny-Saint-Sauveur", "Petit")] == [
        "aucun", "officiel", "aucun"
    ]  # fmt: skip
    dijon = next(une for une in COMMUNES.lire(Demande({}, None)).to_pylist() if une["id"] == "21231")
    assert (dijon["id"], dijon["adherents"], dijon["commerces"], dijon["contour"]) == ("21231", 7, 20, "officiel")


@pytest.mark.parametrize("slug", ["couverture-quartiers", "couverture-communes"])
def test_qui_lit_la_carte(slug: str, officier: Personne, connecte: Callable[[Personne], Client]) -> None:
    boutiques("Grand", 9, membres=3)
    for qui, statut in (
        (personne(Role.ELU, organisation="metropole"), 200), (personne(Role.CHARGE_MISSION), 200), (officier, 403),
        (personne(Role.CHARGE_MISSION, organisation="agence"), 403),
    ):  # fmt: skip
        assert connecte(qui).get(f"/cartes/{slug}/export.csv").status_code == statut


def test_la_page_a_sa_carte_ses_tables_et_tait_de_meme(
    mission: Personne, connecte: Callable[[Personne], Client]
) -> None:
    boutiques("Grand", 9, membres=3)
    boutiques("Moyen", 5, membres=1)
    boutiques("Petit", 2, membres=2)
    for maille, slug in (("", "couverture-quartiers"), ("?maille=communes", "couverture-communes"),
                         ("?maille=faux", "couverture-quartiers")):  # fmt: skip
        page = connecte(mission).get(ADRESSE + maille).content.decode()
        assert f"/cartes/{slug}/" in page and page.count("data-carte=") == 1
        assert page.count("<div>secret</div>") == 4


def test_sans_local_la_carte_dit_pourquoi() -> None:
    for couche in (QUARTIERS, COMMUNES):
        with pytest.raises(CoucheIndisponible, match="Aucun local commercial"):
            couche.lire(Demande({}, None))


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
