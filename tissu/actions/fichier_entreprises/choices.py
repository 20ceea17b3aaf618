"""Les mots fermés de la fiche 7 : périmètres, états des pistes, événements surveillés, sources d'effectif."""

from django.db import models


class Secteurs(models.TextChoices):
    """Le champ d'activité d'un rapport de flux."""

    INDUSTRIE_SERVICES = "industrie-services", "Industrie et services"
    TOUS = "tous", "Toutes activités"


class SourceEffectif(models.TextChoices):
    """D'où vient l'effectif qui fait entrer dans la liste semestrielle."""

    CONSULAIRE = "consulaire", "Fichier consulaire"
    TRANCHE = "tranche", "Tranche Insee"


class Unite(models.TextChoices):
    ETABLISSEMENT = "etablissement", "Établissement"
    UNITE_LEGALE = "unite_legale", "Unité légale"


class EtatPiste(models.TextChoices):
    NOUVELLE = "nouvelle", "Nouvelle"
    PRISE = "prise", "Prise en charge"
    CONTACTEE = "contactee", "Entreprise contactée"
    FERMEE = "fermee", "Close"


ETATS_OUVERTS = (EtatPiste.NOUVELLE, EtatPiste.PRISE, EtatPiste.CONTACTEE)


class MotifFermeture(models.TextChoices):
    """Pourquoi une piste se clôt ; les mots ménagent celui qui l'a suivie comme l'entreprise."""

    RENCONTREE = "rencontree", "Entreprise rencontrée"
    ACCOMPAGNEE = "accompagnee", "Accompagnement engagé"
    DEJA_SUIVIE = "deja_suivie", "Déjà suivie par ailleurs"
    PAS_POUR_NOUS = "pas_pour_nous", "Pas pour nous"
    INJOIGNABLE = "injoignable", "Sans réponse après plusieurs essais"
    DISPARUE = "disparue", "Entreprise fermée ou partie"


class GestePiste(models.TextChoices):
    """Ce que le journal d'une piste retient."""

    CREATION = "creation", "Piste créée"
    CONFIEE = "confiee", "Confiée"
    PRISE = "prise", "Prise en charge"
    CONTACT = "contact", "Contact"
    NOTE = "note", "Note"
    FERMEE = "fermee", "Close"
    ROUVERTE = "rouverte", "Rouverte"


class EvenementVeille(models.TextChoices):
    """Ce qu'une veille surveille."""

    FERMETURE = "fermeture", "Fermeture ou cessation"
    FERMETURE_PREVUE = "fermeture_prevue", "Fermeture annoncée à une date future"
    DEMENAGEMENT = "demenagement", "Déménagement"
    PASSAGE_SEUIL = "passage_seuil", "Passage au-dessus de 50 salariés"
    PROCEDURE = "procedure", "Procédure collective ou radiation"


class Frequence(models.TextChoices):
    QUOTIDIENNE = "quotidienne", "Chaque jour"
    HEBDOMADAIRE = "hebdomadaire", "Chaque mardi"
