"""Ouvrir un fichier de locaux sous chaque forme, et dire ce qu'il y a dedans."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import xlsxwriter

from tissu.locaux.choices import CodeAnomalieLocaux, EtatLocal
from tissu.locaux.nomenclatures import (
    activite,
    activite_de_naf,
    activite_du_libelle,
    activites,
    correspondances_connues,
    famille_de,
    familles,
)
from tissu.locaux.rules.adresses import cle_numero, cle_voie, rang_du_numero
from tissu.locaux.sources.champs import proposer
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse, LigneBrute, lire_fichier
from tissu.locaux.sources.locaux import Cadre, LocalLu, lire_local
from tissu.registre.nomenclatures import NAF_2025
from tissu.socle.territoire import territoire

ENTETES = ["Enseigne", "Occupation", "Adresse", "Commune", "Surface", "Longitude", "Latitude", "NAF", "SIRET"]
LIGNES: list[list[Any]] = [
    ["Chez Léa", "Occupé", "12 bis rue des Tanneurs", "Dijon", 42.5, 5.04, 47.32, "56.10A", 91000000900019],
    ["", "Vacant", "14, rue des Tanneurs", "Quetigny", "", 854_000, 6_693_000, "", ""],
    ["", "Vacant", "rue des Tanneurs", "Ailleurs", "", "", "", "", 123],
]
COLONNES = {
    "enseigne": "Enseigne", "vacance": "Occupation", "adresse": "Adresse", "commune": "Commune",
    "surface_m2": "Surface", "lon": "Longitude", "lat": "Latitude", "naf": "NAF", "siret": "SIRET",
}  # fmt: skip


def lus(chemin: Path) -> list[LocalLu]:
    cadre = Cadre(COLONNES, {}, territoire().communes, "", date(2026, 11, 1), date(1990, 1, 1), (4, 10_000))
    return [lire_local(ligne, cadre) for ligne in lire_fichier(chemin).lignes]


def codes(lu: LocalLu) -> list[str]:
    return [str(defaut.code) for defaut in lu.defauts]


def verifier(premier: LocalLu, second: LocalLu, troisieme: LocalLu) -> None:
    assert (premier.lieu["numero"], premier.lieu["voie"], premier.lieu["code_commune"]) == (
        "12 bis", "rue des Tanneurs", "21231",
    )  # fmt: skip
    assert (premier.etat, premier.occupation["activite"], premier.occupation["origine_activite"]) == (
        EtatLocal.OCCUPE, "restaurant", "naf",
    )  # fmt: skip
    assert (str(premier.lieu["surface_m2"]), premier.occupation["siret"]) == ("42.50", "91000000900019")
    # Des mètres s'entendent en Lambert-93.
    assert (round(second.lieu["lon"], 3), round(second.lieu["lat"], 3), second.etat) == (5.039, 47.319, "vacant")
    assert troisieme.refuse
    assert CodeAnomalieLocaux.COMMUNE_INCONNUE in codes(troisieme)
    assert CodeAnomalieLocaux.SIRET_FAUX in codes(troisieme)


def test_un_csv_de_tableur_francais(tmp_path: Path) -> None:
    chemin = tmp_path / "releve.csv"
    textes = [[str(cellule).replace(".", ",") if isinstance(cellule, float) else str(cellule) for cellule in ligne]
              for ligne in LIGNES]  # fmt: skip
    lignes = [";".join(f'"{cellule}"' for cellule in ligne) for ligne in (ENTETES, *textes)]
    chemin.write_text("\n".join([lignes[0], "", *lignes[1:]]), encoding="cp1252")
    rendus = lus(chemin)
    verifier(*rendus)
    # Les numéros de ligne sont ceux que le tableur montre, ligne vide comprise.
    assert [lu.ligne for lu in rendus] == [3, 4, 5]


def test_un_classeur(tmp_path: Path) -> None:
    chemin = tmp_path / "releve.xlsx"
    classeur = xlsxwriter.Workbook(chemin)
    feuille = classeur.add_worksheet()
    for rang, ligne in enumerate([ENTETES, *LIGNES]):
        feuille.write_row(rang, 0, ligne)
    classeur.close()
    verifier(*lus(chemin))


def test_un_geopackage(tmp_path: Path) -> None:
    import pyogrio

    chemin = tmp_path / "releve.gpkg"
    champs = [entete for entete in ENTETES if entete not in ("Longitude", "Latitude")]
    colonnes = [np.array([str(ligne[ENTETES.index(champ)]) for ligne in LIGNES], dtype=object) for champ in champs]
    points = [shapely.to_wkb(shapely.Point(5.04, 47.32)), shapely.to_wkb(shapely.Point(5.039, 47.319)), None]
    pyogrio.raw.write(
        chemin, geometry=np.array(points, dtype=object), field_data=colonnes, fields=champs, layer="locaux",
        driver="GPKG", geometry_type="Point", crs="EPSG:4326",
    )  # fmt: skip
    rendus = lus(chemin)
    verifier(*rendus)
    assert (rendus[0].lieu["lon"], rendus[2].lieu["lon"]) == (5.04, None)


def test_un_geojson_d_ancien_outil_annonce_son_systeme(tmp_path: Path) -> None:
    chemin = tmp_path / "releve.geojson"
    chemin.write_text(
        '{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}, '
        '"features": [{"type": "Feature", "properties": {"Enseigne": "A"}, '
        '"geometry": {"type": "Point", "coordinates": [854000, 6693000]}}, '
        '{"type": "Feature", "properties": {"Enseigne": "B"}, "geometry": {"type": "Point", "coordinates": ["x"]}}]}',
        encoding="utf-8",
    )
    fichier = lire_fichier(chemin)
    assert [(round(une.lon, 3) if une.lon else None, une.defaut) for une in fichier.lignes] == [
        (5.039, ""), (None, "géométrie illisible"),
    ]  # fmt: skip


def test_un_fichier_absent_se_dit(tmp_path: Path) -> None:
    with pytest.raises(FichierDeLocauxRefuse, match="n'existe pas"):
        lire_fichier(tmp_path / "absent.csv")


def test_les_colonnes_d_un_fichier_se_devinent() -> None:
    colonnes = ["OBJECTID", "Enseigne", "Local vacant", "N° SIRET", "Surface de vente", "Surface", "Insee", "X", "Y"]
    assert proposer(colonnes) == {
        "identifiant": "OBJECTID", "enseigne": "Enseigne", "siret": "N° SIRET", "code_commune": "Insee",
        "surface_m2": "Surface", "surface_vente_m2": "Surface de vente", "lon": "X", "lat": "Y",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("une", "autre"),
    [
        ("AV JEAN JAURES", "Avenue Jean-Jaurès"),
        ("R. ST MICHEL", "rue Saint-Michel"),
        ("BD Gal de Gaulle", "BOULEVARD GENERAL DE GAULLE"),
    ],
)
def test_la_meme_voie_autrement_ecrite(une: str, autre: str) -> None:
    assert cle_voie(une) == cle_voie(autre)


def test_les_numeros() -> None:
    assert [cle_numero(dit) for dit in ("12 Bis", "12bis", "0", "", "3 B", "3b", "12-14")] == [
        "12bis", "12bis", "", "", "3b", "3b", "12-14",
    ]  # fmt: skip
    assert [rang_du_numero(dit) for dit in ("12 bis", "9-11", "B", "")] == [12, 9, None, None]


def test_la_typologie_se_tient() -> None:
    assert [(famille.code, sum(une.residuelle for une in famille.activites)) for famille in familles().values()] == [
        (code, 1) for code in ("alimentaire", "equipement_personne", "equipement_maison", "culture_loisirs",
                               "hygiene_sante_beaute", "chr", "services", "automobile", "non_commercial")
    ]  # fmt: skip
    assert len({une.libelle for une in activites().values()}) == len(activites())


@pytest.mark.parametrize(
    ("code", "version", "attendue"),
    [
        ("47.24Z", "NAFRev2", "boulangerie"), ("4724Z", "NAFRev2", "boulangerie"),
        ("56.10C", "NAFRev2", "restauration_rapide"), ("64.20Z", "NAFRev2", "bureau_conseil"),
        ("64.19Z", "NAFRev2", "banque"), ("01.11Z", "NAFRev2", ""),
        ("47.73Y", NAF_2025, "pharmacie"), ("56.11J", NAF_2025, "autre_chr"), ("47.73Z", "NAF1993", ""),
    ],
)  # fmt: skip
def test_la_naf_laisse_supposer_une_activite(code: str, version: str, attendue: str) -> None:
    assert activite_de_naf(code, version) == attendue


def test_les_mots_de_la_ville_menent_tous_a_la_typologie() -> None:
    table = correspondances_connues()["Commerces de la ville de Dijon"]["activites"]
    assert {code for code in table.values() if code and activite(code) is None} == set()
    dites = [("Alimentation", "Boulangerie"), ("Alimentation", ""), ("Services", "Lingerie"), ("", "BANQUE"),
             ("CHR", "Inconnu"), ("Autres", ""), ("Ésotérisme", "Astrologie")]  # fmt: skip
    assert [activite_du_libelle(table, *dite) for dite in dites] == [
        "boulangerie", "autre_alimentaire", "pressing", "banque", "autre_chr", "", "",
    ]  # fmt: skip
    assert famille_de("boulangerie") == "alimentaire"


def test_une_date_future_ou_par_defaut_ne_date_rien() -> None:
    cadre = Cadre({"releve_le": "d", "voie": "v"}, {}, {"21231": "Dijon"}, "21231",
                  datetime(2026, 11, 1, tzinfo=UTC).date(), date(1990, 1, 1), (4, 10_000))  # fmt: skip
    rendus = [lire_local(LigneBrute(1, {"d": dite, "v": "RUE X"}), cadre).releve_le
              for dite in ("01/02/2024", "2024-02-01T23:30:00+01:00", "1900-01-01", "2031-01-01", "hier",
                           "")]  # fmt: skip
    assert rendus == [date(2024, 2, 1), date(2024, 2, 1), None, None, None, None]
