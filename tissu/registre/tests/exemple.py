"""Le registre exemple : vingt-cinq établissements fictifs, un cas chacun, importés pour de bon."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from tissu.entrepot.tests.fabrique import siret
from tissu.registre.models import Zone
from tissu.registre.operations.bodacc import importer_bodacc
from tissu.registre.operations.importation import importer_sirene
from tissu.registre.sources import formats_insee as insee
from tissu.registre.tests.fichiers_insee import ecrire, etablissement, periode, unite
from tissu.socle.territoire import Territoire
from tissu.socle.travaux import SansSuivi

TERRITOIRE = Territoire("exemple", "Exemple", "242100410", {"21231": "Dijon", "21515": "Quetigny"})
LE = datetime(2026, 11, 23, 9, tzinfo=UTC)
AU = date(2026, 11, 23)
QUETIGNY = {"codeCommuneEtablissement": "21515", "libelleCommuneEtablissement": "QUETIGNY",
            "codePostalEtablissement": "21800"}  # fmt: skip

BOULANGERIE, BOULANGERIE_HORS = siret(1), siret(1, 2)
GARAGE, LIBRAIRIE, PREVUE, ROUVERT = siret(2), siret(3), siret(4), siret(5)
PERSONNE_P, SOCIETE_P, SECONDAIRE_P = siret(6), siret(7), siret(8, 2)
USINE, SANS_SALARIE, SANS_ANNEE = siret(9), siret(10), siret(11)
ANCIEN_SITE, NOUVEAU_SITE = siret(12, 1), siret(12, 2)
RADIEE, NAF_2025, NAF_ANCIENNE, INFORMATIQUE = siret(14), siret(15), siret(16), siret(17)
LUMIERES, FORMULE, CHEZ_LISE, DURAND, DURANT, DIRIGEE, ARTISANE = (
    siret(18), siret(19), siret(20), siret(21), siret(22), siret(23), siret(24),
)  # fmt: skip

CARRE = [[5.05, 47.29], [5.07, 47.29], [5.07, 47.31], [5.05, 47.31], [5.05, 47.29]]
ZONE = {
    "pk": "parc-exemple", "nom": "Parc exemple", "type": "parc_activites", "approximatif": True, "source": "Essai",
    "date_source": date(2026, 1, 1),
    "geometrie": json.dumps({"type": "Polygon", "coordinates": [CARRE]}),
}  # fmt: skip


def _societe(numero: int, nom: str, **champs: str) -> dict[str, str]:
    return unite(numero, denominationUniteLegale=nom, **champs)


def _personne(numero: int, prenom: str, nom: str, **champs: str) -> dict[str, str]:
    return unite(
        numero, denominationUniteLegale="", prenom1UniteLegale=prenom, prenomUsuelUniteLegale=prenom,
        nomUniteLegale=nom, categorieJuridiqueUniteLegale="1000", **champs,
    )  # fmt: skip


def _naf(code: str, nomenclature: str = "NAFRev2") -> dict[str, str]:
    return {
        "activitePrincipaleEtablissement": code,
        "nomenclatureActivitePrincipaleEtablissement": nomenclature,
    }


def _ferme(le: str) -> dict[str, str]:
    return {"etatAdministratifEtablissement": "F", "dateDebut": le}


def etablissements() -> list[dict[str, str]]:
    """Les lignes de StockEtablissement."""
    p = {"statutDiffusionEtablissement": "P"}
    return [
        etablissement(1, **_naf("10.71C"), libelleVoieEtablissement="DE LA LIBERTE", trancheEffectifsEtablissement="03",
                      anneeEffectifsEtablissement="2024", enseigne1Etablissement="AU BON PAIN"),
        etablissement(2, **_naf("45.20A"), **QUETIGNY, typeVoieEtablissement="AV", trancheEffectifsEtablissement="11",
                      anneeEffectifsEtablissement="2024"),
        etablissement(3, **_naf("47.61Z"), **_ferme("2024-05-12"), dateCreationEtablissement="2018-01-01"),
        etablissement(4, **_ferme("2027-01-31")),
        etablissement(5, dateCreationEtablissement="2012-01-01", dateDebut="2018-01-01"),
        etablissement(6, **p, libelleVoieEtablissement="CACHEE", enseigne1Etablissement="ENSEIGNESECRETE"),
        etablissement(7, **p, libelleVoieEtablissement="CACHEE"),
        etablissement(8, 1),
        etablissement(8, 2, **p, etablissementSiege="false", libelleVoieEtablissement="CACHEE"),
        etablissement(9, **_naf("25.62B"), **QUETIGNY, trancheEffectifsEtablissement="53",
                      anneeEffectifsEtablissement="2023"),
        etablissement(10, trancheEffectifsEtablissement="NN"),
        etablissement(11, trancheEffectifsEtablissement="12"),
        etablissement(12, 1, **_ferme("2025-06-01"), etablissementSiege="false"),
        etablissement(12, 2, dateCreationEtablissement="2025-06-01", dateDebut="2025-06-01"),
        etablissement(14),
        etablissement(15, activitePrincipaleNAF25Etablissement="62.10Y"),
        etablissement(16, **_naf("72.2Z", "NAF1993"), **_ferme("2005-03-01"), dateCreationEtablissement="1999-01-01"),
        etablissement(17), etablissement(18, **_naf("74.10Z")), etablissement(19),
        etablissement(20, **_naf("56.10A"), **QUETIGNY),
        etablissement(21), etablissement(22, **_naf("70.22Z")), etablissement(23), etablissement(24, **_naf("96.02A")),
        etablissement(99, codeCommuneEtablissement="75101"),
    ]  # fmt: skip


def unites() -> list[dict[str, str]]:
    """Les lignes de StockUniteLegale."""
    p = {"statutDiffusionUniteLegale": "P"}
    noms = {
        1: "BOULANGERIE DE L'ÉTOILE", 2: "GARAGE CENTRAL", 3: "LIBRAIRIE DU PORT", 4: "PRESSING DU PARC",
        5: "SCIERIE RETROUVEE", 8: "DEUX MAISONS", 9: "GRANDE USINE", 10: "SEUL A BORD", 11: "SANS ANNEE",
        12: "VOYAGEUR", 14: "NAUFRAGE", 15: "NOUVEAU CODE", 16: "VIEUX CODE", 17: "INFO SERVICES",
        18: "L'ATELIER DES LUMIÈRES", 19: "=HYPERLINK(1)", 20: "CHEZ LISE", 21: "DURAND", 22: "DURANT CONSEIL",
        23: "SOCIETE DIRIGEE",
    }  # fmt: skip
    return [
        *(_societe(numero, nom) for numero, nom in noms.items()),
        _personne(6, "Zulma", "MARTINOT", **p),
        _societe(7, "SECURITAS FICTIVE", sigleUniteLegale="SEFIC", **p),
        _personne(24, "Paule", "BERTHIER"),
    ]


def periodes() -> list[dict[str, str]]:
    """Les lignes de StockEtablissementHistorique : ceux qui ont une histoire, et un frère hors du territoire."""
    ferme, sans = {"etatAdministratifEtablissement": "F"}, {"changementEtatAdministratifEtablissement": "false"}
    return [
        periode(3, dateDebut="2018-01-01", dateFin="2024-03-02", **_naf("47.61Z")),
        periode(3, dateDebut="2024-03-03", dateFin="2024-05-11", **ferme, **_naf("47.61Z")),
        periode(3, dateDebut="2024-05-12", **ferme, **sans, **_naf("47.61Z")),
        periode(4, dateDebut="2020-03-01", dateFin="2027-01-30"),
        periode(4, dateDebut="2027-01-31", **ferme),
        periode(5, dateDebut="2012-01-01", dateFin="2015-05-31"),
        periode(5, dateDebut="2015-06-01", dateFin="2017-12-31", **ferme),
        periode(5, dateDebut="2018-01-01"),
        periode(12, 1, dateDebut="2020-03-01", dateFin="2025-05-31"),
        periode(12, 1, dateDebut="2025-06-01", **ferme),
        periode(12, 2, dateDebut="2025-06-01"),
        periode(16, dateDebut="1999-01-01", dateFin="2005-02-28", **_naf("72.2Z", "NAF1993")),
        periode(16, dateDebut="2005-03-01", **ferme, **_naf("72.2Z", "NAF1993")),
        periode(1, 2, dateDebut="2021-01-01"),
    ]


def successions() -> list[dict[str, str]]:
    """Un transfert de siège."""
    return [
        {
            "siretEtablissementPredecesseur": ANCIEN_SITE, "siretEtablissementSuccesseur": NOUVEAU_SITE,
            "dateLienSuccession": "2025-06-01", "transfertSiege": "true", "continuiteEconomique": "true",
            "dateDernierTraitementLienSuccession": "2025-07-01T08:00:00",
        }
    ]  # fmt: skip


def installer(dossier: Path) -> None:
    """Écrit les fichiers officiels et les importe dans le dossier de données du moment."""
    Zone.objects.create(**ZONE)
    annonce = {
        "id": "A1", "registre": [RADIEE[:9]], "familleavis": "radiation", "familleavis_lib": "Radiations",
        "typeavis": "annonce", "dateparution": "2026-09-05", "tribunal": "GREFFE D'ESSAI",
    }  # fmt: skip
    bodacc = dossier / "bodacc"
    bodacc.mkdir(parents=True)
    (bodacc / "annonces.json").write_text(json.dumps({"results": [annonce], "total_count": 1}), encoding="utf-8")
    importer_bodacc(chemin=bodacc, auteur=None)
    sources = dossier / "sirene"
    ecrire(sources, insee.StockEtablissement, etablissements())
    ecrire(sources, insee.StockUniteLegale, unites())
    ecrire(sources, insee.StockEtablissementHistorique, periodes())
    ecrire(sources, insee.StockEtablissementLiensSuccession, successions())
    ecrire(sources, insee.GeolocalisationEtablissement, [
        {"siret": BOULANGERIE, "x_longitude": "5.06", "y_latitude": "47.30", "qualite_xy": "11"}
    ])  # fmt: skip
    importer_sirene(dossier=sources, territoire=TERRITOIRE, auteur=None, au=LE, suivi=SansSuivi())
