"""La carte des adhérents : qui l'ouvre, par quelque adresse que ce soit, et ce qu'elle tait."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import shapely
from django.db import connection
from django.http import QueryDict
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.couches import ADHERENTS
from tissu.actions.alerte_commerce.models import Adherent, Alerte
from tissu.actions.alerte_commerce.tests.fabrique import adherent, personne
from tissu.cartes.couches import CoucheIndisponible, Demande, couches
from tissu.cartes.lecture import oublier
from tissu.cartes.tests.adresses import toutes_les_adresses
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique as locaux
from tissu.registre.models import Zone

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
SLUG = ADHERENTS.slug
ADRESSES = toutes_les_adresses(SLUG, "1", (14, 8421, 5741))
OUVERTS = {(Role.CHARGE_MISSION, "cci"), (Role.POLICE, "police")}


@pytest.fixture(autouse=True)
def sans_lecture_gardee() -> Iterator[None]:
    oublier()
    yield
    oublier()


def lues(**filtres: str) -> dict[str, dict[str, object]]:
    demande = QueryDict(mutable=True)
    demande.update(filtres)
    return {str(ligne["nom"]): ligne for ligne in ADHERENTS.lire(Demande(demande, None)).to_pylist()}


def test_le_reseau_se_montre_sans_ceux_qui_n_en_sont_pas() -> None:
    for etat in EtatAdherent:
        adherent(f"Un {etat.value}", etat=etat, parti_le=date(2026, 1, 1) if etat == EtatAdherent.PARTI else None)
    adherent("Sans place", lon=None, lat=None)
    assert {nom: ligne["etat"] for nom, ligne in lues().items()} == {
        "Un actif": "Actif", "Un suspendu": "Suspendu", "Un a_verifier": "Demande à vérifier", "Sans place": "Actif"
    }  # fmt: skip
    assert list(lues(etat="suspendu")) == ["Un suspendu"]
    assert len(lues(etat="parti")) == 4


def test_le_quartier_est_celui_du_local_sinon_celui_du_point() -> None:
    Zone.objects.create(
        id="gare", nom="Gare", type="quartier", geometrie=shapely.to_geojson(shapely.box(5.0, 47.3, 5.1, 47.4)),
        source="Essai", date_source=date(2026, 1, 1),
    )  # fmt: skip
    adherent("Au local", local=locaux.local(quartier="Centre"), lon=5.05, lat=47.35)
    adherent("Au point", lon=5.05, lat=47.35)
    adherent("Au bord", lon=5.1, lat=47.35)
    locaux.local(quartier="Nord", lon=5.2, lat=47.45)
    adherent("Près d'un local", lon=5.2021, lat=47.4521)
    adherent("Ailleurs", lon=5.2, lat=47.35)
    assert [lues()[nom]["quartier"] for nom in ("Au local", "Au point", "Au bord", "Près d'un local", "Ailleurs")] == [
        "Centre", "Gare", "Gare", "Nord", None
    ]  # fmt: skip


def test_ni_numero_ni_courriel_ni_personne() -> None:
    adherent("Boutique", mobiles=("+33639985555",))
    assert {champ.cle for champ in ADHERENTS.champs} == {"nom", "activite", "commune", "quartier", "etat", "adhere_le"}
    assert set(ADHERENTS.lire(Demande(QueryDict(), None)).column_names) == {
        "id", "lon", "lat", "nom", "activite", "commune", "quartier", "etat", "adhere_le"
    }  # fmt: skip
    dit = str(lues())
    assert "+336" not in dit and "@" not in dit and "Dominique" not in dit


@pytest.mark.parametrize("adresse", ADRESSES)
def test_par_cette_adresse_seules_la_mission_de_la_chambre_et_la_police_lisent(
    adresse: str, mission: Personne, voisine: Personne, officier: Personne, connecte: Connecter
) -> None:
    un = adherent("Boutique de l'essai", lon=5.04, lat=47.32)
    ici = adresse.replace("/items/1", f"/items/{un.pk}").replace("?id=1", f"?id={un.pk}")
    filiere = personne(Role.CHARGE_FILIERE)
    for qui in (voisine, filiere, personne(Role.ELU), personne(Role.ADMINISTRATEUR)):
        reponse = connecte(qui).get(ici)
        assert (reponse.status_code, b"Boutique" in reponse.getvalue()) == (403, False), qui
    anonyme = Client().get(ici)
    assert (anonyme.status_code, b"Boutique" in anonyme.getvalue()) == (401 if ici[:5] == "/ogc/" else 403, False)
    for qui in (mission, officier):
        reponse = connecte(qui).get(ici)
        assert reponse.getvalue() and reponse.status_code == 200, qui


@pytest.mark.parametrize("role", list(Role))
def test_ni_role_seul_ni_organisation_seule(role: Role) -> None:
    couche = couches()[SLUG]
    for organisation in ("cci", "metropole", "agence", "police"):
        ouverte = couche.ouverte_a(personne(role, organisation=organisation))
        assert ouverte is ((role, organisation) in OUVERTS), organisation


def test_la_recherche_et_le_composant_n_en_disent_rien(voisine: Personne, connecte: Connecter) -> None:
    adherent("Boutique de l'essai")
    client = connecte(voisine)
    assert client.get(f"/cartes/{SLUG}/liste/?q=Boutique").status_code == 403
    assert "Adhérents d&#x27;Alerte Commerce" not in client.get("/cartes/").content.decode()
    assert SLUG not in client.get("/ogc/collections").content.decode()
    requete = RequestFactory().get("/")
    requete.user = voisine
    assert engines["django"].from_string(f'{{% load cartes %}}{{% carte "{SLUG}" %}}').render({}, requete).strip() == ""


def test_la_fiche_ne_s_ouvre_que_de_la_chambre(mission: Personne, officier: Personne, connecte: Connecter) -> None:
    un = adherent("Boutique")
    fiche = f'href="/alerte-commerce/gestion/adherents/{un.pk}/"'
    for qui, attendu in ((officier, False), (mission, True), (officier, False)):
        bulle = connecte(qui).get(f"/cartes/{SLUG}/objets/?id={un.pk}").content.decode()
        assert "Boutique" in bulle and (fiche in bulle) is attendu


def test_un_changement_se_voit_aussitot(officier: Personne, connecte: Connecter) -> None:
    un = adherent("Boutique")
    client = connecte(officier)
    assert "Actif" in client.get(f"/cartes/{SLUG}/liste/").content.decode()
    un.etat = EtatAdherent.SUSPENDU
    un.save()
    assert "Suspendu" in client.get(f"/cartes/{SLUG}/liste/").content.decode()
    Adherent.objects.all().delete()
    assert "Boutique" not in client.get(f"/cartes/{SLUG}/liste/").content.decode()


def test_vingt_commerces_ne_coutent_pas_plus_de_requetes_qu_un() -> None:
    comptes = []
    adherent()
    lues()
    for combien in (1, 19):
        for _ in range(combien):
            adherent()
        with CaptureQueriesContext(connection) as faites:
            lues()
        comptes.append(len(faites))
    assert comptes[0] == comptes[1]


# --- Les alertes par quartier ---


def alertes_de(annee: int, code_commune: str = "21231", **par_quartier: int) -> None:
    for quartier, combien in par_quartier.items():
        for rang in range(combien):
            le = datetime(annee, 3, 1 + rang, 12, tzinfo=UTC)
            Alerte.objects.create(
                quartier=quartier, nature="vol_etalage", code_commune=code_commune, fait_le=le, redigee_le=le,
                envoyee_le=le, etat="envoyee",
            )  # fmt: skip


def test_la_carte_des_alertes_tait_ce_que_le_tableau_reunit(officier: Personne, connecte: Connecter) -> None:
    alertes_de(2026, Gare=4, Centre=6, Nord=1)
    alertes_de(2025, Sud=3)
    for rang in range(3):
        locaux.local(quartier="Gare", lon=5.04 + rang * 1e-3, lat=47.32 + rang * rang * 1e-3)
    locaux.local(quartier="Est", lon=5.2, lat=47.4)
    annee = QueryDict("annee=2026")
    lignes = {ligne["nom"]: ligne for ligne in couches()["alertes-quartiers"].lire(Demande(annee, None)).to_pylist()}
    assert {nom: (ligne["alertes"], ligne["secret"]) for nom, ligne in lignes.items()} == {
        "Centre": (6, False), "Est": (None, True), "Gare": (None, True)
    }  # fmt: skip
    assert lignes["Gare"]["contour"] == "contour déduit des locaux" and lignes["Centre"]["contour"] == "aucun"
    tableau = connecte(officier).get("/alerte-commerce/alertes/chiffres/?annee=2026").context["chiffres"].quartiers
    assert tableau == [("Centre", 6), ("Autres, réunis", 5)]
    avant = couches()["alertes-quartiers"].lire(Demande(QueryDict("annee=2025"), None)).to_pylist()
    assert {ligne["nom"]: ligne["alertes"] for ligne in avant} == {"Est": None, "Gare": None, "Sud": 3}
    with pytest.raises(CoucheIndisponible, match="2024"):
        couches()["alertes-quartiers"].lire(Demande(QueryDict("annee=2024"), None))


def test_hors_de_la_ville_centre_une_alerte_se_range_a_sa_commune() -> None:
    alertes_de(2026, Gare=3)
    alertes_de(2026, code_commune="21617", **{"": 4})
    alertes_de(2026, code_commune="21355", **{"": 2})
    lues = couches()["alertes-quartiers"].lire(Demande(QueryDict("annee=2026"), None)).to_pylist()
    assert {une["nom"]: (une["alertes"], une["contour"]) for une in lues} == {"Talant": (4, "officiel")}


def test_les_chiffres_ont_leur_carte_de_la_meme_annee(officier: Personne, connecte: Connecter) -> None:
    annee = timezone.localdate().year
    alertes_de(annee - 1, Gare=3)
    client = connecte(officier)
    page = client.get(f"/alerte-commerce/alertes/chiffres/?annee={annee - 1}").content.decode()
    assert page.count("data-carte=") == 1 and f"annee={annee - 1}" in page.partition("data-carte=")[2]
    assert "data-carte=" not in client.get("/alerte-commerce/alertes/chiffres/").content.decode()


@pytest.mark.parametrize(("role", "statut"), [(Role.ELU, 200), (Role.POLICE, 200), (Role.COURTIER, 403)])
def test_qui_ouvre_la_carte_des_alertes(role: Role, statut: int, connecte: Connecter) -> None:
    alertes_de(timezone.localdate().year, Gare=3)
    assert connecte(personne(role)).get("/cartes/alertes-quartiers/export.csv").status_code == statut
