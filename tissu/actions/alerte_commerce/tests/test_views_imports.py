"""Les écrans des listes : déposer, régler, appliquer, trancher, corriger ; et la liste remise, journalisée."""

import csv
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tissu.actions.alerte_commerce.models import Adherent, ImportAdherents, LigneImport
from tissu.actions.alerte_commerce.tests.fabrique import AU, accorder, adherent, mobile, personne
from tissu.actions.alerte_commerce.tests.test_imports import ENTETE, ligne
from tissu.comptes.choices import NatureAcces, Role
from tissu.comptes.models import Acces, Personne

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
RACINE = "/alerte-commerce/gestion/"


def deposer(client: Client, *lignes: str, entete: str = ENTETE) -> str:
    contenu = SimpleUploadedFile("liste.csv", "\n".join((entete, *lignes)).encode())
    return client.post(f"{RACINE}imports/", {"fichier": contenu, "en_service": "on"}).url


def test_du_depot_a_la_derniere_ligne_tranchee(mission: Personne, connecte: Connecter) -> None:
    connu = adherent("Fleurs", siret="55210055400013")
    client = connecte(mission)
    page = deposer(client, ligne(), ligne("Fleurs du Four", siret="55210055400013", numero="0639980002"),
                   ligne("Fautive", numero="0639980003", ville="Lyon"))  # fmt: skip
    assert [vue["compte"] for vue in client.get(page).context["vues"]] == [3, 1, 1, 1]
    client.post(f"{page}appliquer/")
    doublon, refusee = LigneImport.objects.filter(decision="a_trancher").order_by("ligne")
    assert "C’est Fleurs" in client.get(f"{page}?sort=doublon").content.decode()
    client.post(f"{RACINE}imports/lignes/{doublon.pk}/trancher/", {"decision": f"rattachee:{connu.pk}"})
    adresse = f"{RACINE}imports/lignes/{refusee.pk}/"
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, refusee.brute | {"commune": "Paris"}).status_code == 422
    assert client.post(adresse, refusee.brute | {"commune": "Chenôve"}).url == page
    assert ImportAdherents.objects.get().lignes.filter(decision="a_trancher").count() == 0
    assert sorted(Adherent.objects.values_list("nom", flat=True)) == ["Boulange", "Fautive", "Fleurs du Four"]
    assert Acces.objects.filter(nature=NatureAcces.CONTACTS).count() == 2


def test_regler_les_colonnes_puis_abandonner(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    page = deposer(client, "Boulange;0639980001;Dijon", entete="A;B;C")
    assert client.post(page, {"nom": "A"}).status_code == 422
    assert client.post(page, {"nom": "A", "mobile": "B", "commune": "C", "garder_sous": "ABC"}).url == page
    assert client.get(page).context["page"].paginator.count == 1
    client.post(f"{page}abandonner/")
    assert (ImportAdherents.objects.get().etat, LigneImport.objects.count()) == ("abandonne", 0)
    assert client.get(page).status_code == 200


def test_un_fichier_illisible_se_dit(mission: Personne, connecte: Connecter) -> None:
    fichier = SimpleUploadedFile("liste.pdf", b"%PDF")
    reponse = connecte(mission).post(f"{RACINE}imports/", {"fichier": fichier})
    assert (reponse.status_code, "sont lus les CSV" in reponse.content.decode()) == (422, True)


def test_la_liste_remise_ne_dit_que_les_numeros_a_prevenir(officier: Personne, connecte: Connecter) -> None:
    un = adherent("Boulange", mobiles=(mobile(1), mobile(2)), rayon_m=500, horaires={"lundi": [["09:00", "19:00"]]})
    accorder(mobile(2), "oppose")
    adherent("Parti", etat="parti", parti_le=AU.date(), mobiles=())
    client = connecte(officier)
    reponse = client.get(f"{RACINE}liste.csv")
    lignes = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert [(une["Commerce"], une["Mobile"], une["Distance choisie (m)"], une["Horaires"]) for une in lignes] == [
        ("Boulange", "06 39 98 00 01", "500", "lundi 9h-19h")
    ]
    acces = Acces.objects.get()
    assert (acces.personne, acces.nature, acces.objet_type) == (officier, NatureAcces.EXPORT, "adherents")
    assert client.get(f"{RACINE}liste.xlsx").content[:2] == b"PK"
    assert client.get(f"{RACINE}liste.pdf").status_code == 404
    assert un.nom in client.get(f"{RACINE}liste.csv").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_qui_sort_la_liste(role: Role, connecte: Connecter) -> None:
    for organisation in ("cci", "metropole", "police", "agence"):
        client = connecte(personne(role, organisation=organisation))
        ouvert = (role, organisation) in {(Role.CHARGE_MISSION, "cci"), (Role.POLICE, "police")}
        for adresse in ("liste/", "liste.csv"):
            assert client.get(RACINE + adresse).status_code == (200 if ouvert else 403), (adresse, organisation)
        importe = (role, organisation) == (Role.CHARGE_MISSION, "cci")
        assert client.get(f"{RACINE}imports/").status_code == (200 if importe else 403)


def test_l_ecran_dit_ce_que_recoivent_les_numeros_et_les_chartes_sans_date(
    mission: Personne, connecte: Connecter
) -> None:
    client = connecte(mission)
    page = deposer(client, ligne(), ligne("Fleurs", adresse="9 rue Sud", numero="0639980002", jour=""))
    vue = client.get(page)
    assert vue.context["sans_date"] == 1
    texte = vue.content.decode()
    assert "ils reçoivent les alertes dès maintenant, et restent à confirmer" in texte
    assert "1\xa0ligne sans date de charte" in texte
