"""Les mots d'une publication : ce qu'elle est, à qui elle va, où elle en est."""

from django.db import models


class NatureDePublication(models.TextChoices):
    RAPPORT = "rapport", "Rapport"
    LISTE = "liste", "Liste"
    BILAN = "bilan", "Bilan"
    ETUDE = "etude", "Étude"
    NOTE = "note", "Note"
    DONNEES = "donnees", "Jeu de données"


class Audience(models.TextChoices):
    """À qui une édition est destinée ; chaque cercle contient les précédents."""

    COMITE_PILOTAGE = "comite_pilotage", "Comité de pilotage"
    PARTENAIRES = "partenaires", "Partenaires"
    PUBLIC = "public", "Public"


class EtatDiffusion(models.TextChoices):
    BROUILLON = "brouillon", "Préparée"
    DIFFUSEE = "diffusee", "Diffusée"
    RETIREE = "retiree", "Retirée"


class Periodicite(models.TextChoices):
    """La fréquence de mise à jour ; les valeurs sont celles de la liste européenne des fréquences."""

    MENSUELLE = "MONTHLY", "Mensuelle"
    TRIMESTRIELLE = "QUARTERLY", "Trimestrielle"
    SEMESTRIELLE = "ANNUAL_2", "Semestrielle"
    ANNUELLE = "ANNUAL", "Annuelle"
    IRREGULIERE = "IRREG", "Irrégulière"


class Theme(models.TextChoices):
    """Le thème d'une publication ; les valeurs sont celles de la liste européenne des thèmes de données."""

    ECONOMIE = "ECON", "Économie et finances"
    REGIONS = "REGI", "Régions et villes"
    TRANSPORTS = "TRAN", "Transports"
    ENVIRONNEMENT = "ENVI", "Environnement"
    EDUCATION = "EDUC", "Éducation, culture et sport"
    SOCIETE = "SOCI", "Population et société"
    ADMINISTRATION = "GOVE", "Gouvernement et secteur public"


class Licence(models.TextChoices):
    LICENCE_OUVERTE = "lo-2.0", "Licence Ouverte 2.0"
    ODBL = "odbl-1.0", "Open Database License 1.0"


ADRESSES_DES_LICENCES = {
    Licence.LICENCE_OUVERTE: "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    Licence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
}


class Provenance(models.TextChoices):
    """Qui télécharge : le public par une page, une personne connectée, un programme par l'adresse des données."""

    PUBLIC = "public", "Public"
    PARTENAIRE = "partenaire", "Personne connectée"
    DONNEES = "donnees", "Données ouvertes"
