"""Les écrans des alertes : qui les ouvre, ce qu'ils montrent, le parcours de l'officier, l'avis d'un commerce."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.models import Alerte, AvisSurAlerte
from tissu.actions.alerte_commerce.operations import alertes as operations
from tissu.actions.alerte_commerce.queries.liens import lien_d_avis
from tissu.actions.alerte_commerce.tests import fabrique
from tissu.actions.alerte_commerce.tests.fabrique import DIJON, mobile, personne
from tissu.actions.alerte_commerce.tests.test_alertes import CHAMPS
from tissu.actions.alerte_commerce.urls import alertes as adresses
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique as locaux
from tissu.messages.models import Envoi

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
RACINE = "/alerte-commerce/alertes/"


@pytest.fixture
def approbatrice(db: None) -> Personne:
    return personne(Role.POLICE, Role.LECTEUR, organisation="police")


@pytest.fixture
def operateur_a_cinq_centimes(settings: Any) -> Iterator[None]:
    settings.OPERATEURS_SMS = "[{nom: fichier, genre: fichier, cout: 0.05}]"
    yield


def boutique(**champs: Any) -> None:
    fabrique.adherent(**{"lon": 5.04, "lat": 47.32} | champs)


def saisie(**champs: Any) -> dict[str, Any]:
    ici = timezone.localtime()
    return {
        "nature": "vol_etalage", "lieu": "12 rue du Four", "code_commune": DIJON, "lon": "5,04", "lat": "47,32",
        "fait_a": f"{ici - timedelta(minutes=20):%H:%M}", "appel_a": f"{ici - timedelta(minutes=15):%H:%M}",
        "direction": "vers la gare", "sorte": "rayon", "rayon_m": "", "suite": "soumettre",
    } | champs  # fmt: skip


def champs(**autres: Any) -> dict[str, Any]:
    au = timezone.now()
    return CHAMPS | {"fait_le": au - timedelta(minutes=20), "appel_17_le": au - timedelta(minutes=15)} | autres


def rediger(officier: Personne) -> Alerte:
    return operations.rediger(champs=champs(), auteur=officier, au=timezone.now())


def soumise(officier: Personne) -> Alerte:
    return operations.soumettre(alerte=rediger(officier), interpelle=False, auteur=officier, au=timezone.now())


def empreinte(page: Any) -> str:
    return str(page.context["empreinte"])


def test_le_parcours_de_l_officier(
    officier: Personne, approbatrice: Personne, connecte: Connecter, operateur_a_cinq_centimes: None
) -> None:
    boutique(mobiles=(mobile(1),))
    boutique(mobiles=(mobile(2), mobile(3)))
    client = connecte(officier)
    assert client.get(f"{RACINE}nouvelle/").status_code == 200
    fragment = client.post(f"{RACINE}apercu/", saisie()).content.decode()
    lu = " ".join(fragment.replace("&nbsp;", " ").split())
    assert "<strong>2 commerces</strong>, 1 SMS, 0,15 €" in lu
    assert "Rayon proposé ici : 1 000 m" in lu
    reponse = client.post(f"{RACINE}nouvelle/", saisie())
    alerte = Alerte.objects.get()
    assert (reponse.status_code, alerte.etat) == (302, "a_approuver")
    assert "une autre personne doit l’approuver" in client.get(f"{RACINE}{alerte.pk}/").content.decode()
    client = connecte(approbatrice)
    page = client.get(f"{RACINE}{alerte.pk}/")
    assert "Approuver et envoyer à 2 commerces" in page.content.decode().replace("\xa0", " ")
    suite = client.post(f"{RACINE}{alerte.pk}/gestes/approuver/", {"empreinte": empreinte(page)}, follow=True)
    assert "La chaîne mesurée" in suite.content.decode()
    assert Alerte.objects.get().etat == "envoyee"
    assert 'hx-trigger="every 3s"' in client.get(f"{RACINE}{alerte.pk}/suivi/").content.decode()


def test_l_adresse_se_propose_et_la_ville_centre_est_choisie(officier: Personne, connecte: Connecter) -> None:
    locaux.local("Pain", "boulangerie", rue="RUE DU FOUR", numero="3")
    client = connecte(officier)
    page = client.get(f"{RACINE}nouvelle/")
    assert page.context["formulaire"]["code_commune"].value() == DIJON
    assert 'list="lieux"' in page.content.decode()
    assert "3 RUE DU FOUR" in client.get(f"{RACINE}lieux/?lieu=rue du four").content.decode()
    assert "option" not in client.get(f"{RACINE}lieux/?lieu=zz introuvable").content.decode()


def test_changer_de_lieu_change_la_position_et_le_sms(officier: Personne, connecte: Connecter) -> None:
    locaux.local(rue="RUE DU BOURG", numero="7", lon=5.06, lat=47.34)
    alerte, client = soumise(officier), connecte(officier)
    client.post(f"{RACINE}{alerte.pk}/gestes/reprendre/")
    valeurs = client.get(f"{RACINE}{alerte.pk}/modifier/").context["formulaire"].initial
    tel_quel = saisie(**{nom: valeurs[nom] for nom in ("lieu", "lon", "lat", "situe", "texte", "version")})
    client.post(f"{RACINE}{alerte.pk}/modifier/", tel_quel | {"suite": "brouillon"})
    alerte.refresh_from_db()
    assert (alerte.lon, alerte.texte) == (5.04, "")
    ailleurs = tel_quel | {"lieu": "7 rue du Bourg", "version": alerte.version}
    client.post(f"{RACINE}{alerte.pk}/modifier/", ailleurs)
    alerte.refresh_from_db()
    assert (alerte.etat, alerte.lon, alerte.lat) == ("a_approuver", 5.06, 47.34)
    assert "7 rue du Bourg" in alerte.texte


def test_un_apercu_perime_ne_part_pas(officier: Personne, approbatrice: Personne, connecte: Connecter) -> None:
    boutique()
    alerte = soumise(officier)
    client = connecte(approbatrice)
    vue = empreinte(client.get(f"{RACINE}{alerte.pk}/"))
    boutique()
    page = client.post(f"{RACINE}{alerte.pk}/gestes/approuver/", {"empreinte": vue}, follow=True).content.decode()
    assert "a changé depuis l&#x27;aperçu" in page or "a changé depuis l'aperçu" in page
    assert Envoi.objects.count() == 0


def test_rien_de_ce_qui_est_tape_ne_se_perd(officier: Personne, connecte: Connecter) -> None:
    client = connecte(officier)
    page = client.post(f"{RACINE}nouvelle/", saisie(maniere="Fuite en AB-123-CD"))
    assert (page.status_code, Alerte.objects.count()) == (422, 0)
    corps = page.content.decode()
    assert "immatriculation" in corps and "Fuite en AB-123-CD" in corps and "12 rue du Four" in corps
    page = client.post(f"{RACINE}nouvelle/", saisie(interpelle="on"), follow=True)
    assert "interpellé" in page.content.decode()
    assert Alerte.objects.get().etat == "brouillon"


def test_l_apercu_dit_ce_qui_ne_peut_pas_s_ecrire(officier: Personne, connecte: Connecter) -> None:
    vu = connecte(officier).post(f"{RACINE}apercu/", {"direction": "vers Jean Dupont"}).content.decode()
    assert "« Jean Dupont » désigne une personne" in vu.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("organisation", "role"),
    [("cci", Role.CHARGE_MISSION), ("cci", Role.ADMINISTRATEUR), ("cci", Role.POLICE), ("cci", Role.RESPONSABLE),
     ("metropole", Role.CHARGE_MISSION), ("metropole", Role.POLICE), ("agence", Role.POLICE), ("police", Role.LECTEUR),
     ("police", Role.ADMINISTRATEUR)],
)  # fmt: skip
def test_aucune_adresse_n_ecrit_ni_n_envoie_pour_un_autre(
    organisation: str, role: Role, officier: Personne, connecte: Connecter
) -> None:
    boutique()
    prete = soumise(officier)
    avant = list(Alerte.objects.values())
    intrus = personne(role, organisation=organisation)
    intrus.is_superuser = intrus.is_staff = True
    client = connecte(intrus)
    for adresse in adresses.urlpatterns:
        noms = adresse.pattern.converters
        for geste in ("approuver", "renvoyer", "reprendre", "abandonner", "annuler", "lever"):
            arguments = {nom: prete.pk if nom == "pk" else geste for nom in noms}
            reponse = client.post(
                reverse(f"alerte_commerce:{adresse.name}", kwargs=arguments), saisie(empreinte="0" * 64)
            )
            assert reponse.status_code in (403, 404, 405), adresse.name
    assert list(Alerte.objects.values()) == avant
    assert Envoi.objects.count() == 0
    for page in ("nouvelle/", "reprendre/", f"{prete.pk}/cap.xml", f"{prete.pk}/modifier/"):
        assert client.get(RACINE + page).status_code == 403, page
    assert client.get(f"{RACINE}{prete.pk}/").status_code in (403, 404)


def test_les_partenaires_relisent_ce_qui_est_parti(
    officier: Personne, approbatrice: Personne, mission: Personne, voisine: Personne, connecte: Connecter
) -> None:
    boutique()
    alerte = soumise(officier)
    client = connecte(approbatrice)
    client.post(f"{RACINE}{alerte.pk}/gestes/approuver/", {"empreinte": empreinte(client.get(f"{RACINE}{alerte.pk}/"))})
    rediger(officier)
    for qui in (mission, voisine):
        client = connecte(qui)
        page = client.get(RACINE)
        assert ([une.pk for une, _ in page.context["lignes"]], page.context["ouvertes"]) == ([alerte.pk], [])
        assert "Annuler" not in client.get(f"{RACINE}{alerte.pk}/").content.decode()
    operations.expirer(au=timezone.now() + timedelta(days=31))
    page = connecte(mission).get(f"{RACINE}{alerte.pk}/").content.decode()
    assert "Textes effacés" in page and "rue du Four" not in page


def test_les_chiffres_se_taisent_puis_se_disent(
    officier: Personne, approbatrice: Personne, mission: Personne, connecte: Connecter
) -> None:
    boutique()
    for rang in range(3):
        assert ("Trop peu d’alertes" in connecte(mission).get(f"{RACINE}chiffres/").content.decode()) is (rang > 0)
        alerte, client = soumise(officier), connecte(approbatrice)
        page = client.get(f"{RACINE}{alerte.pk}/")
        client.post(f"{RACINE}{alerte.pk}/gestes/approuver/", {"empreinte": empreinte(page)})
    page = connecte(mission).get(f"{RACINE}chiffres/")
    assert page.context["chiffres"].natures == [("Vol à l'étalage", 3)]


def test_la_liste_coute_autant_de_requetes(officier: Personne, connecte: Connecter) -> None:
    client, comptes = connecte(officier), []
    for combien in (1, 8):
        for _ in range(combien):
            rediger(officier)
        client.get(RACINE)
        with CaptureQueriesContext(connection) as lues:
            client.get(RACINE)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


def test_utile_d_un_geste_sans_compte(
    client: Client, officier: Personne, approbatrice: Personne, connecte: Connecter
) -> None:
    un = fabrique.adherent(lon=5.04, lat=47.32)
    alerte, police = soumise(officier), connecte(approbatrice)
    page = police.get(f"{RACINE}{alerte.pk}/")
    police.post(f"{RACINE}{alerte.pk}/gestes/approuver/", {"empreinte": empreinte(page)})
    lien = lien_d_avis(alerte.pk, un.pk).split("/", 3)[-1]
    anonyme = Client()
    assert "Oui, utile" in anonyme.get(f"/{lien}").content.decode()
    assert AvisSurAlerte.objects.count() == 0
    assert "Merci" in anonyme.post(f"/{lien}", {"utile": "oui"}).content.decode()
    assert [avis.utile for avis in AvisSurAlerte.objects.all()] == [True]
    assert "pas le bon" in anonyme.post(f"/{lien[:-3]}xx/", {"utile": "non"}).content.decode()


def test_l_accueil_dit_ce_qui_attend_la_police(
    officier: Personne, approbatrice: Personne, mission: Personne, connecte: Connecter
) -> None:
    boutique()
    soumise(officier)
    vus = ["alerte à approuver" in connecte(qui).get("/").content.decode() for qui in (officier, approbatrice, mission)]
    assert vus == [False, True, False]
