"""Les formats des fichiers SIRENE de l'INSEE, sous leurs noms de colonnes officiels.

Source : dessins de fichier « Sirene 4 » (mars 2024) et ajout des colonnes NAF 2025 (16 décembre 2025) ;
géolocalisation : « Géolocalisation des établissements du répertoire Sirene pour les études statistiques ».
Les colonnes obligatoires sont les seules sans lesquelles le registre n'a pas de sens : les autres peuvent manquer.
"""

from __future__ import annotations

from tissu.entrepot.lecture.controles import (
    CodeCommune,
    Commence,
    Jour,
    Parmi,
    Present,
    Siren,
    Siret,
)
from tissu.entrepot.lecture.formats import Deduite, Format

ETABLISSEMENTS = "etablissements"
UNITES_LEGALES = "unites_legales"
PERIODES = "periodes"
SUCCESSIONS = "successions"
GEOLOCALISATION = "geolocalisation"

_ADRESSE = (
    "complementAdresse{n}Etablissement",
    "numeroVoie{n}Etablissement",
    "indiceRepetition{n}Etablissement",
    "typeVoie{n}Etablissement",
    "libelleVoie{n}Etablissement",
    "codePostal{n}Etablissement",
    "libelleCommune{n}Etablissement",
    "libelleCommuneEtranger{n}Etablissement",
    "distributionSpeciale{n}Etablissement",
    "codeCommune{n}Etablissement",
    "codeCedex{n}Etablissement",
    "libelleCedex{n}Etablissement",
    "codePaysEtranger{n}Etablissement",
    "libellePaysEtranger{n}Etablissement",
)
_ENSEIGNES = ("enseigne1Etablissement", "enseigne2Etablissement", "enseigne3Etablissement")
_SIREN_DU_SIRET = (Deduite("siren", "siret", 1, 9), Deduite("nic", "siret", 10, 5))
_ETAT_ETABLISSEMENT = Parmi("etatAdministratifEtablissement", ("A", "F"))
_IDENTITE = (Present("siret"), Siret("siret"), Siren("siren"), Commence("siret", par="siren"))

StockEtablissement = Format(
    sorte=ETABLISSEMENTS,
    libelle="établissements (StockEtablissement)",
    motif=r"^StockEtablissement(?!Historique|LiensSuccession|Geolocalisation)",
    colonnes=(
        "siren",
        "nic",
        "siret",
        "statutDiffusionEtablissement",
        "dateCreationEtablissement",
        "trancheEffectifsEtablissement",
        "anneeEffectifsEtablissement",
        "activitePrincipaleRegistreMetiersEtablissement",
        "dateDernierTraitementEtablissement",
        "etablissementSiege",
        "nombrePeriodesEtablissement",
        *(nom.format(n="") for nom in _ADRESSE[:3]),
        "dernierNumeroVoieEtablissement",
        "indiceRepetitionDernierNumeroVoieEtablissement",
        *(nom.format(n="") for nom in _ADRESSE[3:]),
        "identifiantAdresseEtablissement",
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
        *(nom.format(n="2") for nom in _ADRESSE),
        "dateDebut",
        "etatAdministratifEtablissement",
        *_ENSEIGNES,
        "denominationUsuelleEtablissement",
        "activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        "caractereEmployeurEtablissement",
        "activitePrincipaleNAF25Etablissement",
    ),
    obligatoires=("siret", "codeCommuneEtablissement", "etatAdministratifEtablissement"),
    cle=("siret",),
    recence="dateDernierTraitementEtablissement",
    controles=(
        CodeCommune("codeCommuneEtablissement"),
        *_IDENTITE,
        _ETAT_ETABLISSEMENT,
        Parmi("statutDiffusionEtablissement", ("O", "P")),
        Jour("dateCreationEtablissement"),
        Jour("dateDebut"),
        Jour("dateDernierTraitementEtablissement"),
    ),
    deduites=_SIREN_DU_SIRET,
    largeurs=(
        ("siren", 9),
        ("nic", 5),
        ("siret", 14),
        ("codePostalEtablissement", 5),
        ("codeCommuneEtablissement", 5),
        ("trancheEffectifsEtablissement", 2),
    ),
    noms=("denominationUsuelleEtablissement", *_ENSEIGNES, "libelleVoieEtablissement"),
)

StockEtablissementHistorique = Format(
    sorte=PERIODES,
    libelle="périodes des établissements (StockEtablissementHistorique)",
    motif=r"^StockEtablissementHistorique",
    colonnes=(
        "siren",
        "nic",
        "siret",
        "dateFin",
        "dateDebut",
        "etatAdministratifEtablissement",
        "changementEtatAdministratifEtablissement",
        *_ENSEIGNES,
        "changementEnseigneEtablissement",
        "denominationUsuelleEtablissement",
        "changementDenominationUsuelleEtablissement",
        "activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        "changementActivitePrincipaleEtablissement",
        "caractereEmployeurEtablissement",
        "changementCaractereEmployeurEtablissement",
    ),
    obligatoires=("siret", "dateDebut", "etatAdministratifEtablissement"),
    cle=("siret", "dateDebut"),
    controles=(*_IDENTITE, _ETAT_ETABLISSEMENT, Jour("dateDebut"), Jour("dateFin")),
    deduites=_SIREN_DU_SIRET,
    largeurs=(("siren", 9), ("nic", 5), ("siret", 14)),
    noms=("denominationUsuelleEtablissement", *_ENSEIGNES),
)

