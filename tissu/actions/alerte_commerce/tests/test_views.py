"""Les écrans de la chambre : la liste, les demandes, une fiche et ses gestes ; ce qui ne s'ouvre pas à d'autres."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.accueil import accueil, fiche_etablissement
from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import (
    Adherent,
    Communication,
    MouvementDeStock,
    PageConseil,
    Referent,
    Stock,
)
from tissu.actions.alerte_commerce.tests.fabrique import AU, accorder, adherent, mobile, personne
from tissu.comptes.choices import NatureAcces, Role
from tissu.comptes.models import Acces, Personne
from tissu.messages.models import Coordonnee, Envoi

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
RACINE = "/alerte-commerce/gestion/"


def noms(reponse: object) -> list[str]:
    return [un.nom for un in reponse.context["page"]]  # type: ignore[attr-defined]


def test_la_liste_se_filtre_et_tait_les_numeros(mission: Personne, connecte: Connecter) -> None:
    adherent("Boulange", activite="alimentaire", siret="55210055400013", mobiles=(mobile(1),))
    adherent("Fleurs", activite="services", code_commune="21171", lon=None, lat=None)
    adherent("Parti", etat=EtatAdherent.PARTI, parti_le=AU.date())
    adherent("Muet", mobiles=(mobile(2),))
    Coordonnee.objects.filter(valeur=mobile(2)).update(suspendue_le=AU)
    client = connecte(mission)
    for requete, attendus in (
        ("", ["Boulange", "Fleurs", "Muet", "Parti"]), ("etat=parti", ["Parti"]), ("commune=21171", ["Fleurs"]),
        ("activite=services", ["Fleurs"]), ("q=boul", ["Boulange"]), ("q=552100554", ["Boulange"]),
        ("a_rappeler=on", ["Muet"]), ("sans_position=on", ["Fleurs"]), ("etat=inconnu", ["Boulange", "Fleurs", "Muet",
                                                                                           "Parti"]),
    ):  # fmt: skip
        assert noms(client.get(f"{RACINE}adherents/?{requete}")) == attendus, requete
    page = client.get(f"{RACINE}adherents/").content.decode()
    assert "39980001" not in page.replace(" ", "")


def test_autant_de_requetes_pour_dix_que_pour_un(mission: Personne, connecte: Connecter) -> None:
    client, comptes = connecte(mission), []
    for combien in (1, 9):
        for _ in range(combien):
            adherent(etat=EtatAdherent.A_VERIFIER)
        for page in ("adherents/", "demandes/"):
            client.get(RACINE + page)
            with CaptureQueriesContext(connection) as lues:
                client.get(RACINE + page)
            comptes.append(len(lues))
    assert comptes[:2] == comptes[2:]


def test_la_fiche_montre_les_numeros_et_le_note(mission: Personne, connecte: Connecter) -> None:
    un = adherent("Boulange", mobiles=(mobile(1),))
    page = connecte(mission).get(f"{RACINE}adherents/{un.pk}/").content.decode()
    assert "06 39 98 00 01" in page
    [acces] = Acces.objects.all()
    assert (acces.nature, acces.objet_type, acces.objet_id) == (NatureAcces.CONTACTS, "adherent", str(un.pk))


def test_un_numero_qui_a_repondu_stop_se_voit(mission: Personne, connecte: Connecter) -> None:
    un = adherent(mobiles=(mobile(1),))
    accorder(mobile(1), "oppose")
    assert "S’y oppose (STOP)" in connecte(mission).get(f"{RACINE}adherents/{un.pk}/").content.decode()


def test_les_demandes_disent_leurs_doublons(mission: Personne, connecte: Connecter) -> None:
    adherent("Boulange", siret="55210055400013")
    adherent("La Boulange", siret="55210055400013", etat=EtatAdherent.A_VERIFIER, adhere_le=None)
    page = connecte(mission).get(f"{RACINE}demandes/").content.decode()
    assert "même SIRET" in page


@pytest.mark.parametrize(
    ("etat", "geste", "texte", "apres"),
    [
        ("a_verifier", "accepter", "", "actif"),
        ("a_verifier", "refuser", "Hors zone", "refuse"),
        ("a_verifier", "refuser", "", "a_verifier"),
        ("a_verifier", "demander", "Quel étage ?", "a_verifier"),
        ("actif", "suspendre", "Travaux", "suspendu"),
        ("suspendu", "reprendre", "", "actif"),
        ("actif", "partir", "", "parti"),
        ("parti", "accepter", "", "parti"),
    ],
)
def test_chaque_geste(
    etat: str, geste: str, texte: str, apres: str, mission: Personne, connecte: Connecter
) -> None:  # fmt: skip
    un = adherent(etat=etat, parti_le=AU.date() if etat == "parti" else None)
    reponse = connecte(mission).post(f"{RACINE}adherents/{un.pk}/gestes/{geste}/", {"texte": texte}, follow=True)
    assert reponse.status_code == 200
    assert Adherent.objects.get().etat == apres


def test_recertifier_au_telephone(mission: Personne, connecte: Connecter) -> None:
    un = adherent(mobiles=(mobile(1),))
    Coordonnee.objects.filter(valeur=mobile(1)).update(suspendue_le=AU, echecs_suite=3)
    client, contact = connecte(mission), un.contacts.get()
    client.post(f"{RACINE}adherents/{un.pk}/numeros/{contact.pk}/code/")
    code = Envoi.objects.get(message="alerte_commerce.code").textes["sms"].split("est ")[1][:6]
    client.post(f"{RACINE}adherents/{un.pk}/numeros/{contact.pk}/verifier/", {"code": code})
    assert Coordonnee.objects.get(valeur=mobile(1)).suspendue_le is None


def test_la_chambre_inscrit_une_charte_papier(mission: Personne, connecte: Connecter) -> None:
    client, adresse = connecte(mission), f"{RACINE}adherents/inscrire/"
    champs = {"nom": "Cordonnerie", "adresse": "2 rue Sud", "code_commune": "21231", "activite": "services",
              "contact_nom": "Noa Essai", "mobile": "0639980001", "courriel": ""}  # fmt: skip
    assert client.post(adresse, champs | {"mobile": "0380000000"}).status_code == 422
    client.post(adresse, champs)
    un = Adherent.objects.get()
    assert (un.source, un.etat, un.charte_version, un.charte_signataire) == ("agent", "demande", "papier", "Noa Essai")
    assert (un.contacts.get().mobile, un.contacts.get().verifie_le) == (mobile(1), None)


def test_corriger_une_fiche_et_le_conflit(mission: Personne, connecte: Connecter) -> None:
    un, client = adherent("Boulange"), connecte(mission)
    champs = {"nom": "Boulange Neuve", "adresse": "1 rue", "code_commune": "21231", "activite": "alimentaire"}
    adresse = f"{RACINE}adherents/{un.pk}/modifier/"
    assert client.post(adresse, champs | {"version": "1"}).status_code == 302
    faute = client.post(adresse, champs | {"version": "1", "nom": "Autre"})
    assert (faute.status_code, "Boulange Neuve" in faute.content.decode()) == (409, True)
    assert client.post(adresse, champs | {"version": "2", "nom": "Autre"}).status_code == 302
    assert client.post(adresse, champs | {"version": "3", "siret": "123"}).status_code == 422


def test_le_stock_et_les_envois(mission: Personne, connecte: Connecter) -> None:
    un, client = adherent(), connecte(mission)
    client.post(f"{RACINE}stock/", {"article": "kit", "quantite": "2", "motif": "Livraison"})
    assert client.post(f"{RACINE}stock/", {"article": "kit", "quantite": "-3", "motif": "x"}).status_code == 422
    client.post(f"{RACINE}adherents/{un.pk}/envois/", {"kit": "1", "guide": "", "vitrophanie": "0"})
    assert Stock.objects.get(article="kit").quantite == 1
    assert list(MouvementDeStock.objects.values_list("quantite", flat=True)) == [-1, 2]
    assert client.get(f"{RACINE}stock/").status_code == 200


def test_ecrire_le_guide_et_les_referents(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    page = {"titre": "Tenir sa caisse", "resume": "", "corps": "Un mot.", "ordre": "1", "publie": "on"}
    client.post(f"{RACINE}guide/nouvelle/", page | {"revision": "1"})
    ecrite = PageConseil.objects.get()
    assert (ecrite.slug, ecrite.publie) == ("tenir-sa-caisse", True)
    adresse = f"{RACINE}guide/{ecrite.pk}/"
    assert client.post(adresse, page | {"corps": "Deux mots.", "revision": "1"}).status_code == 302
    assert client.post(adresse, page | {"corps": "Trois.", "revision": "1"}).status_code == 409
    assert PageConseil.objects.get().corps == "Deux mots."
    referent = {"nom": "Référente", "fonction": "Sûreté", "organisation": "Police", "ordre": "0", "publie": "on"}
    client.post(f"{RACINE}referents/nouveau/", referent)
    assert Referent.objects.get().nom == "Référente"
    assert client.get(f"{RACINE}guide/").status_code == 200


def test_noter_une_communication(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    champs = {
        "titre": "Lettre",
        "nature": "lettre",
        "le": "2026-10-01",
        "cout_eur": "120",
        "touches": "300",
        "effet": "",
    }
    assert client.post(f"{RACINE}communications/", champs).status_code == 302
    assert Communication.objects.get().auteur == mission
    assert "Lettre" in client.get(f"{RACINE}communications/").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_qui_entre(role: Role, connecte: Connecter) -> None:
    un = adherent()
    page = PageConseil.objects.create(titre="P", slug="p", corps="x", modifiee_le=timezone.now())
    referent = Referent.objects.create(nom="R", fonction="F", organisation="O")
    pages = ["adherents/", "adherents/inscrire/", "demandes/", f"adherents/{un.pk}/",
             f"adherents/{un.pk}/modifier/", "stock/", "guide/",
             "guide/nouvelle/", f"guide/{page.pk}/", "referents/nouveau/", f"referents/{referent.pk}/",
             "communications/"]  # fmt: skip
    ecritures = [f"adherents/{un.pk}/gestes/partir/", f"adherents/{un.pk}/envois/", f"adherents/{un.pk}/numeros/",
                 f"adherents/{un.pk}/numeros/{un.contacts.get().pk}/code/"]  # fmt: skip
    for organisation in ("cci", "metropole", "police"):
        client = connecte(personne(role, organisation=organisation))
        ouvert = role == Role.CHARGE_MISSION and organisation == "cci"
        for adresse in pages:
            assert client.get(RACINE + adresse).status_code == (200 if ouvert else 403), adresse
        if not ouvert:
            for adresse in ecritures:
                assert client.post(RACINE + adresse).status_code == 403, adresse
    assert Adherent.objects.get().etat == EtatAdherent.ACTIF


def test_l_accueil_dit_ce_qui_attend_la_chambre(mission: Personne, voisine: Personne) -> None:
    assert accueil(mission, au=AU) is None
    adherent(mobiles=(mobile(1),))
    adherent(etat=EtatAdherent.A_VERIFIER)
    Coordonnee.objects.filter(valeur=mobile(1)).update(suspendue_le=AU)
    bloc = accueil(mission, au=AU)
    assert bloc is not None
    assert [ligne.titre for ligne in bloc.attentes] == [
        "1\xa0demande d'adhésion à vérifier", "1\xa0numéro d'adhérent à revoir",
        "Stock bas : vitrophanie, guide de la sécurité, kit de communication",
    ]  # fmt: skip
    autre = accueil(voisine, au=AU)
    assert autre is not None
    assert ([chiffre.valeur for chiffre in autre.chiffres], autre.attentes) == (["1"], [])
    assert accueil(personne(Role.COURTIER), au=AU) is None


def test_la_page_d_un_etablissement_dit_l_adhesion_a_la_chambre_seule(mission: Personne, voisine: Personne) -> None:
    adherent("Boulange", siret="55210055400013")
    dit = fiche_etablissement("55210055400013", mission)
    assert dit is not None
    assert "Boulange" in dit["html"]
    assert fiche_etablissement("55210055400021", mission) is None
    assert fiche_etablissement("55210055400013", voisine) is None
