"""Le téléphone et le serveur : ce qui s'emporte, ce qui s'envoie, ce qui se refuse, et que rien n'entre deux fois."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tissu.comptes.models import Personne
from tissu.locaux.models import Campagne, ContactLocal, Local, Photo, Releve, Tournee
from tissu.locaux.operations import locaux
from tissu.locaux.queries.montre import valeurs_en_json
from tissu.locaux.rules.parcours import Porte, cote, en_marchant
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture(autouse=True)
def compteurs_a_zero() -> None:
    cache.clear()


@pytest.fixture
def ouverte(db: None) -> Campagne:
    return fabrique.campagne("Relevé en cours", fin=None, etat="ouverte")


@pytest.fixture
def tournee(ouverte: Campagne, agent: Personne) -> Tournee:
    return Tournee.objects.create(campagne=ouverte, voie=fabrique.voie("RUE A"), releveur=agent, ordre=1)


def releve(tournee: Tournee, local: Local | None, donnees: dict[str, Any], **champs: Any) -> dict[str, Any]:
    """Un relevé tel que le téléphone l'écrit."""
    return {
        "cle": str(uuid4()), "campagne": tournee.campagne_id, "tournee": tournee.pk,
        "local": local.reference if local else None, "releve_le": "2024-06-10T10:00:00+02:00",
        "version_vue": local.version if local else None, "donnees": donnees,
        "vues": valeurs_en_json(local) if local else {},
    } | champs  # fmt: skip


def envoyer(client: Client, qui: Personne, *releves: Any) -> Any:
    corps = {"personne": qui.pk, "releves": list(releves)}
    return client.post(reverse("locaux:terrain_releves"), corps, content_type="application/json", **JSON)


def reponses(client: Client, qui: Personne, *releves: Any) -> list[dict[str, Any]]:
    return envoyer(client, qui, *releves).json()["reponses"]


@pytest.mark.parametrize(
    ("numero", "attendu"),
    [("12 bis", "pair"), ("12-14", "pair"), ("1 A", "impair"), ("3-5", "impair"), ("0", "sans_numero"),
     ("", "sans_numero"), ("SN", "sans_numero")],
)  # fmt: skip
def test_le_cote_d_un_numero(numero: str, attendu: str) -> None:
    assert cote(numero) == attendu


def test_une_rue_se_marche_un_cote_puis_l_autre() -> None:
    numeros = ["12 bis", "12", "12-14", "12 ter", "12B", "", "1 A", "2", "10", "3", "1"]
    portes = [Porte(f"L{rang:02d}", numero) for rang, numero in enumerate(numeros)]
    portes += [Porte("L20", "2", etage=1), Porte("L21", "2", "cour")]
    assert [(porte.numero, porte.complement, porte.etage) for porte in en_marchant(portes)] == [
        ("1", "", None), ("1 A", "", None), ("3", "", None), ("2", "", None), ("2", "", 1), ("2", "cour", None),
        ("10", "", None), ("12", "", None), ("12 bis", "", None), ("12 ter", "", None), ("12B", "", None),
        ("12-14", "", None), ("", "", None),
    ]  # fmt: skip


def test_le_telephone_emporte_ses_rues_dans_l_ordre_et_rien_de_reserve(
    connecte: Connecter, agent: Personne, tournee: Tournee
) -> None:
    pair = fabrique.local("Chez Léa", "restaurant", rue="RUE A", numero="2", siret="55210055400013",
                          loyer_eur_m2_an=321, surface_m2=50)  # fmt: skip
    fabrique.local(rue="RUE A", numero="1")
    fabrique.local("Ailleurs", "optique", rue="RUE B")
    ContactLocal.objects.create(local=pair, role="propriétaire", nom="Ursule Secrète", telephone="0380000000")
    client = connecte(agent)
    emporte = client.get(reverse("locaux:terrain_tournees")).json()
    assert (emporte["personne"], [(une["voie"], une["combien"], une["faits"]) for une in emporte["tournees"]]) == (
        {"id": agent.pk, "nom": str(agent)}, [("RUE A", 2, 0)],
    )  # fmt: skip
    rue = client.get(reverse("locaux:terrain_tournee", args=[tournee.pk]))
    assert [(un["titre"], un["cote"], un["vues"]["enseigne"], un["version"]) for un in rue.json()["locaux"]] == [
        ("1 RUE A", "impair", "", 1), ("2 RUE A", "pair", "Chez Léa", 1),
    ]  # fmt: skip
    texte = json.dumps([emporte, rue.json()])
    assert [secret in texte for secret in ("Secr", "0380000000", "321", "55210055400013")] == [False] * 4


