"""Ce que l'on sort d'une carte : les mêmes lignes, de quoi elles sont faites, rien de ce qui est réservé."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.test import Client
from python_calamine import CalamineWorkbook

from tissu.comptes.choices import NatureAcces, Role
from tissu.comptes.models import Acces
from tissu.comptes.tests.fabrique import personne

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("couches_d_essai")]
RESTREINTE = "?dans=cercle:5.0415,47.322,200&activite=habillement&activite=services&au=2026-01-01"


def client_de(*roles: Role) -> Client:
    client = Client()
    if roles:
        client.force_login(
            personne(roles[0].value, *roles), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def export(sorte: str, adresse: str = "", *, client: Client | None = None, slug: str = "essai-locaux") -> bytes:
    reponse = (client or Client()).get(f"/cartes/{slug}/export.{sorte}{adresse}")
    assert reponse.status_code == 200, reponse.content
    return reponse.getvalue()


def lignes_csv(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def geopackage(octets: bytes, dossier: Path) -> Path:
    chemin = dossier / "lu.gpkg"
    chemin.write_bytes(octets)
    return chemin


def test_le_csv_s_ouvre_dans_un_tableur_francais_et_ne_porte_pas_de_formule():
    octets = export("csv")
    assert octets.startswith(b"\xef\xbb\xbf")
    assert lignes_csv(octets) == [
        ["Nom", "Activité", "Surface", "Apparu le", "Longitude", "Latitude"],
        ["Café du Port", "restauration", "45,5", "2024-05-01", "5,0415", "47,322"],
        ['\'=HYPERLINK("http://x")', "habillement", "80,0", "2024-05-01", "5,0425", "47,3222"],
        ["Fleurs & Cie", "services", "", "2024-05-01", "5,03", "47,33"],
        ["Librairie <b>Centrale</b>", "habillement", "120,0", "2025-06-01", "5,08", "47,35"],
        ["Atelier", "services", "30,0", "2024-05-01", "", ""],
    ]


def test_l_export_suit_les_filtres_la_selection_et_la_date():
    assert [ligne[0] for ligne in lignes_csv(export("csv", RESTREINTE))[1:]] == ['\'=HYPERLINK("http://x")']
    assert len(lignes_csv(export("csv", "?au=2025-01-01"))) == 1 + 4


def test_la_legende_dit_de_quoi_l_export_est_fait():
    lignes = export("txt", RESTREINTE).decode().split("\r\n")
    dites = dict(ligne.split(" : ", 1) for ligne in lignes if ligne)
    assert dites.pop("Exporté le")
    assert dites == {
        "Carte": "Locaux d'essai",
        "Territoire": "Dijon Métropole",
        "Contenu": "1\u00a0local",
        "Activité": "habillement, services",
        "Choisi sur la carte": "à moins de 200\u00a0m du point 5,04150 ; 47,32200",
        "Situation au": "1er\u00a0janvier\u00a02026",
        "Source": "Relevé d'essai",
        "Données au": "1er\u00a0novembre\u00a02026",
        "Licence": "Licence Ouverte 2.0 (https://www.etalab.gouv.fr/licence-ouverte-open-licence)",
        "Surface": "Surface totale, en mètres carrés.",
    }


def test_le_csv_dit_ou_est_sa_legende():
    reponse = Client().get("/cartes/essai-locaux/export.csv?dans=rue:1")
    adresse = reponse["Link"].split(">")[0].removeprefix("<")
    assert reponse["Link"].endswith('rel="describedby"; type="text/plain"')
    assert "rue de la Liberté" in Client().get(adresse).getvalue().decode()


def test_le_geojson_suit_la_norme_et_se_lit_par_gdal(tmp_path):
    octets = export("geojson")
    contenu = json.loads(octets)
    assert {"type", "features", "legende"} == set(contenu)
    assert contenu["legende"]["Sans position"] == "1"
    premiere, derniere = contenu["features"][0], contenu["features"][-1]
    assert premiere == {
        "type": "Feature",
        "id": "L1",
        "geometry": {"type": "Point", "coordinates": [5.0415, 47.322]},
        "properties": {"nom": "Café du Port", "activite": "restauration", "surface": 45.5, "apparu_le": "2024-05-01"},
    }
    assert (derniere["id"], derniere["geometry"]) == ("L5", None)
    fichier = tmp_path / "lu.geojson"
    fichier.write_bytes(octets)
    assert pyogrio.read_info(fichier)["features"] == 5


def test_les_anneaux_exterieurs_tournent_dans_le_sens_direct():
    for entite in json.loads(export("geojson", slug="essai-quartiers"))["features"]:
        assert shapely.geometry.shape(entite["geometry"]).exterior.is_ccw


def test_un_geojson_vide_reste_du_json():
    assert json.loads(export("geojson", "?dans=cercle:6,48,10"))["features"] == []


def test_le_geopackage_porte_les_lignes_et_sa_legende(tmp_path):
    chemin = geopackage(export("gpkg", "?activite=habillement"), tmp_path)
    assert dict(pyogrio.list_layers(chemin)) == {"essai-locaux": "Point", "legende": None}
    meta, _, formes, champs = pyogrio.raw.read(chemin, layer="essai-locaux")
    assert meta["crs"] == "EPSG:4326"
    assert list(meta["fields"]) == ["identifiant", "nom", "activite", "surface", "apparu_le"]
    assert [str(valeur) for valeur in champs[4]] == ["2024-05-01", "2025-06-01"]
    assert [tuple(shapely.from_wkb(forme).coords[0]) for forme in formes] == [(5.0425, 47.3222), (5.08, 47.35)]
    _, _, _, (cles, valeurs) = pyogrio.raw.read(chemin, layer="legende")
    assert dict(zip(cles, valeurs, strict=True))["Activité"] == "habillement"


def test_le_geopackage_garde_ce_qui_n_a_pas_de_position_et_les_surfaces(tmp_path):
    chemin = geopackage(export("gpkg"), tmp_path)
    formes = pyogrio.raw.read(chemin, layer="essai-locaux")[2]
    assert [forme is None for forme in formes] == [False] * 4 + [True]
    surfaces = geopackage(export("gpkg", slug="essai-quartiers"), tmp_path)
    assert pyogrio.read_info(surfaces, layer="essai-quartiers")["geometry_type"] == "MultiPolygon"


def test_le_classeur_a_sa_legende():
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(export("xlsx", "?activite=habillement")))
    assert classeur.sheet_names == ["Légende", "Locaux d essai"]
    methode = [ligne[1] for ligne in classeur.get_sheet_by_name("Légende").to_python() if ligne[0] == "Méthode"]
    assert "Activité : habillement" in methode
    lignes = classeur.get_sheet_by_name("Locaux d essai").to_python()
    assert [ligne[0] for ligne in lignes] == ["Nom", '=HYPERLINK("http://x")', "Librairie <b>Centrale</b>"]


def test_le_geoparquet_porte_ses_formes_et_sa_legende():
    table = pq.read_table(io.BytesIO(export("parquet", "?activite=habillement")))
    assert table.column_names == ["identifiant", "nom", "activite", "surface", "apparu_le", "geometrie"]
    points = [tuple(shapely.from_wkb(forme).coords[0]) for forme in table["geometrie"].to_pylist()]
    assert points == [(5.0425, 47.3222), (5.08, 47.35)]
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"][geo["primary_column"]] == {"encoding": "WKB", "geometry_types": ["Point"]}
    assert json.loads(table.schema.metadata[b"legende"])["Activité"] == "habillement"


@pytest.mark.parametrize("sorte", ["csv", "geojson", "xlsx", "gpkg", "parquet"])
def test_un_champ_reserve_n_est_que_dans_l_export_de_qui_peut_le_lire_et_se_journalise(sorte, tmp_path):
    agent = client_de(Role.CHARGE_MISSION)
    octets = {qui: export(sorte, client=client) for qui, client in (("visiteur", Client()), ("agent", agent))}

    def porte_le_loyer(lus: bytes) -> bool:
        if sorte == "gpkg":
            return "loyer" in pyogrio.read_info(geopackage(lus, tmp_path), layer="essai-locaux")["fields"]
        if sorte == "xlsx":
            feuille = CalamineWorkbook.from_filelike(io.BytesIO(lus)).get_sheet_by_name("Locaux d essai").to_python()
            return "Loyer" in feuille[0]
        if sorte == "parquet":
            return "loyer" in pq.read_schema(io.BytesIO(lus)).names
        return b"210" in lus

    assert {qui: porte_le_loyer(lus) for qui, lus in octets.items()} == {"visiteur": False, "agent": True}
    assert [(a.nature, a.objet_type, a.objet_id, a.motif) for a in Acces.objects.all()] == [
        (NatureAcces.EXPORT, "carte", "essai-locaux", f"Export {sorte} de 5\u00a0locaux, avec : Loyer")
    ]


def test_une_carte_reservee_ne_sort_que_pour_ses_roles():
    codes = {
        role: client_de(*([role] if role else [])).get("/cartes/essai-reservee/export.csv").status_code
        for role in (None, Role.ELU, Role.LECTEUR)
    }
    assert codes == {None: 403, Role.ELU: 403, Role.LECTEUR: 200}


@pytest.mark.parametrize(
    ("adresse", "code", "texte"),
    [
        ("export.pdf", 404, ""),
        ("export.csv?dans=perimetre:1", 400, "n'existe plus, ou n'est pas partagé"),
        ("export.csv?hors=carre:1", 400, "n'est pas une forme connue"),
    ],
)
def test_une_demande_fausse_ne_donne_pas_un_autre_fichier(adresse, code, texte):
    reponse = Client().get(f"/cartes/essai-locaux/{adresse}")
    assert (reponse.status_code, texte in reponse.content.decode()) == (code, True)


def test_l_export_ne_demande_pas_plus_de_requetes_pour_plus_de_lignes(django_assert_num_queries):
    client = client_de(Role.CHARGE_MISSION)
    client.get("/cartes/essai-locaux/export.csv")
    comptes = []
    for adresse in ("", "?dans=rue:1"):
        with django_assert_num_queries(4):
            comptes.append(len(lignes_csv(client.get(f"/cartes/essai-locaux/export.csv{adresse}").getvalue())))
    assert comptes == [6, 3]
