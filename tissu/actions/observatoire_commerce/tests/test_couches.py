"""La vacance sur une carte : classes de l'échelle, contours, secret, page de chaque surface, droits."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tissu.actions.observatoire_commerce.couches import COMMUNES, NIVEAUX, QUARTIERS
from tissu.cartes.contours import contour_deduit
from tissu.cartes.couches import Demande
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.queries.contours import AUCUN, DEDUIT, OFFICIEL
from tissu.locaux.tests import fabrique
from tissu.registre.models import Zone

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
DEMANDE = Demande({}, None)


def quartier(nom: str, vides: int, occupes: int, **champs: object) -> None:
    for rang in range(vides + occupes):
        place = {"lon": 5.04 + (rang % 4) * 0.001, "lat": 47.32 + (rang // 4) * 0.001}
        fabrique.local(*(("Enseigne", "bar") if rang >= vides else ()), quartier=nom, **(place | champs))


def test_chaque_quartier_a_son_taux_et_ceux_qui_en_ont_trop_peu_sont_tus() -> None:
    quartier("Centre", 1, 11)
    quartier("Petit", 1, 2)
    quartier("", 0, 12)
    lignes = {ligne["nom"]: ligne for ligne in QUARTIERS.lire(DEMANDE).to_pylist()}
    centre, petit, ailleurs = lignes["Centre"], lignes["Petit"], lignes["Non renseigné"]
    assert (round(centre["taux"], 4), centre["niveau"], centre["vacantes"], centre["cellules"]) == (
        0.0833, "Élevée", 1, 12
    )  # fmt: skip
    assert [petit[cle] for cle in ("taux", "niveau", "vacantes", "structurelles", "secret")] == [*[None] * 4, True]
    assert petit["cellules"] == 3
    assert (centre["contour"], ailleurs["contour"], ailleurs["geometrie"]) == (DEDUIT, AUCUN, None)


def test_un_contour_officiel_passe_avant_celui_des_locaux() -> None:
    carre = shapely.box(5.0, 47.3, 5.1, 47.4)
    Zone.objects.create(
        id="centre", nom="Centre", type="quartier", geometrie=shapely.to_geojson(carre), source="Essai",
        date_source=date(2026, 1, 1),
    )  # fmt: skip
    quartier("Centre", 1, 11)
    [ligne] = QUARTIERS.lire(DEMANDE).to_pylist()
    assert ligne["contour"] == OFFICIEL
    assert shapely.from_wkb(ligne["geometrie"]).equals(carre)


def test_une_commune_a_le_contour_du_territoire() -> None:
    quartier("Centre", 1, 11)
    [ligne] = COMMUNES.lire(DEMANDE).to_pylist()
    assert (ligne["id"], ligne["nom"], ligne["contour"]) == ("21231", "Dijon", OFFICIEL)


def test_les_classes_sont_celles_de_l_echelle() -> None:
    libelles = [classe.libelle.replace("\u202f", " ").replace("\xa0", " ") for classe in NIVEAUX.classes]
    assert libelles == [
        "Faible : moins de 5,0 %", "Modérée : à partir de 5,0 %, moins de 7,5 %",
        "Élevée : à partir de 7,5 %, moins de 10,0 %", "Très élevée : à partir de 10,0 %",
    ]  # fmt: skip
    assert all(avant.maxi == apres.mini for avant, apres in pairwise(NIVEAUX.classes))
    assert "Sous 10 locaux" in NIVEAUX.note


def test_chaque_surface_mene_a_sa_page(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    for nom, argument, page in (
        ("vacance_quartier", "Nord / Sud", "?quartier=Nord+%2F+Sud"), ("vacance_commune", "21231", "?commune=21231"),
        ("vacance_quartier", "Non renseigné", "#quartiers"),
    ):  # fmt: skip
        reponse = client.get(reverse(f"observatoire_commerce:{nom}", args=[argument]))
        assert reponse.url == f"/observatoire-commerce/vacance/{page}"
    assert client.get(reverse("observatoire_commerce:vacance_commune", args=["75056"])).status_code == 404


def test_la_carte_son_tableau_et_le_bord_s_ouvrent(mission: Personne, connecte: Connecter) -> None:
    quartier("Centre", 1, 11, releve_le=timezone.localdate())
    client = connecte(mission)
    for slug in ("vacance-quartiers", "vacance-communes"):
        assert client.get(reverse("cartes:carte", args=[slug])).status_code == 200
    assert "Vacance par quartier" in client.get("/observatoire-commerce/").content.decode()


def test_ni_loyer_ni_local_dans_ces_couches() -> None:
    for couche in (QUARTIERS, COMMUNES):
        assert {champ.cle for champ in couche.champs} == {
            "nom", "taux", "niveau", "vacantes", "cellules", "structurelles", "contour"
        }  # fmt: skip
        assert not couche.publique


@pytest.mark.parametrize(("role", "attendu"), [(Role.ELU, 200), (Role.COURTIER, 403)])
def test_qui_ouvre_la_carte(role: str, attendu: int, connecte: Connecter) -> None:
    quartier("Centre", 1, 11)
    adresse = reverse("cartes:export", args=["vacance-quartiers", "csv"])
    assert connecte(fabrique.personne(role, organisation="metropole")).get(adresse).status_code == attendu


def test_cinq_quartiers_ne_coutent_pas_plus_de_requetes_qu_un() -> None:
    comptes = []
    for combien in (1, 5):
        for rang in range(combien):
            quartier(f"Quartier {combien}-{rang}", 0, 4)
        QUARTIERS.lire(DEMANDE)
        with CaptureQueriesContext(connection) as lues:
            QUARTIERS.lire(DEMANDE)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


POINT = st.tuples(st.floats(5.0, 5.05), st.floats(47.3, 47.34))


@settings(max_examples=40)
@given(st.lists(POINT, min_size=3, max_size=30))
def test_un_contour_deduit_est_une_surface_valide_sans_sommet_sur_un_local(points: list[tuple[float, float]]) -> None:
    contour = contour_deduit([lon for lon, _ in points], [lat for _, lat in points])
    assert contour is not None
    assert contour.is_valid
    assert contour.area > 0
    sommets = shapely.get_coordinates(contour)
    ecarts = np.abs(sommets[:, None, :] - np.array(points)[None, :, :]).max(axis=2)
    assert ecarts.min() > 1e-5


def test_une_position_douteuse_n_etire_pas_le_contour() -> None:
    lon, lat = [5.04 + rang * 1e-4 for rang in range(12)], [47.32 + (rang % 3) * 1e-4 for rang in range(12)]
    juste = contour_deduit(lon, lat)
    etire = contour_deduit([*lon, 5.4], [*lat, 47.6])
    assert juste is not None
    assert etire is not None
    assert etire.area < juste.area * 1.5
    assert contour_deduit(lon[:2], lat[:2]) is None
