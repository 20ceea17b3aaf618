"""OGC API Features : les liens, les natures et les refus que la norme demande ; GDAL y lit une couche."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from tissu.cartes.models import CleAcces
from tissu.cartes.ogc import CONFORMITE, CRS84, GEOJSON, JSON, OPENAPI, ParametreFaux, lire_bbox, lire_temps
from tissu.cartes.operations.cles import creer_cle, revoquer_cle
from tissu.comptes.choices import NatureAcces, Role
from tissu.comptes.models import Acces
from tissu.comptes.tests.fabrique import personne

LE = datetime(2026, 11, 23, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("couches_d_essai")]


def lire(adresse: str, *, nature: str = JSON, statut: int = 200, client: Client | None = None, **entetes: str) -> Any:
    reponse = (client or Client()).get(f"/ogc/{adresse}", headers=entetes)
    assert (reponse.status_code, reponse["Content-Type"]) == (statut, nature), reponse.content
    return reponse.json()


def liens(corps: Any) -> dict[str, tuple[str, str]]:
    return {lien["rel"]: (lien["href"], lien["type"]) for lien in corps["links"]}


def identifiants(corps: Any) -> list[str]:
    return [entite["id"] for entite in corps["features"]]


def cle_de(qui: Any, **autres: Any) -> str:
    return creer_cle(nom="QGIS du bureau", auteur=qui, au=autres.get("au", datetime.now(UTC)))[1]


# --- Ce que la norme demande (OGC 17-069r4, chapitre 7) ---


def test_l_accueil_a_les_liens_que_la_norme_demande():
    corps = lire("")
    assert corps["title"] == "Cartes de Dijon Métropole"
    assert liens(corps) == {
        "self": ("http://testserver/ogc/", JSON),
        "service-desc": ("http://testserver/ogc/api", OPENAPI),
        "service-doc": ("http://testserver/cartes/sig/", "text/html"),
        "conformance": ("http://testserver/ogc/conformance", JSON),
        "data": ("http://testserver/ogc/collections", JSON),
    }


def test_la_conformite_nomme_le_coeur_geojson_et_openapi():
    assert lire("conformance") == {"conformsTo": CONFORMITE}
    assert [classe.rsplit("/", 1)[1] for classe in CONFORMITE] == ["core", "geojson", "oas30"]


def test_les_collections_ouvertes_a_tous_seules_se_montrent_sans_cle():
    corps = lire("collections")
    assert [une["id"] for une in corps["collections"]] == ["essai-locaux", "essai-quartiers"]
    assert liens(corps)["self"] == ("http://testserver/ogc/collections", JSON)
    assert corps["collections"][0] == lire("collections/essai-locaux")


def test_une_collection_dit_son_emprise_son_temps_et_ses_liens():
    corps = lire("collections/essai-locaux")
    assert corps["extent"] == {
        "spatial": {"bbox": [[5.03, 47.322, 5.08, 47.35]], "crs": CRS84},
        "temporal": {"interval": [["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]]},
    }
    assert (corps["itemType"], corps["crs"]) == ("feature", [CRS84])
    assert liens(corps) == {
        "self": ("http://testserver/ogc/collections/essai-locaux", JSON),
        "items": ("http://testserver/ogc/collections/essai-locaux/items", GEOJSON),
        "alternate": ("http://testserver/cartes/essai-locaux/", "text/html"),
        "license": ("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "text/html"),
    }


def test_les_objets_sont_une_collection_geojson_paginee():
    premiere = lire("collections/essai-locaux/items?limit=2", nature=GEOJSON)
    assert (premiere["type"], premiere["numberMatched"], premiere["numberReturned"]) == ("FeatureCollection", 5, 2)
    assert datetime.fromisoformat(premiere["timeStamp"]).tzinfo == UTC
    assert liens(premiere) == {
        "self": ("http://testserver/ogc/collections/essai-locaux/items?limit=2", GEOJSON),
        "next": ("http://testserver/ogc/collections/essai-locaux/items?limit=2&offset=2", GEOJSON),
    }
    vus, suivante = identifiants(premiere), liens(premiere)["next"][0]
    while suivante:
        page = lire(suivante.removeprefix("http://testserver/ogc/"), nature=GEOJSON)
        vus += identifiants(page)
        suivante = liens(page).get("next", ("",))[0]
    assert vus == ["L1", "L2", "L3", "L4", "L5"]
    assert set(liens(page)) == {"self", "prev"}


def test_un_objet_porte_ses_liens_et_rien_de_reserve():
    assert lire("collections/essai-locaux/items/L1", nature=GEOJSON) == {
        "type": "Feature",
        "id": "L1",
        "geometry": {"type": "Point", "coordinates": [5.0415, 47.322]},
        "properties": {"nom": "Café du Port", "activite": "restauration", "surface": 45.5, "apparu_le": "2024-05-01"},
        "links": [
            {"href": "http://testserver/ogc/collections/essai-locaux/items/L1", "rel": "self", "type": GEOJSON,
             "title": "Cet objet"},
            {"href": "http://testserver/ogc/collections/essai-locaux", "rel": "collection", "type": JSON,
             "title": "Locaux d'essai"},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parametres", "attendus"),
    [
        ("bbox=5.04,47.32,5.045,47.325", ["L1", "L2"]),
        ("bbox=5.04,47.32,0,5.045,47.325,900", ["L1", "L2"]),
        ("bbox=170,47,5.045,48", ["L1", "L2", "L3"]),
        ("datetime=2025-06-01", ["L1", "L2", "L3", "L5"]),
        ("datetime=2025-06-01T12:00:00Z/..", ["L1", "L2", "L3", "L4", "L5"]),
        ("datetime=2020-01-01", []),
        ("datetime=../2025-12-31", ["L1", "L2", "L3", "L5"]),
        ("activite=services&f=json", ["L3", "L5"]),
        ("dans=rue:1&hors=cercle:5.0415,47.322,30", ["L2"]),
        ("limit=2&offset=4", ["L5"]),
        ("offset=9", []),
        ("limit=99999", ["L1", "L2", "L3", "L4", "L5"]),
    ],
)
def test_les_parametres_reduisent_les_objets(parametres, attendus):
    assert identifiants(lire(f"collections/essai-locaux/items?{parametres}", nature=GEOJSON)) == attendus


def test_une_surface_repond_des_que_la_boite_la_touche():
    corps = lire("collections/essai-quartiers/items?bbox=5.04,47.325,5.041,47.327", nature=GEOJSON)
    assert identifiants(corps) == ["centre", "nord"]


@pytest.mark.parametrize(
    ("adresse", "statut", "code"),
    [
        ("collections/essai-locaux/items?limit=0", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?limit=dix", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?offset=-1", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?bbox=1,2,3", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?bbox=nan,1,2,3", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?bbox=1,2,3,4&bbox=1,2,3,4", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?datetime=hier", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?inconnu=1", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?f=html", 400, "ParametreFaux"),
        ("collections/essai-locaux/items?dans=carre:1", 400, "SelectionRefusee"),
        ("collections/essai-locaux/items/L9", 404, "Absent"),
        ("collections/rien", 404, "Absent"),
        ("collections/essai-reservee/items", 401, "CleAttendue"),
    ],
)
def test_un_refus_est_une_exception_de_la_norme(adresse, statut, code):
    corps = lire(adresse, statut=statut)
    assert corps["code"] == code
    assert corps["description"]


@pytest.mark.parametrize("texte", ["", "1,2,3,4,5", "200,0,10,10", "5,48,6,47", "a,b,c,d"])
def test_une_boite_fausse_se_dit(texte):
    with pytest.raises(ParametreFaux, match="ouest,sud,est,nord"):
        lire_bbox(texte)


@pytest.mark.parametrize("texte", ["", "..", "2026-13-01", "2026-02-01/2026-01-01", "a/b/c"])
def test_un_temps_faux_se_dit(texte):
    with pytest.raises(ParametreFaux, match="datetime vaut"):
        lire_temps(texte)


def test_rien_ne_s_ecrit_par_ce_service():
    assert Client().post("/ogc/collections/essai-locaux/items").status_code == 405


# --- La description OpenAPI ---


def test_la_description_est_un_openapi_juste_et_ses_chemins_repondent():
    document = lire("api", nature=OPENAPI)
    validate(document)
    assert document["servers"] == [{"url": "http://testserver/ogc"}]
    proprietes = document["components"]["schemas"]["Objet_essai-locaux"]["properties"]["properties"]["properties"]
    assert {cle: champ["type"] for cle, champ in proprietes.items()} == {
        "nom": "string", "activite": "string", "surface": "number", "apparu_le": "string",
    }  # fmt: skip
    parametres = document["paths"]["/collections/essai-locaux/items"]["get"]["parameters"]
    assert [p.get("name", p.get("$ref", "").rsplit("/")[-1]) for p in parametres] == [
        "limit", "offset", "bbox", "datetime", "f", "dans", "hors", "activite",
    ]  # fmt: skip
    for chemin in document["paths"]:
        adresse = f"/ogc{chemin.replace('{featureId}', 'L1' if 'locaux' in chemin else 'centre')}"
        assert Client().get(adresse).status_code == 200, adresse


# --- Les clés d'accès ---


def test_une_cle_ouvre_les_couches_de_son_role_et_se_journalise_une_fois_par_heure():
    agent = personne("agent", Role.CHARGE_MISSION)
    secret = cle_de(agent)
    ouvertes = lire("collections", Authorization=f"Bearer {secret}")["collections"]
    assert [une["id"] for une in ouvertes] == ["essai-locaux", "essai-reservee", "essai-quartiers"]
    basique = base64.b64encode(f"agent@exemple.test:{secret}".encode()).decode()
    for _ in range(3):
        corps = lire("collections/essai-reservee/items", nature=GEOJSON, Authorization=f"Basic {basique}")
    assert corps["features"][0]["properties"]["loyer"] == 210.0
    assert [(a.personne, a.nature, a.objet_id, a.motif) for a in Acces.objects.all()] == [
        (agent, NatureAcces.EXPORT, "essai-reservee", "Lecture par un SIG, avec la clé « QGIS du bureau »")
    ]


def test_une_couche_ouverte_sans_champ_reserve_ne_se_journalise_pas():
    lire(
        "collections/essai-quartiers/items", nature=GEOJSON, Authorization=f"Bearer {cle_de(personne('lia', Role.ELU))}"
    )
    lire("collections/essai-locaux/items", nature=GEOJSON)
    assert not Acces.objects.exists()


def test_une_cle_d_un_role_etranger_ne_passe_pas():
    secret = cle_de(personne("elu", Role.ELU))
    assert lire("collections/essai-reservee/items", statut=403, Authorization=f"Bearer {secret}")["code"] == "Refuse"


def test_le_secret_n_est_pas_garde_et_une_cle_revoquee_expiree_ou_d_un_compte_ferme_n_ouvre_rien():
    lia, max_ = personne("lia", Role.LECTEUR), personne("max", Role.LECTEUR)
    secrets = {
        "ouverte": cle_de(lia), "revoquee": cle_de(lia), "expiree": cle_de(lia, au=LE - timedelta(days=366)),
        "ferme": cle_de(max_), "fausse": "tissu-rien", "vide": "",
    }  # fmt: skip
    assert not CleAcces.objects.filter(empreinte__in=secrets.values()).exists()
    revoquer_cle(cle=CleAcces.objects.order_by("pk")[1], auteur=lia, au=datetime.now(UTC))
    max_.is_active = False
    max_.save()
    codes = {
        nom: Client().get("/ogc/collections/essai-reservee/items", headers={"Authorization": f"Bearer {s}"}).status_code
        for nom, s in secrets.items()
    }
    assert codes == {"ouverte": 200, "revoquee": 401, "expiree": 401, "ferme": 401, "fausse": 401, "vide": 401}


def test_sans_cle_le_service_dit_comment_s_authentifier():
    reponse = Client().get("/ogc/collections/essai-reservee/items")
    assert reponse["WWW-Authenticate"] == 'Basic realm="tissu", charset="UTF-8"'
    mal_formee = Client().get("/ogc/", headers={"Authorization": "Basic ???"})
    assert mal_formee.status_code == 401


# --- Un vrai client ---

LECTEUR = """
import json, sys
import pyogrio
source, ouvertes = sys.argv[1], json.loads(sys.argv[2])
couches = sorted(nom for nom, _ in pyogrio.list_layers(source))
meta, _, formes, champs = pyogrio.raw.read(source, layer=couches[0], **ouvertes)
lus = {"couches": couches, "champs": list(meta["fields"]), "noms": sorted(map(str, champs[0])), "n": len(formes)}
print(json.dumps(lus))
"""


@pytest.mark.django_db(transaction=True)
def test_gdal_lit_une_collection(live_server):
    """Le pilote OAPIF de GDAL, dans un autre processus : il suit l'accueil, les collections et les pages."""
    commande = [sys.executable, "-c", LECTEUR, f"OAPIF:{live_server.url}/ogc/", json.dumps({"PAGE_SIZE": 2})]
    sortie = subprocess.run(commande, capture_output=True, text=True, timeout=120, check=False)
    assert sortie.returncode == 0, sortie.stderr
    assert json.loads(sortie.stdout) == {
        "couches": ["essai-locaux", "essai-quartiers"],
        "champs": ["id", "nom", "activite", "surface", "apparu_le"],
        "noms": ["L1", "L2", "L3", "L4", "L5"],
        "n": 5,
    }
