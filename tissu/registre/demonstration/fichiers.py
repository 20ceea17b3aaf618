"""Écriture des fichiers Sirene : en-têtes officiels complets, CSV compressé reproductible.

En-têtes : dessin des fichiers de l'Insee depuis mars 2024, avec les colonnes NAF 2025 ajoutées le
16 décembre 2025. La compression n'inscrit ni nom ni heure : mêmes données, mêmes octets.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path


def _colonnes(texte: str) -> list[str]:
    return texte.split()


ENTETE_ETABLISSEMENT = _colonnes(
    "siren nic siret statutDiffusionEtablissement dateCreationEtablissement trancheEffectifsEtablissement "
    "anneeEffectifsEtablissement activitePrincipaleRegistreMetiersEtablissement "
    "dateDernierTraitementEtablissement etablissementSiege nombrePeriodesEtablissement "
    "complementAdresseEtablissement numeroVoieEtablissement indiceRepetitionEtablissement "
    "dernierNumeroVoieEtablissement indiceRepetitionDernierNumeroVoieEtablissement typeVoieEtablissement "
    "libelleVoieEtablissement codePostalEtablissement libelleCommuneEtablissement "
    "libelleCommuneEtrangerEtablissement distributionSpecialeEtablissement codeCommuneEtablissement "
    "codeCedexEtablissement libelleCedexEtablissement codePaysEtrangerEtablissement "
    "libellePaysEtrangerEtablissement identifiantAdresseEtablissement coordonneeLambertAbscisseEtablissement "
    "coordonneeLambertOrdonneeEtablissement complementAdresse2Etablissement numeroVoie2Etablissement "
    "indiceRepetition2Etablissement typeVoie2Etablissement libelleVoie2Etablissement codePostal2Etablissement "
    "libelleCommune2Etablissement libelleCommuneEtranger2Etablissement distributionSpeciale2Etablissement "
    "codeCommune2Etablissement codeCedex2Etablissement libelleCedex2Etablissement codePaysEtranger2Etablissement "
    "libellePaysEtranger2Etablissement dateDebut etatAdministratifEtablissement enseigne1Etablissement "
    "enseigne2Etablissement enseigne3Etablissement denominationUsuelleEtablissement "
    "activitePrincipaleEtablissement nomenclatureActivitePrincipaleEtablissement caractereEmployeurEtablissement "
    "activitePrincipaleNAF25Etablissement"
)
ENTETE_HISTORIQUE = _colonnes(
    "siren nic siret dateFin dateDebut etatAdministratifEtablissement changementEtatAdministratifEtablissement "
    "enseigne1Etablissement enseigne2Etablissement enseigne3Etablissement changementEnseigneEtablissement "
    "denominationUsuelleEtablissement changementDenominationUsuelleEtablissement activitePrincipaleEtablissement "
    "nomenclatureActivitePrincipaleEtablissement changementActivitePrincipaleEtablissement "
    "caractereEmployeurEtablissement changementCaractereEmployeurEtablissement"
)
ENTETE_UNITE = _colonnes(
    "siren statutDiffusionUniteLegale unitePurgeeUniteLegale dateCreationUniteLegale sigleUniteLegale "
    "sexeUniteLegale prenom1UniteLegale prenom2UniteLegale prenom3UniteLegale prenom4UniteLegale "
    "prenomUsuelUniteLegale pseudonymeUniteLegale identifiantAssociationUniteLegale trancheEffectifsUniteLegale "
    "anneeEffectifsUniteLegale dateDernierTraitementUniteLegale nombrePeriodesUniteLegale categorieEntreprise "
    "anneeCategorieEntreprise dateDebut etatAdministratifUniteLegale nomUniteLegale nomUsageUniteLegale "
    "denominationUniteLegale denominationUsuelle1UniteLegale denominationUsuelle2UniteLegale "
    "denominationUsuelle3UniteLegale categorieJuridiqueUniteLegale activitePrincipaleUniteLegale "
    "nomenclatureActivitePrincipaleUniteLegale nicSiegeUniteLegale economieSocialeSolidaireUniteLegale "
    "societeMissionUniteLegale caractereEmployeurUniteLegale activitePrincipaleNAF25UniteLegale"
)
ENTETE_LIENS = _colonnes(
    "siretEtablissementPredecesseur siretEtablissementSuccesseur dateLienSuccession transfertSiege "
    "continuiteEconomique dateDernierTraitementLienSuccession"
)
ENTETE_GEOLOCALISATION = _colonnes(
    "siret x y qualite_xy epsg plg_qp24 plg_iris plg_zus plg_qp15 plg_qva plg_code_commune distance_precision "
    "qualite_qp24 qualite_iris qualite_zus qualite_qp15 qualite_qva y_latitude x_longitude"
)

NOM_ETABLISSEMENT = "StockEtablissement_utf8.csv"
NOM_HISTORIQUE = "StockEtablissementHistorique_utf8.csv"
NOM_UNITE = "StockUniteLegale_utf8.csv"
NOM_LIENS = "StockEtablissementLiensSuccession_utf8.csv"
NOM_GEOLOCALISATION = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv"


def ecrire_csv(
    chemin: Path, entete: Iterable[str], lignes: Iterable[Iterable[str]], *, separateur: str = ",", compresse: bool
) -> Path:
    """Écrit un CSV UTF-8 (guillemets au besoin, fins de ligne `\\n`), en `.gz` si demandé."""
    chemin = chemin.with_name(chemin.name + ".gz") if compresse else chemin
    with chemin.open("wb") as brut:
        sortie = gzip.GzipFile(filename="", fileobj=brut, mode="wb", compresslevel=4, mtime=0) if compresse else brut
        texte = io.TextIOWrapper(sortie, encoding="utf-8", newline="", write_through=False)
        ecrivain = csv.writer(texte, delimiter=separateur, lineterminator="\n")
        ecrivain.writerow(entete)
        ecrivain.writerows(lignes)
        texte.flush()
        texte.detach()
        if compresse:
            sortie.close()
    return chemin


class Dates:
    """Jours ordinaux en texte ISO, gardés en mémoire : il y en a peu de différents."""

    def __init__(self) -> None:
        self._textes: dict[int, str] = {}

    def jour(self, ordinal: int | None) -> str:
        """« 2026-10-12 », ou le vide."""
        if ordinal is None:
            return ""
        texte = self._textes.get(ordinal)
        if texte is None:
            texte = self._textes[ordinal] = date.fromordinal(ordinal).isoformat()
        return texte

    def moment(self, ordinal: int, grain: int) -> str:
        """Moment de traitement, à la milliseconde, tel que l'Insee l'écrit."""
        return f"{self.jour(ordinal)}T{6 + grain % 15:02d}:{grain % 60:02d}:{grain // 7 % 60:02d}.{grain % 1000:03d}"