def test_la_rue_d_un_autre_ou_d_une_campagne_close_ne_s_emporte_pas(
    connecte: Connecter, agent_metropole: Personne, lectrice: Personne, tournee: Tournee
) -> None:
    adresse = reverse("locaux:terrain_tournee", args=[tournee.pk])
    assert connecte(agent_metropole).get(adresse).status_code == 404
    Tournee.objects.update(releveur=None)
    # Libre, elle s'offre aux agents seuls.
    assert [connecte(qui).get(adresse).status_code for qui in (agent_metropole, lectrice)] == [200, 404]
    Campagne.objects.update(etat="close")
    assert connecte(agent_metropole).get(adresse).status_code == 404


@pytest.mark.parametrize("locaux_de_la_rue", [1, 6])
def test_une_rue_se_lit_en_autant_de_requetes(
    connecte: Connecter, agent: Personne, tournee: Tournee, locaux_de_la_rue: int,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for _ in range(locaux_de_la_rue):
        fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    client = connecte(agent)
    client.get(reverse("locaux:terrain_tournees"))
    with django_assert_num_queries(10):
        client.get(reverse("locaux:terrain_tournee", args=[tournee.pk]))


def test_un_lot_recoit_chacun_sa_reponse_et_n_entre_qu_une_fois(
    connecte: Connecter, agent: Personne, tournee: Tournee
) -> None:
    un, deux = fabrique.local("Chez Léa", "restaurant", rue="RUE A"), fabrique.local(rue="RUE A")
    bon = releve(tournee, un, {"etat": "vacant"})
    faux = releve(tournee, deux, {"surface_m2": "très grand"})
    trop = releve(tournee, deux, {"numero": "9" * 30})
    illisible = bon | {"cle": str(uuid4()), "releve_le": "hier"}
    client = connecte(agent)
    premieres = reponses(client, agent, bon, faux, trop, illisible, "n'importe quoi")
    assert [(une["sort"], une.get("motif", "")[:40]) for une in premieres] == [
        ("applique", ""),
        ("refuse", "surface_m2 : « très grand » n'est pas un"),
        ("refuse", f"Numéro : « {'9' * 30}"[:40]),
        ("refuse", "Relevé illisible (releve_le : une date, "),
        ("refuse", "Relevé illisible (ce n'est pas un objet)"),
    ]
    assert (premieres[0]["local"]["version"], premieres[0]["local"]["vues"]["etat"]) == (2, "vacant")
    secondes = reponses(client, agent, bon)
    assert (secondes[0]["sort"], Releve.objects.count(), Local.objects.get(pk=un.pk).version) == ("applique", 1, 2)
    assert Releve.objects.get().tournee == tournee


def test_un_releve_deja_recu_se_redit_meme_campagne_close(
    connecte: Connecter, ouverte: Campagne, lectrice: Personne
) -> None:
    sienne = Tournee.objects.create(campagne=ouverte, voie=fabrique.voie("RUE A"), releveur=lectrice)
    local = fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    envoye, client = releve(sienne, local, {"etat": "vacant"}), connecte(lectrice)
    assert reponses(client, lectrice, envoye)[0]["sort"] == "applique"
    Campagne.objects.update(etat="close")
    assert reponses(client, lectrice, envoye)[0]["sort"] == "applique"
    autre = reponses(client, lectrice, releve(sienne, local, {"etat": "occupe"}))[0]
    assert (autre["sort"], autre["motif"][:45]) == ("refuse", "Vous n'avez pas de rue à relever dans une cam")


def test_les_releves_d_un_autre_ne_partent_pas_sous_cette_session(
    connecte: Connecter, agent: Personne, agent_metropole: Personne, tournee: Tournee
) -> None:
    local = fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    envoye = releve(tournee, local, {"etat": "vacant"})
    assert envoyer(connecte(agent_metropole), agent, envoye).status_code == 409
    assert not Releve.objects.exists()
    reponses(connecte(agent), agent, envoye)
    vole = reponses(connecte(agent_metropole), agent_metropole, envoye)[0]
    assert (vole["sort"], vole["motif"][:45]) == ("refuse", "Une autre personne a déjà envoyé un relevé so")


def test_un_local_disparu_ou_ecarte_dit_quoi_faire(connecte: Connecter, agent: Personne, tournee: Tournee) -> None:
    garde, disparu, ecarte = (fabrique.local(rue="RUE A") for _ in range(3))
    Local.objects.filter(pk=disparu.pk).update(disparu_le="2024-06-01")
    Local.objects.filter(pk=ecarte.pk).update(ecarte_le=AU, remplace_par=garde)
    inconnu = releve(tournee, garde, {"etat": "vacant"}) | {"local": "L999999"}
    dites = reponses(connecte(agent), agent, releve(tournee, disparu, {"etat": "occupe"}),
                     releve(tournee, ecarte, {"etat": "occupe"}), inconnu)  # fmt: skip
    assert [une["motif"].split(" : ")[-1] for une in dites] == [
        "mettez votre rue à jour, puis relevez ceux qui le remplacent.",
        f"relevez plutôt {garde.reference}.",
        "relevez-le comme un local nouveau.",
    ]


def test_un_conflit_se_montre_et_se_tranche_du_telephone(
    connecte: Connecter, agent: Personne, tournee: Tournee
) -> None:
    local = fabrique.local("Chez Léa", "restaurant", rue="RUE A", surface_m2=50)
    local.refresh_from_db()
    envoye = releve(tournee, local, {"surface_m2": "70", "etat": "travaux"})
    locaux.modifier_local(local=local, version=1, valeurs={"surface_m2": 60}, auteur=fabrique.personne(
        "charge_mission", organisation="metropole"), au=AU)  # fmt: skip
    client = connecte(agent)
    dit = reponses(client, agent, envoye)[0]
    assert (dit["sort"], dit["conflits"]) == (
        "conflit",
        [{"champ": "surface_m2", "nom": "Surface (m²)", "actuel": "60", "releve": "70", "ressemblants": []}],
    )
    adresse = reverse("locaux:terrain_trancher", args=[envoye["cle"]])
    sans_choix = client.post(adresse, {"choix": {}}, content_type="application/json", **JSON)
    assert (sans_choix.status_code, sans_choix.json()["erreur"]) == (422, "Choisissez pour chaque champ : surface_m2.")
    choix = {"choix": {"surface_m2": "releve"}}
    tranche = client.post(adresse, choix, content_type="application/json", **JSON).json()
    local.refresh_from_db()
    assert (tranche["sort"], tranche["local"]["version"], local.surface_m2) == ("applique", local.version, 70)
    # La réponse s'était perdue : on redit ce qui est.
    assert client.post(adresse, choix, content_type="application/json", **JSON).json()["sort"] == "applique"


def test_le_conflit_d_un_autre_n_est_pas_le_mien(
    connecte: Connecter, agent: Personne, agent_metropole: Personne, tournee: Tournee
) -> None:
    connu = fabrique.local("Chez Léa", "restaurant", numero="3", rue="RUE A", lon=5.05, lat=47.31)
    nouveau = releve(tournee, None, {"code_commune": "21231", "voie": "rue a", "numero": "3", "enseigne": "chez léa"})
    dit = reponses(connecte(agent), agent, nouveau)[0]
    assert dit["conflits"][0]["ressemblants"] == [
        {"reference": connu.reference, "titre": "3 RUE A", "enseigne": "Chez Léa"}
    ]
    adresse = reverse("locaux:terrain_trancher", args=[nouveau["cle"]])
    choix = {"choix": {"local": connu.reference}}
    refus = connecte(agent_metropole).post(adresse, choix, content_type="application/json", **JSON)
    assert refus.status_code == 404
    tranche = connecte(agent).post(adresse, choix, content_type="application/json", **JSON).json()
    assert (tranche["local"]["reference"], Local.objects.count()) == (connu.reference, 1)


def image(couleur: str = "red") -> SimpleUploadedFile:
    sortie = BytesIO()
    Image.new("RGB", (40, 30), couleur).save(sortie, "JPEG")
    return SimpleUploadedFile("photo.jpg", sortie.getvalue(), "image/jpeg")


def test_une_photo_suit_son_releve_et_n_entre_qu_une_fois(
    connecte: Connecter, agent: Personne, agent_metropole: Personne, tournee: Tournee
) -> None:
    local = fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    envoye, client = releve(tournee, local, {"etat": "occupe"}), connecte(agent)
    adresse = reverse("locaux:terrain_photo", args=[envoye["cle"]])
    assert client.post(adresse, {"fichier": image()}).json()["erreur"].endswith("envoyez-le d'abord.")
    reponses(client, agent, envoye)
    assert [client.post(adresse, {"fichier": image()}).json() for _ in range(2)] == [{"sort": "applique"}] * 2
    assert (Photo.objects.get().local, Photo.objects.get().legende) == (local, "Relevé du 10\u00a0juin\u00a02024")
    texte = SimpleUploadedFile("photo.jpg", b"pas une image", "image/jpeg")
    faux = client.post(adresse, {"fichier": texte})
    assert (faux.status_code, faux.json()["erreur"]) == (
        422, "« photo.jpg » n'est pas une image JPEG, PNG ou WebP lisible.",
    )  # fmt: skip
    assert connecte(agent_metropole).post(adresse, {"fichier": image("blue")}).status_code == 422
    assert Photo.objects.count() == 1


def test_la_photo_d_un_local_a_trancher_attend(connecte: Connecter, agent: Personne, tournee: Tournee) -> None:
    connu = fabrique.local("Chez Léa", "restaurant", numero="3", rue="RUE A")
    nouveau = releve(tournee, None, {"code_commune": "21231", "voie": "rue a", "numero": "3", "enseigne": "chez léa"})
    client = connecte(agent)
    reponses(client, agent, nouveau)
    adresse = reverse("locaux:terrain_photo", args=[nouveau["cle"]])
    assert client.post(adresse, {"fichier": image()}).status_code == 409
    trancher = reverse("locaux:terrain_trancher", args=[nouveau["cle"]])
    client.post(trancher, {"choix": {"local": connu.reference}}, content_type="application/json", **JSON)
    assert client.post(adresse, {"fichier": image()}).status_code == 200
    assert Photo.objects.get().local == connu


def test_une_rue_se_dit_finie_et_se_reprend(connecte: Connecter, agent: Personne, tournee: Tournee) -> None:
    client, adresse = connecte(agent), reverse("locaux:terrain_finie", args=[tournee.pk])
    dites = []
    for finie in (True, True, False):
        reponse = client.post(adresse, {"finie": finie}, content_type="application/json", **JSON)
        tournee.refresh_from_db()
        dites.append((reponse.json()["finie"], tournee.finie_le is not None))
    assert dites == [(True, True), (True, True), (False, False)]


@pytest.mark.parametrize(
    ("corps", "refus"),
    [(b"{", "L'envoi n'est pas un texte JSON."), (b'{"a": NaN}', "L'envoi n'est pas un texte JSON."),
     (b"[]", "L'envoi JSON n'est pas un objet."), (b'{"releves": 3}', "« releves » n'est pas une liste."),
     (json.dumps({"releves": [0] * 51}).encode(), "51 relevés à la fois, pour 50 au plus."),
     (b" " * 1_000_001, "L'envoi pèse plus de 1000 ko : envoyez moins de relevés à la fois.")],
    ids=["coupé", "pas un nombre", "liste", "pas une liste", "trop", "trop lourd"],
)  # fmt: skip
def test_un_envoi_illisible_est_refuse(connecte: Connecter, agent: Personne, corps: bytes, refus: str) -> None:
    reponse = connecte(agent).post(reverse("locaux:terrain_releves"), corps, content_type="application/json", **JSON)
    assert (reponse.status_code, reponse.json()["erreur"]) == (422, refus)


def test_une_session_fermee_se_dit_en_json_au_telephone(client: Client, tournee: Tournee) -> None:
    adresses = [reverse("locaux:terrain_tournees"), reverse("locaux:terrain_jeton")]
    assert [client.get(adresse, **JSON).status_code for adresse in adresses] == [401, 401]
    assert client.post(reverse("locaux:terrain_releves"), b"{}", content_type="application/json", **JSON).json() == {
        "erreur": "Votre session est fermée : reconnectez-vous, rien n'est perdu."
    }
    assert client.get(reverse("locaux:terrain")).status_code == 302


def test_sans_jeton_rien_n_entre(agent: Personne, tournee: Tournee) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    local = fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    envoye = releve(tournee, local, {"etat": "vacant"})
    assert envoyer(client, agent, envoye).status_code == 403
    jeton = client.get(reverse("locaux:terrain_jeton")).json()["jeton"]
    corps = {"personne": agent.pk, "releves": [envoye]}
    recu = client.post(reverse("locaux:terrain_releves"), corps, content_type="application/json",
                       headers={"accept": "application/json", "x-csrftoken": jeton})  # fmt: skip
    assert recu.json()["reponses"][0]["sort"] == "applique"
