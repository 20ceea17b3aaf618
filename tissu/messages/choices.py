"""Les mots des messages."""

from django.db import models


class Canal(models.TextChoices):
    SMS = "sms", "SMS"
    COURRIEL = "courriel", "Courriel"
    ESPACE = "espace", "Espace personnel"


class Fondement(models.TextChoices):
    """Ce qui permet d'écrire à quelqu'un."""

    CONSENTEMENT = "consentement", "Avec son accord"
    OPPOSITION = "opposition", "Sauf s'il s'y oppose"
    OBLIGATOIRE = "obligatoire", "À sa propre demande"


class SensDuChoix(models.TextChoices):
    ACCEPTE = "accepte", "Accepte"
    OPPOSE = "oppose", "S'oppose"


class SourceDuChoix(models.TextChoices):
    CHARTE = "charte", "Charte signée"
    STOP = "stop", "STOP par SMS"
    LIEN = "lien", "Lien d'un message"
    ESPACE = "espace", "Son espace"
    AGENT = "agent", "Un agent, à sa demande"
    IMPORT = "import", "Fichier importé"


class EtatRemise(models.TextChoices):
    """Où en est un message pour une adresse. Une remise de plusieurs parties est dans l'état de la moins avancée."""

    ATTENTE = "attente", "En attente"
    EN_COURS = "en_cours", "En cours d'envoi"
    INCERTAINE = "incertaine", "Incertaine"
    REMISE = "remise", "Remise à l'opérateur"
    RECUE = "recue", "Reçue"
    ECHOUEE = "echouee", "Échouée"
    PERIMEE = "perimee", "Périmée"
    ANNULEE = "annulee", "Annulée"
    ECARTEE = "ecartee", "Écartée"


class EtatPartie(models.TextChoices):
    """Où en est un des SMS d'une remise (ou son unique courriel)."""

    ATTENTE = "attente", "En attente"
    EN_VOL = "en_vol", "En vol"
    INCERTAINE = "incertaine", "Incertaine"
    REMISE = "remise", "Remise à l'opérateur"
    RECUE = "recue", "Reçue"
    ECHOUEE = "echouee", "Échouée"
    ARRETEE = "arretee", "Arrêtée"


class MotifEcart(models.TextChoices):
    """Pourquoi une adresse ne reçoit pas un message."""

    OPPOSITION = "opposition", "S'y oppose"
    SANS_ACCORD = "sans_accord", "N'a pas donné son accord"
    SUSPENDUE = "suspendue", "Numéro ou adresse suspendu"
    DOUBLON = "doublon", "Déjà destinataire sous un autre nom"
    SANS_ADRESSE = "sans_adresse", "Ni numéro ni adresse"


class Priorite(models.IntegerChoices):
    """Ce qui passe devant."""

    URGENTE = 0, "Urgente"
    ORDINAIRE = 5, "Ordinaire"
    CAMPAGNE = 9, "Campagne"
