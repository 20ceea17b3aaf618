"""S'inscrire sur un téléphone, ouvrir son espace, partir : sans compte, sans rien perdre, sans rien dire d'autrui."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent, PageConseil, Referent
from tissu.actions.alerte_commerce.operations import liens
from tissu.actions.alerte_commerce.queries.liens import lien_de_depart
from tissu.actions.alerte_commerce.tests.fabrique import adherent, mobile
from tissu.locaux.tests import fabrique as locaux
from tissu.messages.models import Envoi

pytestmark = pytest.mark.django_db
COMMERCE = {"nom": "Boutique d'essai", "adresse": "3 rue du Four", "code_commune": "21231", "activite": "alimentaire"}
CONTACT = {"nom": "Dominique Essai", "mobile": "06 39 98 00 01", "courriel": ""}


def dernier_texte(message: str) -> str:
    return Envoi.objects.filter(message=f"alerte_commerce.{message}").order_by("-pk")[0].textes["sms"]


def s_inscrire(client: Client, **champs: Any) -> None:
    assert client.post("/alerte-commerce/adherer/", COMMERCE | champs).url == "/alerte-commerce/adherer/contact/"
    assert client.post("/alerte-commerce/adherer/contact/", CONTACT).url == "/alerte-commerce/adherer/charte/"
    charte = {"accepte": "on", "signataire": "Dominique Essai", "version": "2024-1"}
    assert client.post("/alerte-commerce/adherer/charte/", charte).url == "/alerte-commerce/adherer/code/"


def test_l_inscription_de_bout_en_bout() -> None:
    client = Client()
    s_inscrire(client)
    page = client.get("/alerte-commerce/adherer/code/").content.decode()
    assert "06 •• •• •• 01" in page
    assert "0639980001" not in page.replace(" ", "")
    code = re.search(r"\d{6}", dernier_texte("code"))[0]  # type: ignore[index]
    assert client.post("/alerte-commerce/adherer/code/", {"code": f"{code[:3]} {code[3:]}"}).url.endswith("/merci/")
    assert "Boutique d&#x27;essai" in client.get("/alerte-commerce/adherer/merci/").content.decode()
    assert Adherent.objects.get().etat == EtatAdherent.A_VERIFIER


def test_rien_de_ce_qui_est_tape_ne_se_perd() -> None:
    client = Client()
    faute = client.post("/alerte-commerce/adherer/", COMMERCE | {"siret": "123"})
    assert faute.status_code == 422
    assert "3 rue du Four" in faute.content.decode()
    client.post("/alerte-commerce/adherer/", COMMERCE)
    faute = client.post("/alerte-commerce/adherer/contact/", CONTACT | {"mobile": "0380000000"})
    assert (faute.status_code, "Dominique Essai" in faute.content.decode()) == (422, True)
    client.post("/alerte-commerce/adherer/contact/", CONTACT)
    assert "Boutique d&#x27;essai" in client.get("/alerte-commerce/adherer/").content.decode()
    faute = client.post("/alerte-commerce/adherer/charte/", {"signataire": "Dominique", "version": "2024-1"})
    assert (faute.status_code, Adherent.objects.count()) == (422, 0)


@pytest.mark.parametrize("etape", ["contact", "charte", "code"])
def test_une_etape_sans_la_precedente_ramene_au_debut(etape: str) -> None:
    assert Client().get(f"/alerte-commerce/adherer/{etape}/").url == "/alerte-commerce/adherer/"


def test_chercher_son_commerce_parmi_les_locaux() -> None:
    local = locaux.local("Pain d'Essai", "boulangerie", rue="RUE DU FOUR", numero="3")
    locaux.local("Fleurs", "fleurs_animalerie", rue="RUE MONGE")
    client = Client()
    assert [un.nom for un in client.get("/alerte-commerce/adherer/?q=four").context["propositions"]] == ["Pain d'Essai"]
    formulaire = client.get(f"/alerte-commerce/adherer/?lieu=local:{local.reference}").context["formulaire"]
    assert (formulaire["nom"].value(), formulaire["activite"].value(), formulaire["adresse"].value()) == (
        "Pain d'Essai", "alimentaire", "3 RUE DU FOUR",
    )  # fmt: skip
    assert client.get("/alerte-commerce/adherer/?lieu=local:inconnu").status_code == 200
    s_inscrire(client, reference=local.reference)
    assert Adherent.objects.get().local == local


def test_le_quatrieme_code_se_refuse_et_le_dit() -> None:
    client = Client()
    s_inscrire(client)
    for _ in range(3):
        page = client.post("/alerte-commerce/adherer/code/renvoyer/", follow=True).content.decode()
    assert "Plusieurs codes viennent" in page
    assert Envoi.objects.filter(message="alerte_commerce.code").count() == 3


def test_les_formulaires_publics_sont_limites() -> None:
    client = Client()
    statuts = [client.post("/alerte-commerce/mon-espace/", {"coordonnee": "x"}).status_code for _ in range(31)]
    assert (statuts[29], statuts[30]) == (302, 429)


def test_demander_son_lien_ne_dit_pas_qui_est_adherent() -> None:
    adherent(mobiles=(mobile(1),))
    client, reponses = Client(), []
    for coordonnee in ("06 39 98 00 01", "06 39 98 00 02"):
        reponses.append(client.post("/alerte-commerce/mon-espace/", {"coordonnee": coordonnee}, follow=True).content)
    sans_jeton = [re.sub(rb'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', b"", une) for une in reponses]
    assert sans_jeton[0] == sans_jeton[1]
    assert Envoi.objects.filter(message="alerte_commerce.lien").count() == 1


def adresse_de(un: Adherent) -> str:
    return f"/alerte-commerce/espace/{liens.creer_lien(adherent=un, au=timezone.now())}/"


def test_l_espace_montre_le_sien_et_rien_d_autre() -> None:
    un = adherent("La mienne", mobiles=(mobile(1), mobile(2)))
    adherent("Celle d'un autre")
    PageConseil.objects.create(
        slug="caisse", titre="Tenir sa caisse", corps="x", publie=True, modifiee_le=timezone.now()
    )
    PageConseil.objects.create(slug="cache", titre="Brouillon tu", corps="x", modifiee_le=timezone.now())
    Referent.objects.create(nom="Référente Exemple", fonction="Référente sûreté", organisation="Police")
    page = Client().get(adresse_de(un)).content.decode()
    for attendu in ("La mienne", "06 •• •• •• 01", "06 •• •• •• 02", "Tenir sa caisse", "Référente Exemple"):
        assert attendu in page
    for secret in ("Celle d", "Brouillon tu", "0639980001"):
        assert secret not in page.replace(" ", "") and secret not in page


def test_un_lien_faux_mene_a_la_page_qui_en_donne_un() -> None:
    reponse = Client().get("/alerte-commerce/espace/faux/")
    assert reponse.status_code == 410
    assert "/alerte-commerce/mon-espace/" in reponse.content.decode()


def test_regler_distance_et_horaires_dans_son_espace() -> None:
    un = adherent()
    adresse, client = adresse_de(un), Client()
    faute = client.post(f"{adresse}regler/", {"rayon_m": "500", "lundi": "dès l'aube"})
    assert (faute.status_code, "dès l&#x27;aube" in faute.content.decode()) == (422, True)
    assert client.post(f"{adresse}regler/", {"rayon_m": "500", "lundi": "9h-12h, 14h-19h"}).url == adresse
    un.refresh_from_db()
    assert (un.rayon_m, un.horaires) == (500, {"lundi": [["09:00", "12:00"], ["14:00", "19:00"]]})


def test_ajouter_un_numero_puis_le_verifier() -> None:
    un = adherent(mobiles=(mobile(1),))
    adresse, client = adresse_de(un), Client()
    assert client.post(f"{adresse}numeros/", {"nom": "Ali", "mobile": "0639980001"}).status_code == 422
    client.post(f"{adresse}numeros/", {"nom": "Ali", "mobile": "0639980002"})
    ajoute = ContactAdherent.objects.get(mobile=mobile(2))
    code = re.search(r"\d{6}", dernier_texte("code"))[0]  # type: ignore[index]
    client.post(f"{adresse}numeros/{ajoute.pk}/", {"code": code})
    ajoute.refresh_from_db()
    assert ajoute.verifie_le is not None


def test_on_ne_verifie_pas_le_numero_d_un_autre() -> None:
    un, autre = adherent(), adherent(mobiles=(mobile(7),))
    contact = autre.contacts.get()
    Client().post(f"{adresse_de(un)}numeros/{contact.pk}/", {"code": ""})
    assert Envoi.objects.count() == 0


def test_quitter_montre_une_page_puis_efface() -> None:
    contact = adherent("Boutique").contacts.get()
    adresse = lien_de_depart(contact.pk).split(":8000")[-1]
    client = Client()
    assert "Quitter le réseau" in client.get(adresse).content.decode()
    assert ContactAdherent.objects.count() == 1
    assert "C’est fait" in client.post(adresse, {"quoi": "tout"}).content.decode()
    assert (ContactAdherent.objects.count(), Adherent.objects.get().etat) == (0, EtatAdherent.PARTI)
    assert "C’est fait" in client.get(adresse).content.decode()


def test_partir_demande_le_bouton_de_la_page_et_ne_retire_par_defaut_qu_un_numero() -> None:
    un = adherent(mobiles=(mobile(1), mobile(2)))
    adresse = lien_de_depart(un.contacts.order_by("pk")[0].pk).split(":8000")[-1]
    assert Client(enforce_csrf_checks=True).post(adresse, {"quoi": "tout"}).status_code == 403
    Client().post(adresse)
    assert [contact.mobile for contact in un.contacts.all()] == [mobile(2)]


def test_retirer_un_seul_numero() -> None:
    un = adherent(mobiles=(mobile(1), mobile(2)))
    adresse = lien_de_depart(un.contacts.order_by("pk")[0].pk).split(":8000")[-1]
    Client().post(adresse, {"quoi": "numero"})
    assert [contact.mobile for contact in un.contacts.all()] == [mobile(2)]
    un.refresh_from_db()
    assert un.etat == EtatAdherent.ACTIF


def test_le_guide_rend_titres_et_listes_sans_balise() -> None:
    corps = "Un mot.\n\n## Avant\n- un\n- deux\n\n<script>alert(1)</script>"
    PageConseil.objects.create(slug="vol", titre="Vol", corps=corps, publie=True, modifiee_le=timezone.now())
    page = Client().get("/alerte-commerce/conseils/").content.decode()
    assert "<h3>Avant</h3><ul><li>un</li><li>deux</li></ul>" in page
    assert "<script>alert" not in page
    assert Client().get("/alerte-commerce/").status_code == 200
