"""Les écrans des projets de CDAC : le parcours entier, qui entre, ce qui ne se perd pas."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.tests.fabrique import LAT, LON, local, projet
from tissu.cartes.models import Perimetre
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests.fabrique import AU, personne, voie

Connecter = Callable[[Personne], Client]


def adresse(nom: str, *arguments: Any) -> str:
    return reverse(f"observatoire_commerce:{nom}", args=arguments)


def test_le_parcours_va_de_la_description_a_l_etude(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    local(50, "Supermarché", "supermarche", rue=voie("RUE DE L'ESSAI"), numero="7", surface_vente_m2=900)
    local(80, rue=voie("RUE DE L'ESSAI"))
    recu = client.post(
        adresse("cdac_nouveau"),
        {"nom": "Halle neuve", "nature": "creation", "secteur": "alimentaire", "activite": "supermarche",
         "demande_le": "2026-10-01"},
    )  # fmt: skip
    ouvert = ProjetCdac.objects.get()
    assert recu.headers["Location"] == adresse("cdac_etape", ouvert.pk, "lieu")
    etapes: list[tuple[str, dict[str, str], str]] = [
        ("lieu", {"code_commune": "21231", "adresse": "7 rue de l'Essai"}, "surfaces"),
        ("surfaces", {"surface_creee_m2": "1 200,50", "dans_ensemble": "false"}, "circonstances"),
        ("circonstances", {"artificialisation": "false", "permis": "true", "en_ort": "false"}, "zone"),
        ("zone", {"rayons_m": "200, 500"}, ""),
    ]
    for rang, (etape, reponses, suite) in enumerate(etapes, start=1):
        recu = client.post(adresse("cdac_etape", ouvert.pk, etape), reponses | {"revision": str(rang)})
        attendue = adresse("cdac_etape", ouvert.pk, suite) if suite else adresse("cdac_verifier", ouvert.pk)
        assert recu.headers["Location"] == attendue
    ouvert.refresh_from_db()
    assert (ouvert.lon, ouvert.precision_position) == (LON, "Local connu au 7 RUE DE L'ESSAI")
    assert (str(ouvert.surface_creee_m2), ouvert.rayons_m) == ("1200.50", [200, 500])
    verification = client.get(adresse("cdac_verifier", ouvert.pk)).content.decode()
    assert "Soumis à autorisation" in verification
    assert "1\u202f200,50" in verification
    client.post(adresse("cdac_etat", ouvert.pk), {"etat": "etude", "revision": "5"})
    page = client.get(adresse("cdac", ouvert.pk)).content.decode()
    for phrase in (
        "À confirmer juridiquement",
        "plus que 1\u202f000 m²",
        "La zone compte 1\u00a0concurrent",
        "200 à 500\u00a0m",
    ):
        assert phrase in page
    assert "À l&#x27;étude" in page
    vacants = client.get(f"{adresse('cdac_lignes', ouvert.pk)}?quoi=vacants&anneau=0").content.decode()
    assert "1\u00a0local. Moins de 200\u00a0m." in vacants


def test_ce_que_l_on_ne_sait_pas_reste_inconnu(mission: Personne, connecte: Connecter) -> None:
    ouvert = projet(mission, dans_ensemble=None, surface_creee_m2=None)
    client = connecte(mission)
    recu = client.post(adresse("cdac_etape", ouvert.pk, "surfaces"), {"dans_ensemble": "unknown", "revision": "1"})
    assert recu.status_code == 302
    ouvert.refresh_from_db()
    assert (ouvert.dans_ensemble, ouvert.surface_creee_m2) == (None, None)
    assert "À préciser" in client.get(adresse("cdac", ouvert.pk)).content.decode()


@pytest.mark.parametrize(
    ("etape", "reponses", "message"),
    [
        ("lieu", {"code_commune": "21231", "lon": "5,04"}, "Donnez la longitude et la latitude"),
        ("lieu", {"code_commune": "21231", "adresse": "3 rue perdue"}, "Aucun local connu à cette adresse"),
        ("surfaces", {"surface_creee_m2": "beaucoup"}, "« beaucoup » n&#x27;est pas une surface"),
        ("zone", {"rayons_m": "500, loin"}, "« loin » n&#x27;est pas un rayon"),
        ("zone", {"rayons_m": "1,2,3,4,5,6"}, "Donnez 5 rayons au plus."),
    ],
)
def test_une_reponse_illisible_se_dit_et_reste(
    etape: str, reponses: dict[str, str], message: str, mission: Personne, connecte: Connecter
) -> None:
    ouvert = projet(mission)
    recu = connecte(mission).post(adresse("cdac_etape", ouvert.pk, etape), reponses | {"revision": "1"})
    page = recu.content.decode()
    assert recu.status_code == 422
    assert message in page
    assert all(valeur in page for valeur in reponses.values())
    ouvert.refresh_from_db()
    assert ouvert.revision == 1


def test_un_conflit_montre_les_deux_versions(mission: Personne, voisine: Personne, connecte: Connecter) -> None:
    ouvert = projet(mission, enseigne="Ancienne")
    champs = {"nom": ouvert.nom, "nature": "creation", "secteur": "alimentaire", "demande_le": "2026-10-01"}
    client = connecte(voisine)
    ProjetCdac.objects.filter(pk=ouvert.pk).update(revision=2, enseigne="Écrite entre-temps")
    recu = client.post(adresse("cdac_etape", ouvert.pk, "projet"), champs | {"enseigne": "La mienne", "revision": "1"})
    page = recu.content.decode()
    assert recu.status_code == 409
    assert "Écrite entre-temps" in page and "La mienne" in page
    assert page.count("Supermarché, hypermarché") == 2  # dans la liste des activités, et dans les deux versions
    recu = client.post(adresse("cdac_etape", ouvert.pk, "projet"), champs | {"enseigne": "La mienne", "revision": "2"})
    assert recu.status_code == 302
    ouvert.refresh_from_db()
    assert ouvert.enseigne == "La mienne"


def test_un_perimetre_depose_devient_la_zone_et_y_reste(mission: Personne, connecte: Connecter) -> None:
    ouvert = projet(mission)
    carre = '{"type":"Polygon","coordinates":[[[5,47],[6,47],[6,48],[5,48],[5,47]]]}'
    perimetre = Perimetre.objects.create(
        nom="Zone du dossier", geometrie=carre, auteur=mission, fichier="zone.geojson", sommets=4, surface_ha=1,
        depose_le=AU,
    )  # fmt: skip
    client = connecte(mission)
    client.post(adresse("cdac_etape", ouvert.pk, "zone"), {"contour": str(perimetre.pk), "revision": "1"})
    perimetre.delete()
    client.post(adresse("cdac_etape", ouvert.pk, "zone"), {"contour": "garder", "rayons_m": "400", "revision": "2"})
    ouvert.refresh_from_db()
    assert (ouvert.perimetre, ouvert.perimetre_nom, ouvert.rayons_m) == (carre, "Zone du dossier", [400])
    assert "périmètre fourni, « Zone du dossier »" in client.get(adresse("cdac", ouvert.pk)).content.decode()


LECTURE = {Role.CHARGE_MISSION, Role.CHARGE_FILIERE, Role.ELU}


@pytest.mark.parametrize("role", list(Role))
def test_un_projet_se_lit_entre_partenaires(role: Role, mission: Personne, connecte: Connecter) -> None:
    ouvert = projet(mission)
    for organisation in ("cci", "metropole", "agence"):
        client = connecte(personne(role, organisation=organisation))
        permis = role in LECTURE and organisation != "agence"
        for page in (adresse("cdac_projets"), adresse("cdac", ouvert.pk), adresse("cdac_lignes", ouvert.pk)):
            assert client.get(page).status_code == (200 if permis else 403), (role, organisation, page)
        ecrit = permis and role == Role.CHARGE_MISSION
        assert client.get(adresse("cdac_nouveau")).status_code == (200 if ecrit else 403)


@pytest.mark.parametrize(("format_", "debut"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("pptx", b"PK")])
def test_la_note_se_telecharge(
    format_: str, debut: bytes, elu: Personne, mission: Personne, connecte: Connecter
) -> None:
    local(50, "Supermarché", "supermarche", surface_vente_m2=900)
    ouvert = projet(mission)
    recu = connecte(elu).get(adresse("cdac_note", ouvert.pk, format_))
    assert recu.content.startswith(debut)
    assert recu.headers["Content-Disposition"] == f'attachment; filename="projet-cdac-{ouvert.pk}.{format_}"'


@pytest.mark.parametrize("combien", [1, 3])
def test_la_liste_se_lit_en_un_nombre_fixe_de_requetes(
    combien: int, mission: Personne, connecte: Connecter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = connecte(mission)
    for rang in range(combien):
        projet(mission, nom=f"Projet {rang}")
    with django_assert_num_queries(6):
        page = client.get(adresse("cdac_projets"))
    assert page.content.decode().count("Soumis à autorisation") == combien


@pytest.mark.parametrize("combien", [1, 30])
def test_l_etude_se_lit_en_un_nombre_fixe_de_requetes(
    combien: int, mission: Personne, connecte: Connecter, django_assert_max_num_queries: Any
) -> None:
    client = connecte(mission)
    ouvert = projet(mission)
    for rang in range(combien):
        local(10 + rang, f"Épicerie {rang}", "epicerie", surface_vente_m2=50)
    client.get(adresse("cdac", ouvert.pk))
    with django_assert_max_num_queries(12):
        client.get(adresse("cdac", ouvert.pk))


def test_une_position_donnee_l_emporte_sur_l_adresse(mission: Personne, connecte: Connecter) -> None:
    ouvert = projet(mission, lon=None, lat=None)
    reponses = {"code_commune": "21231", "lon": str(LON).replace(".", ","), "lat": str(LAT), "revision": "1"}
    connecte(mission).post(adresse("cdac_etape", ouvert.pk, "lieu"), reponses)
    ouvert.refresh_from_db()
    assert (ouvert.lon, ouvert.lat, ouvert.precision_position) == (LON, LAT, "Position donnée")


def test_une_adresse_nouvelle_se_replace_et_une_position_gardee_garde_sa_precision(
    mission: Personne, connecte: Connecter
) -> None:
    local(50, "Supermarché", "supermarche", rue=voie("RUE DE L'ESSAI"), numero="7")
    ouvert = projet(mission, precision_position="Plan du dossier", adresse="1 rue lointaine")
    client = connecte(mission)
    position = {"code_commune": "21231", "lon": str(LON), "lat": str(LAT)}
    pas = [("1 rue lointaine", "Plan du dossier"), ("2 rue lointaine", "Plan du dossier"),
           ("7 rue de l'Essai", "Local connu au 7 RUE DE L'ESSAI")]  # fmt: skip
    for revision, (nouvelle, precision) in enumerate(pas, start=1):
        client.post(
            adresse("cdac_etape", ouvert.pk, "lieu"), position | {"adresse": nouvelle, "revision": str(revision)}
        )
        ouvert.refresh_from_db()
        assert (ouvert.adresse, ouvert.precision_position) == (nouvelle, precision)
    assert ouvert.lat != LAT


@pytest.mark.parametrize("requete", ["voie=99999999999999999999999", "anneau=9", "tranche=x", "quoi=tout", "voie=abc"])
def test_un_filtre_illisible_est_laisse_de_cote(requete: str, mission: Personne, connecte: Connecter) -> None:
    local(50, "Supermarché", "supermarche")
    page = connecte(mission).get(f"{adresse('cdac_lignes', projet(mission).pk)}?{requete}").content.decode()
    assert "1\u00a0local. Toute la zone." in page
