"""Les mots fermés de la fiche 3 : où en est un commerce, d'où il vient, ce qu'un fichier donne, le but d'un envoi."""

from django.db import models

from tissu.messages.choices import Fondement
from tissu.messages.contrat import Finalite

ALERTES = Finalite("alerte_commerce.alertes", "Alertes de sécurité", Fondement.CONSENTEMENT, urgente=True)
"""Ce que la charte autorise : prévenir d'un fait qui vient d'être commis."""

INFORMATION_RESEAU = Finalite("alerte_commerce.reseau", "Vie du réseau Alerte Commerce", Fondement.OPPOSITION)
VERIFICATION = Finalite("alerte_commerce.verification", "Codes et liens demandés", Fondement.OBLIGATOIRE, urgente=True)


class EtatAdherent(models.TextChoices):
    """Où en est un commerce dans le réseau."""

    DEMANDE = "demande", "Mobile à vérifier"
    A_VERIFIER = "a_verifier", "Demande à vérifier"
    ACTIF = "actif", "Actif"
    SUSPENDU = "suspendu", "Suspendu"
    PARTI = "parti", "Parti"
    REFUSE = "refuse", "Refusé"


class SourceAdhesion(models.TextChoices):
    EN_LIGNE = "en_ligne", "Inscription en ligne"
    FICHIER = "fichier", "Fichier des adhérents"
    AGENT = "agent", "Saisie par la chambre"


class GesteAdherent(models.TextChoices):
    """Ce qui s'écrit au journal d'un adhérent."""

    DEMANDE = "demande", "Demande d'adhésion, charte signée"
    CODE = "code", "Code envoyé"
    VERIFIE = "verifie", "Mobile vérifié"
    QUESTION = "question", "Précision demandée"
    REPONSE = "reponse", "Réponse reçue"
    ACCEPTE = "accepte", "Adhésion acceptée"
    REFUSE = "refuse", "Demande refusée"
    MODIFIE = "modifie", "Fiche modifiée"
    NUMERO = "numero", "Numéros modifiés"
    ENVOI = "envoi", "Envoi de la vitrophanie, du guide ou du kit"
    SUSPENDU = "suspendu", "Adhésion suspendue"
    REPRIS = "repris", "Adhésion reprise"
    IMPORTE = "importe", "Venu d'un fichier"
    PARTI = "parti", "Départ"


class ArticleDeStock(models.TextChoices):
    VITROPHANIE = "vitrophanie", "Vitrophanie"
    GUIDE = "guide", "Guide de la sécurité"
    KIT = "kit", "Kit de communication"


class EtatImportAdherents(models.TextChoices):
    DEPOSE = "depose", "À vérifier"
    APPLIQUE = "applique", "Appliqué"
    ABANDONNE = "abandonne", "Abandonné"


class SortDeLigne(models.TextChoices):
    """Ce qu'une ligne d'un fichier d'adhérents donne."""

    NOUVELLE = "nouvelle", "Nouvel adhérent"
    MODIFIEE = "modifiee", "Adhérent mis à jour"
    INCHANGEE = "inchangee", "Déjà à jour"
    DOUBLON = "doublon", "Doublon à trancher"
    REFUSEE = "refusee", "Refusée"


class DecisionDeLigne(models.TextChoices):
    """Ce qu'une personne a décidé d'un doublon ou d'une ligne refusée."""

    A_TRANCHER = "a_trancher", "À trancher"
    RATTACHEE = "rattachee", "Rattachée à l'adhérent connu"
    CREEE = "creee", "Autre commerce, créé"
    ECARTEE = "ecartee", "Écartée"


class NatureCommunication(models.TextChoices):
    LETTRE = "lettre", "Lettre"
    DEPLIANT = "depliant", "Dépliant"
    REUNION = "reunion", "Réunion"
    PRESSE = "presse", "Presse, réseaux"
    AUTRE = "autre", "Autre"
