"""La liste, la page d'un local et ses formulaires, par le client de Django."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tissu.comptes.models import Acces, Personne
from tissu.locaux.choices import EtatLocal
from tissu.locaux.models import ContactLocal, DonneeFiscale, Local, Photo, Rapprochement, Signalement
from tissu.locaux.operations import histoire
from tissu.locaux.queries import situation as memoire
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
RECEMMENT = timezone.localdate() - timedelta(days=60)


def adresse(nom: str, local: Local, *autres: Any) -> str:
    return reverse(f"locaux:{nom}", args=[local.reference, *autres])


def references(reponse: Any) -> list[str]:
    return [ligne["id"] for ligne in reponse.context["page"].object_list]


@pytest.fixture
def rue(db: None) -> list[Local]:
    """Quatre locaux : un restaurant, une banque à vérifier, un vacant depuis 2020, un vacant de deux mois à publier."""
    lea = fabrique.local("Chez Léa", "restaurant", reference="L1", numero="1", independance="independant",
                         quartier="Centre-Ville", surface_m2=40)  # fmt: skip
    banque = fabrique.local("Crédit d'Essai", "banque", reference="L2", numero="2", quartier="Gare", rue="RUE MONGE")
    fabrique.local(reference="L3", numero="3", depuis=date(2020, 1, 1), quartier="Gare", lon=None, lat=None)
    fabrique.local(reference="L4", numero="4", depuis=RECEMMENT, accord_publication=True)
    Signalement.objects.create(local=banque, motif="signale", ouvert_le=AU)
    return [lea, banque]


@pytest.mark.parametrize(
    ("filtres", "attendus"),
    [
        ("", ["L1", "L3", "L4", "L2"]),
        ("?q=lea", ["L1"]),
        ("?q=LIBERTE 3", ["L3"]),
        ("?q=banque", ["L2"]),
        ("?quartier=Gare", ["L3", "L2"]),
        ("?famille=chr", ["L1"]),
        ("?activite=banque", ["L2"]),
        ("?etat=vacants", ["L3", "L4"]),
        ("?etat=structurels", ["L3"]),
        ("?etat=occupe&independance=independant", ["L1"]),
        ("?a_verifier=on", ["L2"]),
        ("?sans_position=on", ["L3"]),
        ("?disponible=on", ["L4"]),
        ("?surface_min=30&surface_max=50", ["L1"]),
        ("?tri=-enseigne", ["L2", "L1", "L3", "L4"]),
        ("?au=2024-01-01&etat=vacants", ["L3"]),
        ("?etat=hante", ["L1", "L3", "L4", "L2"]),
    ],
)
def test_la_liste_se_filtre_et_se_trie(
    connecte: Connecter, lectrice: Personne, rue: list[Local], filtres: str, attendus: list[str]
) -> None:
    assert references(connecte(lectrice).get(reverse("locaux:liste") + filtres)) == attendus


def test_la_liste_avec_la_carte_et_ses_exports(connecte: Connecter, lectrice: Personne, rue: list[Local]) -> None:
    reponse = connecte(lectrice).get(reverse("locaux:liste") + "?affichage=carte&etat=vacants")
    page = reponse.content.decode()
    assert 'data-objet="L4"' in page
    assert "carte-composant" in page
    assert "/cartes/locaux/export.csv?etat=vacants" in page


def test_la_liste_se_lit_en_un_nombre_fixe_de_requetes(
    connecte: Connecter, lectrice: Personne, django_assert_num_queries: Any
) -> None:
    client = connecte(lectrice)
    client.get(reverse("locaux:liste"))
    comptes = []
    for combien in (1, 3):
        for _ in range(combien):
            fabrique.local("Une", "restaurant")
        memoire.situation(timezone.localdate())
        with django_assert_num_queries(4) as requetes:
            client.get(reverse("locaux:liste"))
        comptes.append(len(requetes))
    assert comptes == [4, 4]


def test_la_page_d_un_local_se_lit_en_un_nombre_fixe_de_requetes(
    connecte: Connecter, agent: Personne, django_assert_max_num_queries: Any
) -> None:
    local = fabrique.local("Chez Léa", "restaurant", reference="L1")
    client = connecte(agent)
    client.get(adresse("local", local))
    comptes = []
    for tour in range(2):
        for rang in range(3):
            Signalement.objects.create(local=local, motif="signale", siret=str(tour * 3 + rang), ouvert_le=AU)
            Rapprochement.objects.create(local=local, siret=f"{tour}{rang}", confiance=Decimal("0.6"), propose_le=AU)
        with django_assert_max_num_queries(60) as requetes:
            client.get(adresse("local", local))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


def test_la_page_dit_l_etat_l_occupant_et_la_prochaine_action(connecte: Connecter, agent: Personne) -> None:
    local = fabrique.local("Chez Léa", "restaurant", reference="L1", releve_le=date(2024, 2, 7))
    Signalement.objects.create(local=local, motif="signale", texte="Rideau baissé", ouvert_le=AU)
    reponse = connecte(agent).get(adresse("local", local))
    contexte = reponse.context
    assert (contexte["etat_du_jour"]["mot"], contexte["action"]["titre"]) == ("Occupé", "Aller vérifier")
    page = reponse.content.decode()
    assert all(mot in page for mot in ("Chez Léa", "Restaurant", "Rideau baissé", "Changer l’état"))


def test_un_lecteur_lit_sans_rien_pouvoir_ecrire(connecte: Connecter, lectrice: Personne) -> None:
    local = fabrique.local("Chez Léa", "restaurant", reference="L1", loyer_eur_m2_an=Decimal(321))
    page = connecte(lectrice).get(adresse("local", local)).content.decode()
    assert not any(mot in page for mot in ("Changer l’état", "Nouvel occupant", "321", "Loyer"))


@pytest.mark.parametrize("nom", ["modifier", "etat", "occupant", "scinder", "fusionner", "fermer"])
def test_les_formulaires_sont_fermes_aux_lecteurs_et_ouverts_aux_agents(
    connecte: Connecter, lectrice: Personne, agent: Personne, nom: str
) -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    assert connecte(lectrice).get(adresse(nom, local)).status_code == 403
    assert connecte(agent).get(adresse(nom, local)).status_code == 200


def test_changer_l_etat_par_le_formulaire(connecte: Connecter, agent: Personne) -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    donnees = {"version": 1, "etat": "vacant_commercialise", "le": "2024-06-01", "precision": "bail à céder"}
    reponse = connecte(agent).post(adresse("etat", local), donnees)
    assert reponse.headers["Location"] == adresse("local", local)
    etat = local.etats.last()
    assert (etat.etat, etat.debut, etat.precision, etat.auteur) == (
        EtatLocal.VACANT_COMMERCIALISE, date(2024, 6, 1), "bail à céder", agent,
    )  # fmt: skip


def test_un_refus_garde_tout_ce_qui_est_tape(connecte: Connecter, agent: Personne) -> None:
    local = fabrique.local("Chez Léa", "restaurant", depuis=date(2024, 1, 1))
    donnees = {"version": 1, "etat": "travaux", "le": "2023-01-01", "precision": "échafaudage"}
    reponse = connecte(agent).post(adresse("etat", local), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "échafaudage" in page
    assert "depuis le 01/01/2024" in page


def test_un_conflit_montre_les_deux_versions_et_rien_n_est_perdu(connecte: Connecter, agent: Personne) -> None:
    local = fabrique.local("Chez Léa", "restaurant", quartier="Centre")
    client = connecte(agent)
    formulaire = client.get(adresse("modifier", local)).context["formulaire"]
    donnees = {nom: valeur for nom, valeur in formulaire.initial.items() if valeur not in (None, False)}
    histoire.changer_etat(local=local, version=1, etat="travaux", le=date(2024, 6, 1), auteur=None, au=AU)
    reponse = client.post(adresse("modifier", local), donnees | {"quartier": "Gare"})
    assert reponse.status_code == 409
    assert reponse.context["conflit"] == [{"nom": "Quartier", "ancien": "Centre", "nouveau": "Gare"}]
    suite = client.post(adresse("modifier", local), donnees | {"quartier": "Gare", "version": 2})
    local.refresh_from_db()
    assert (suite.status_code, local.quartier) == (302, "Gare")


def test_scinder_par_le_formulaire(connecte: Connecter, agent: Personne) -> None:
    local = fabrique.local("Chez Léa", "restaurant", numero="7", surface_m2=Decimal(100))
    donnees = {
        "version": 1, "le": "2024-06-01", "motif": "bail divisé", "parties-TOTAL_FORMS": 2, "parties-INITIAL_FORMS": 0,
        "parties-0-numero": "7", "parties-0-etat": "garde", "parties-0-surface_m2": "60",
        "parties-1-numero": "7 bis", "parties-1-etat": "vacant",
    }  # fmt: skip
    faux = connecte(agent).post(adresse("scinder", local), donnees | {"parties-0-surface_m2": "600"})
    assert faux.status_code == 422
    assert "600" in faux.content.decode()
    assert connecte(agent).post(adresse("scinder", local), donnees).status_code == 302
    assert [(str(un), un.surface_m2) for un in Local.objects.exclude(pk=local.pk)] == [
        ("7 RUE DE LA LIBERTE", 60), ("7 bis RUE DE LA LIBERTE", 40),
    ]  # fmt: skip


def test_reunir_par_le_formulaire(connecte: Connecter, agent: Personne) -> None:
    un, deux = fabrique.local("Chez Léa", "restaurant"), fabrique.local()
    donnees = {"version": 1, "le": "2024-06-01", "autres": [deux.pk], "garde": str(un.pk)}
    assert connecte(agent).post(adresse("fusionner", un), donnees).status_code == 302
    assert Local.objects.filter(disparu_le__isnull=True).get().occupations.get().enseigne == "Chez Léa"


def test_creer_un_local(connecte: Connecter, agent: Personne) -> None:
    donnees = {"nature": "cellule", "voie": "RUE NEUVE", "numero": "3", "code_commune": "21231"}
    reponse = connecte(agent).post(reverse("locaux:nouveau"), donnees)
    cree = Local.objects.get()
    assert (reponse.headers["Location"], str(cree)) == (adresse("local", cree), "3 RUE NEUVE")
    sans_lieu = connecte(agent).post(reverse("locaux:nouveau"), {"nature": "cellule", "code_commune": "21231"})
    assert "Situez le local" in sans_lieu.content.decode()


def test_les_contacts_se_lisent_par_un_agent_des_partenaires_et_se_journalisent(
    connecte: Connecter, agent: Personne, lectrice: Personne, agent_agence: Personne
) -> None:
    local = fabrique.local(reference="L1")
    ContactLocal.objects.create(local=local, role="Propriétaire", nom="Zébulon Proprio", telephone="0199001122")
    for qui in (lectrice, agent_agence):
        client = connecte(qui)
        assert "Zébulon" not in client.get(adresse("local", local)).content.decode()
        assert client.post(adresse("contacts", local)).status_code == 403
    client = connecte(agent)
    assert "Zébulon" not in client.get(adresse("local", local)).content.decode()
    assert not Acces.objects.exists()
    assert "Zébulon Proprio" in client.post(adresse("contacts", local)).content.decode()
    assert [(acces.personne, acces.objet_id) for acces in Acces.objects.all()] == [(agent, str(local.pk))]


def test_un_contact_efface_ne_laisse_pas_de_trace(connecte: Connecter, agent: Personne) -> None:
    local = fabrique.local(reference="L1")
    connecte(agent).post(adresse("contact_noter", local), {"role": "Agence", "nom": "Zébulon"})
    contact = ContactLocal.objects.get()
    connecte(agent).post(adresse("contact_effacer", local, contact.pk))
    assert (ContactLocal.objects.count(), ContactLocal.historique.count()) == (0, 0)


def test_le_fichier_fiscal_n_est_qu_a_la_metropole(
    connecte: Connecter, agent: Personne, agent_metropole: Personne
) -> None:
    local = fabrique.local(reference="L1")
    DonneeFiscale.objects.create(local=local, millesime=2025, vacant=True, source="LOCOMVACSECRET")
    vues = ["LOCOMVACSECRET" in connecte(qui).get(adresse("local", local)).content.decode()
            for qui in (agent, agent_metropole)]  # fmt: skip
    assert vues == [False, True]


def photographie(format_: str = "JPEG", taille: tuple[int, int] = (3000, 1500), *, exif: bool = True) -> bytes:
    image = Image.effect_noise(taille, 60).convert("RGB")
    sortie, options = BytesIO(), {}
    if exif:
        lieu = Image.Exif()
        lieu[0x010F] = "APPAREILSECRET"
        lieu.get_ifd(0x8825)[1] = "N"
        lieu.get_ifd(0x8825)[2] = (47.0, 19.0, 0.0)
        options = {"exif": lieu}
    image.save(sortie, format_, **options)
    return sortie.getvalue()


def test_une_photographie_perd_son_lieu_et_son_appareil(
    connecte: Connecter, agent: Personne, lectrice: Personne, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    local = fabrique.local(reference="L1")
    contenu = photographie()
    assert b"APPAREILSECRET" in contenu
    fichier = SimpleUploadedFile("vitrine.jpg", contenu, "image/jpeg")
    assert connecte(agent).post(adresse("photo_deposer", local), {"fichier": fichier}).status_code == 302
    photo = Photo.objects.get()
    with photo.fichier.open("rb") as ouvert:
        garde = ouvert.read()
    with Image.open(BytesIO(garde)) as image:
        assert (image.size, image.format, dict(image.getexif())) == ((2048, 1024), "JPEG", {})
    assert b"APPAREILSECRET" not in garde
    servie = connecte(lectrice).get(adresse("photo", local, photo.pk))
    assert (b"".join(servie.streaming_content), servie.headers["Content-Type"]) == (garde, "image/jpeg")
    connecte(agent).post(adresse("photo_deposer", local),
                         {"fichier": SimpleUploadedFile("vitrine.jpg", contenu, "image/jpeg")})  # fmt: skip
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("nom", "contenu", "refus"),
    [
        ("page.jpg", b"<script>alert(1)</script>", "est pas une image JPEG, PNG ou WebP lisible"),
        ("vide.jpg", b"", "vide"),
        ("image.gif", b"GIF89a", "gif"),
    ],
)
def test_une_photographie_fausse_est_refusee(
    connecte: Connecter, agent: Personne, nom: str, contenu: bytes, refus: str
) -> None:
    local = fabrique.local(reference="L1")
    reponse = connecte(agent).post(adresse("photo_deposer", local), {"fichier": SimpleUploadedFile(nom, contenu)})
    assert (reponse.status_code, Photo.objects.count()) == (422, 0)
    assert refus in reponse.content.decode()


def test_signaler_puis_clore(connecte: Connecter, agent: Personne, lectrice: Personne) -> None:
    local = fabrique.local(reference="L1")
    connecte(lectrice).post(adresse("signaler", local), {"texte": "Rideau baissé"})
    signalement = Signalement.objects.get()
    clore = reverse("locaux:signalement_clore", args=[signalement.pk])
    assert connecte(lectrice).post(clore, {"suite": "vu"}).status_code == 403
    reponse = connecte(agent).post(clore, {"suite": "Fermé pour congés", "retour": "https://ailleurs.example/"})
    signalement.refresh_from_db()
    assert (signalement.suite, reponse.headers["Location"]) == ("Fermé pour congés", reverse("locaux:signalements"))
