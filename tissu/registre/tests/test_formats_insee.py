"""Les fichiers de l'Insee se reconnaissent à leur nom officiel."""

from pathlib import Path

from tissu.entrepot.lecture import reconnaitre
from tissu.registre.sources.formats_insee import FORMATS


def test_les_fichiers_se_reconnaissent_a_leur_nom_officiel(tmp_path: Path) -> None:
    noms = (
        "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.zip",
        "LISEZMOI.txt",
        "StockDoublons_utf8.csv",
        "StockEtablissementHistorique_utf8.parquet",
        "StockEtablissementLiensSuccession_utf8.csv.gz",
        "StockEtablissement_utf8.csv",
        "StockUniteLegaleHistorique_utf8.zip",
        "StockUniteLegale_utf8.zip",
        "stocketablissement_complement.csv",
    )
    for nom in noms:
        (tmp_path / nom).touch()
    trouves = {sorte: [c.name for c in chemins] for sorte, chemins in reconnaitre(tmp_path, FORMATS).items()}
    assert trouves == {
        "etablissements": ["StockEtablissement_utf8.csv", "stocketablissement_complement.csv"],
        "unites_legales": ["StockUniteLegale_utf8.zip"],
        "periodes": ["StockEtablissementHistorique_utf8.parquet"],
        "successions": ["StockEtablissementLiensSuccession_utf8.csv.gz"],
        "geolocalisation": ["GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.zip"],
    }