StockUniteLegale = Format(
    sorte=UNITES_LEGALES,
    libelle="unités légales (StockUniteLegale)",
    motif=r"^StockUniteLegale(?!Historique)",
    colonnes=(
        "siren",
        "statutDiffusionUniteLegale",
        "unitePurgeeUniteLegale",
        "dateCreationUniteLegale",
        "sigleUniteLegale",
        "sexeUniteLegale",
        "prenom1UniteLegale",
        "prenom2UniteLegale",
        "prenom3UniteLegale",
        "prenom4UniteLegale",
        "prenomUsuelUniteLegale",
        "pseudonymeUniteLegale",
        "identifiantAssociationUniteLegale",
        "trancheEffectifsUniteLegale",
        "anneeEffectifsUniteLegale",
        "dateDernierTraitementUniteLegale",
        "nombrePeriodesUniteLegale",
        "categorieEntreprise",
        "anneeCategorieEntreprise",
        "dateDebut",
        "etatAdministratifUniteLegale",
        "nomUniteLegale",
        "nomUsageUniteLegale",
        "denominationUniteLegale",
        "denominationUsuelle1UniteLegale",
        "denominationUsuelle2UniteLegale",
        "denominationUsuelle3UniteLegale",
        "categorieJuridiqueUniteLegale",
        "activitePrincipaleUniteLegale",
        "nomenclatureActivitePrincipaleUniteLegale",
        "nicSiegeUniteLegale",
        "economieSocialeSolidaireUniteLegale",
        "societeMissionUniteLegale",
        "caractereEmployeurUniteLegale",
        "activitePrincipaleNAF25UniteLegale",
    ),
    obligatoires=("siren",),
    cle=("siren",),
    recence="dateDernierTraitementUniteLegale",
    controles=(
        Present("siren"),
        Siren("siren"),
        Parmi("etatAdministratifUniteLegale", ("A", "C")),
        Parmi("statutDiffusionUniteLegale", ("O", "P")),
        Jour("dateCreationUniteLegale"),
        Jour("dateDebut"),
        Jour("dateDernierTraitementUniteLegale"),
    ),
    largeurs=(
        ("siren", 9),
        ("nicSiegeUniteLegale", 5),
        ("categorieJuridiqueUniteLegale", 4),
        ("trancheEffectifsUniteLegale", 2),
    ),
    noms=(
        "denominationUniteLegale",
        "denominationUsuelle1UniteLegale",
        "denominationUsuelle2UniteLegale",
        "denominationUsuelle3UniteLegale",
        "nomUniteLegale",
        "nomUsageUniteLegale",
        "sigleUniteLegale",
    ),
)

StockEtablissementLiensSuccession = Format(
    sorte=SUCCESSIONS,
    libelle="liens de succession (StockEtablissementLiensSuccession)",
    motif=r"^StockEtablissementLiensSuccession",
    colonnes=(
        "siretEtablissementPredecesseur",
        "siretEtablissementSuccesseur",
        "dateLienSuccession",
        "transfertSiege",
        "continuiteEconomique",
        "dateDernierTraitementLienSuccession",
    ),
    obligatoires=("siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession"),
    cle=("siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession"),
    recence="dateDernierTraitementLienSuccession",
    controles=(
        Present("siretEtablissementPredecesseur"),
        Siret("siretEtablissementPredecesseur"),
        Present("siretEtablissementSuccesseur"),
        Siret("siretEtablissementSuccesseur"),
        Jour("dateLienSuccession"),
        Jour("dateDernierTraitementLienSuccession"),
    ),
    largeurs=(("siretEtablissementPredecesseur", 14), ("siretEtablissementSuccesseur", 14)),
    vide_admis=True,
)

GeolocalisationEtablissement = Format(
    sorte=GEOLOCALISATION,
    libelle="géolocalisation des établissements",
    motif=r"^G[eé]olocalisation(_?Etablissement)?|^StockEtablissementGeolocalisation",
    colonnes=(
        "siret",
        "x",
        "y",
        "qualite_xy",
        "epsg",
        "plg_qp24",
        "plg_iris",
        "plg_zus",
        "plg_qp15",
        "plg_qva",
        "plg_code_commune",
        "distance_precision",
        "qualite_qp24",
        "qualite_iris",
        "qualite_zus",
        "qualite_qp15",
        "qualite_qva",
        "y_latitude",
        "x_longitude",
    ),
    obligatoires=("siret",),
    cle=("siret",),
    controles=(Present("siret"), Siret("siret")),
    largeurs=(("siret", 14), ("plg_code_commune", 5), ("qualite_xy", 2)),
    vide_admis=True,
)

FORMATS = (
    StockEtablissement,
    StockUniteLegale,
    StockEtablissementHistorique,
    StockEtablissementLiensSuccession,
    GeolocalisationEtablissement,
)
