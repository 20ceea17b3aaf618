"""Zones : lire tous les formats, réparer en le disant, refuser en nommant, rendre au standard."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from tissu.cartes.fichiers import FichierDeContoursRefuse
from tissu.registre.models import TypeZone, Zone
from tissu.registre.operations import zones as operations
from tissu.registre.sources.zones import lire_zones
from tissu.socle.territoire import Territoire

AU = date(2026, 11, 23)
CARRE = [[5.0, 47.3], [5.1, 47.3], [5.1, 47.4], [5.0, 47.4], [5.0, 47.3]]
SABLIER = [[5.0, 47.3], [5.1, 47.4], [5.1, 47.3], [5.0, 47.4], [5.0, 47.3]]
LAMBERT = [[853000.0, 6690000.0], [854000.0, 6690000.0], [854000.0, 6691000.0], [853000.0, 6691000.0]]


def entite(nom: str | None = "Valmy", anneau: list = CARRE, **proprietes: object) -> dict:
    return {
        "type": "Feature",
        "properties": proprietes | ({"nom": nom} if nom else {}),
        "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in anneau]]},
    }


def geojson(dossier: Path, *entites: dict, **racine: object) -> Path:
    fichier = dossier / "zones.geojson"
    fichier.write_text(json.dumps({"type": "FeatureCollection", "features": entites, **racine}), encoding="utf-8")
    return fichier


def importer(fichier: Path, genre: str = TypeZone.QUARTIER):
    return operations.importer_zones(fichier=fichier, type_zone=genre, au=AU, auteur=None)


def surface_km2(zone: Zone) -> float:
    return shapely.from_geojson(zone.geometrie).area * 111.2 * 111.2 * np.cos(np.radians(47.35))


@pytest.mark.django_db
def test_un_geojson_devient_des_zones_et_le_reimporter_ne_change_rien(tmp_path):
    fichier = geojson(tmp_path, entite(type="parc_activites", commune="21231", approximatif=True), entite("Grésilles"))
    apercues, avis = importer(fichier)
    assert [(a.zone.pk, a.zone.type, a.statut) for a in apercues] == [
        ("valmy", "parc_activites", "nouvelle"),
        ("gresilles", "quartier", "nouvelle"),
    ]
    assert avis == []
    valmy = Zone.objects.get(pk="valmy")
    assert (valmy.code_commune, valmy.approximatif, valmy.source, valmy.date_source) == (
        "21231",
        True,
        "zones.geojson",
        AU,
    )
    assert [a.statut for a in importer(fichier)[0]] == ["inchangee", "inchangee"]


@pytest.mark.django_db
def test_un_contour_croise_est_repare_et_l_avis_le_dit(tmp_path):
    apercues, avis = importer(geojson(tmp_path, entite(anneau=SABLIER)))
    assert shapely.from_geojson(apercues[0].zone.geometrie).is_valid
    assert len(avis) == 1 and "contour réparé" in avis[0] and "Valmy" in avis[0]


def test_un_axe_de_rue_devient_une_bande(tmp_path):
    axe = {"type": "LineString", "coordinates": [[5.04, 47.32], [5.05, 47.32]]}
    fichier = geojson(tmp_path, {"type": "Feature", "properties": {"nom": "Rue des Essais"}, "geometry": axe})
    lecture = lire_zones(fichier)
    largeur_degres = np.diff(np.array(shapely.from_geojson(lecture.zones[0].geometrie).bounds)[[1, 3]])[0]
    assert largeur_degres * 111_200 == pytest.approx(60, rel=0.05)
    assert "élargi à 30 m" in lecture.avis[0]


def test_un_geojson_en_lambert_annonce_est_reprojete(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    lecture = lire_zones(geojson(tmp_path, entite(anneau=[*LAMBERT, LAMBERT[0]]), crs=crs))
    ouest, sud, est, nord = shapely.from_geojson(lecture.zones[0].geometrie).bounds
    assert (4.9 < ouest < est < 5.2) and (47.2 < sud < nord < 47.4)


@pytest.mark.parametrize(
    ("entites", "racine", "message"),
    [
        ([entite(nom=None)], {}, "la zone n'a pas de nom"),
        ([entite(anneau=[*LAMBERT, LAMBERT[0]])], {}, "coordonnées hors du globe"),
        ([entite()], {"crs": {"properties": {"name": "maison"}}}, "système de coordonnées « maison », inconnu"),
        ([{"type": "Feature", "properties": {"nom": "x"}, "geometry": None}], {}, "elle n'a pas de contour"),
        ([{"type": "Feature", "properties": {"nom": "x"}, "geometry": {"type": "Point", "coordinates": [5, 47]}}], {},
         "n'a pas de surface"),
        ([], {}, "aucune zone"),
    ],
)  # fmt: skip
def test_un_fichier_faux_dit_ou_et_pourquoi(tmp_path, entites, racine, message):
    with pytest.raises(FichierDeContoursRefuse, match=message):
        lire_zones(geojson(tmp_path, *entites, **racine))


@pytest.mark.django_db
def test_deux_zones_de_meme_code_sont_refusees_sans_rien_ecrire(tmp_path):
    with pytest.raises(FichierDeContoursRefuse, match="ont le même code « valmy »"):
        importer(geojson(tmp_path, entite(), entite("VALMY")))
    assert not Zone.objects.exists()


def test_une_extension_inconnue_est_refusee(tmp_path):
    fichier = tmp_path / "zones.shp"
    fichier.write_bytes(b"x")
    with pytest.raises(FichierDeContoursRefuse, match="GeoJSON"):
        lire_zones(fichier)


def test_un_geopackage_en_lambert_est_lu(tmp_path):
    fichier = tmp_path / "zones.gpkg"
    polygone = shapely.Polygon(LAMBERT)
    pyogrio.raw.write(
        str(fichier), geometry=np.array([shapely.to_wkb(polygone)]), field_data=[np.array(["Cap Nord"]), np.array([3])],
        fields=["nom", "rang"], layer="sites", driver="GPKG", geometry_type="Polygon", crs="EPSG:2154",
    )  # fmt: skip
    zone = lire_zones(fichier).zones[0]
    assert zone.nom == "Cap Nord"
    assert zone.proprietes == {"nom": "Cap Nord", "rang": 3}
    assert 4.9 < shapely.from_geojson(zone.geometrie).centroid.x < 5.2


def test_un_geopackage_vide_ou_faux_est_refuse(tmp_path):
    fichier = tmp_path / "faux.gpkg"
    fichier.write_bytes(b"rien")
    with pytest.raises(FichierDeContoursRefuse, match="n'est pas un GeoPackage lisible"):
        lire_zones(fichier)


def _cnig(dossier: Path, *lignes: str) -> Path:
    fichier = dossier / "site-eco.csv"
    fichier.write_text("site_id;pole_id;site_nom;site_type;site_geomsurf\n" + "\n".join(lignes), encoding="utf-8")
    return fichier


def test_le_csv_du_cnig_est_lu_en_lambert_et_son_contour_referme(tmp_path):
    emprise = json.dumps({"type": "Polygon", "coordinates": [LAMBERT]}).replace('"', '""')
    lecture = lire_zones(_cnig(tmp_path, f'21231_1;P;Mazen-Sully;zone d\'activité économique;"{emprise}"'))
    assert [(z.code, z.nom) for z in lecture.zones] == [("21231_1", "Mazen-Sully")]
    assert "contour refermé" in lecture.avis[0]


def test_une_ligne_cnig_decalee_garde_son_nom_et_son_emprise(tmp_path):
    emprise = json.dumps({"type": "Polygon", "coordinates": [[*LAMBERT, LAMBERT[0]]]}).replace('"', '""')
    lecture = lire_zones(_cnig(tmp_path, f'21231_1;P;Mazen-Sully;entrepôts;logistique;"{emprise}"'))
    assert lecture.zones[0].nom == "Mazen-Sully"
    assert "décale les colonnes" in lecture.avis[0]


def test_un_csv_sans_les_colonnes_du_cnig_est_refuse(tmp_path):
    fichier = tmp_path / "x.csv"
    fichier.write_text("a;b\n1;2\n")
    with pytest.raises(FichierDeContoursRefuse, match="il manque site_id, site_nom, site_geomsurf"):
        lire_zones(fichier)


@pytest.mark.django_db
def test_l_export_cnig_se_relit_a_l_identique(tmp_path):
    importer(geojson(tmp_path, entite(type="parc_activites", commune="21231")))
    avant = Zone.objects.get()
    territoire = Territoire("essai", "Essai", "242100410", {"21231": "Dijon"})
    texte = operations.exporter_cnig([avant], territoire=territoire, etablissements={"valmy": 12})
    fichier = tmp_path / "export.csv"
    fichier.write_text(texte, encoding="utf-8")
    relue = lire_zones(fichier).zones[0]
    assert (relue.code, relue.nom, relue.code_commune) == ("valmy", "Valmy", "21231")
    assert relue.proprietes["site_nb_etab"] == "12"
    assert surface_km2(Zone(geometrie=relue.geometrie)) == pytest.approx(surface_km2(avant), rel=1e-4)


PARTAGE = Path(__file__).parents[4] / "shared" / "data" / "zae"


@pytest.mark.donnees_reelles
@pytest.mark.skipif(not PARTAGE.is_dir(), reason="les fichiers du CNIG ne sont pas sur ce poste")
def test_l_exemple_du_cnig_est_lu_avec_ses_defauts():
    lecture = lire_zones(PARTAGE / "cnig_site-eco.exemple.csv")
    assert [zone.nom for zone in lecture.zones] == ["ZAC Les Bornes du Temps"]
    with pytest.raises(FichierDeContoursRefuse, match="sont vides"):
        lire_zones(PARTAGE / "cnig_sites_economiques_gabarit.gpkg")
