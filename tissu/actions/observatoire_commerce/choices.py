"""Les mots fermés de la fiche 5 : projets soumis ou non à la CDAC, villes que l'on compare, ce que l'on suit."""

from django.db import models


class NatureProjet(models.TextChoices):
    """Ce que le projet fait, dans l'ordre de l'article L. 752-1 du code de commerce."""

    CREATION = "creation", "Création d'un magasin"
    EXTENSION = "extension", "Extension d'un magasin"
    CHANGEMENT = "changement", "Changement de secteur d'activité"
    ENSEMBLE_CREATION = "ensemble_creation", "Création d'un ensemble commercial"
    ENSEMBLE_EXTENSION = "ensemble_extension", "Extension d'un ensemble commercial"
    REOUVERTURE = "reouverture", "Réouverture d'un magasin fermé"
    DRIVE = "drive", "Point de retrait (drive)"
    REGROUPEMENT = "regroupement", "Regroupement de magasins voisins"


class SecteurProjet(models.TextChoices):
    """Les deux secteurs de l'arrêté du 31 août 2009, puis ce que le code met à part."""

    ALIMENTAIRE = "alimentaire", "Commerce à prédominance alimentaire (NAF 47.11 et 47.2)"
    AUTRE = "autre", "Autre commerce de détail ou service artisanal"
    PHARMACIE = "pharmacie", "Pharmacie"
    VEHICULES = "vehicules", "Véhicules automobiles ou motocycles"
    CARBURANT = "carburant", "Distribution de carburant"
    MARCHE = "marche", "Halle ou marché décidé par le conseil municipal"
    GARE = "gare", "Dans une gare de centre-ville (domaine public)"
    VOYAGEURS = "voyageurs", "En aéroport, réservé aux voyageurs munis d'un titre"
    HORS_CHAMP = "hors_champ", "Hors commerce de détail (hôtel, restaurant, bureau, banque)"


class EtatProjet(models.TextChoices):
    PREPARATION = "preparation", "À compléter"
    ETUDE = "etude", "À l'étude"
    DEPOSE = "depose", "Dossier déposé"
    AUTORISE = "autorise", "Autorisé"
    REFUSE = "refuse", "Refusé"
    ABANDONNE = "abandonne", "Abandonné"


class Qualification(models.TextChoices):
    """Ce que la règle conclut ; toujours à confirmer juridiquement."""

    SOUMIS = "soumis", "Soumis à autorisation"
    NON_SOUMIS = "non_soumis", "Non soumis à autorisation"
    A_PRECISER = "a_preciser", "À préciser"


class TypePerimetre(models.TextChoices):
    """Le périmètre d'une valeur ; deux périmètres de types différents ne se comparent jamais."""

    COMMUNE = "commune", "Commune"
    EPCI = "epci", "Intercommunalité"
    HYPERCENTRE = "hypercentre", "Hyper-centre marchand"
    POLE = "pole", "Pôle commercial"


class RoleDeVille(models.TextChoices):
    """Le rang administratif d'une ville, l'un des critères du choix des villes semblables."""

    PREFECTURE_REGION = "prefecture_region", "Préfecture de région"
    ANCIENNE_PREFECTURE_REGION = "ancienne_prefecture_region", "Ancienne préfecture de région"
    PREFECTURE = "prefecture", "Préfecture de département"
    AUTRE = "autre", "Autre ville"


class IndicateurCompare(models.TextChoices):
    """Ce que l'on compare d'une ville à l'autre."""

    TAUX_VACANCE = "taux_vacance", "Taux de vacance"
    VACANTS = "vacants", "Locaux vacants"
    LOCAUX = "locaux", "Locaux commerciaux"
    SURFACE_VENTE = "surface_vente", "Surface de vente"
    PART_INDEPENDANTS = "part_independants", "Part des indépendants"


class EtatLigne(models.TextChoices):
    """Ce qu'une ligne mise en quarantaine est devenue."""

    A_CORRIGER = "a_corriger", "À corriger"
    REPRISE = "reprise", "Corrigée et reprise"
    ECARTEE = "ecartee", "Écartée"


class SorteVeille(models.TextChoices):
    """Ce que l'on suit d'un lieu ; tout ne se suit que d'une rue."""

    VACANT = "vacant", "Nouveaux locaux vacants"
    ACTIVITE = "activite", "Changements d'activité"
    TOUT = "tout", "Tout ce qui change dans la rue"
