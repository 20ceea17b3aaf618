"""Les mots fermés de la fiche 3 : où en est un commerce, d'où il vient, ce qu'un fichier donne, le but d'un envoi."""

from django.db import models

from tissu.messages.choices import Fondement
from tissu.messages.contrat import Finalite

ALERTES = Finalite("alerte_commerce.alertes", "Alertes de sécurité", Fondement.CONSENTEMENT, urgente=True)
"""Ce que la charte autorise : prévenir d'un fait qui vient d'être commis."""

INFORMATION_RESEAU = Finalite("alerte_commerce.reseau", "Vie du réseau Alerte Commerce", Fondement.OPPOSITION)
CONFIRMATION = Finalite("alerte_commerce.confirmation", "Confirmation des numéros du réseau", Fondement.OPPOSITION)
"""Demandée par la chambre, elle ne presse pas : heures calmes, budget de communication, STOP."""
VERIFICATION = Finalite("alerte_commerce.verification", "Codes et liens demandés", Fondement.OBLIGATOIRE, urgente=True)

CHARTE_PAPIER = "papier"
"""La version d'une charte signée sur papier, que la chambre conserve."""


class EtatAdherent(models.TextChoices):
    """Où en est un commerce dans le réseau."""

    DEMANDE = "demande", "Mobile à vérifier"
    A_VERIFIER = "a_verifier", "Demande à vérifier"
    ACTIF = "actif", "Actif"
    SUSPENDU = "suspendu", "Suspendu"
    PARTI = "parti", "Parti"
    REFUSE = "refuse", "Refusé"


DU_RESEAU = (EtatAdherent.ACTIF, EtatAdherent.SUSPENDU, EtatAdherent.PARTI)
"""Ceux qui sont, ou ont été, du réseau : leur adhésion a une date."""


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
    CONFIRMATION = "confirmation", "Confirmation du numéro demandée"
    PAS_MOI = "pas_moi", "Numéro retiré : ce n'est pas le sien"
    PARTI = "parti", "Départ"


class MotifConfirmation(models.TextChoices):
    """Pourquoi un numéro est à confirmer."""

    IMPORTE = "importe", "Venu d'un fichier, jamais confirmé"
    SUSPENDU = "suspendu", "Suspendu après trois échecs"


class ReponseConfirmation(models.TextChoices):
    """Ce qu'a répondu qui tient le numéro. « Ce n'est pas moi » efface la demande avec le numéro."""

    OUI = "oui", "Confirmé"


class EtatNumero(models.TextChoices):
    """Où en est un numéro que la chambre veut faire confirmer."""

    A_DEMANDER = "a_demander", "À demander"
    DEMANDE = "demande", "Demandé, sans réponse encore"
    A_RELANCER = "a_relancer", "À relancer"
    RELANCE = "relance", "Relancé, sans réponse encore"
    A_APPELER = "a_appeler", "À appeler"
    CONFIRME = "confirme", "Confirmé"


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


class NatureFait(models.TextChoices):
    """Ce qui vient d'être commis."""

    VOL_ARME = "vol_arme", "Vol à main armée"
    VOL_VIOLENCE = "vol_violence", "Vol avec violence"
    VOL_ETALAGE = "vol_etalage", "Vol à l'étalage"
    VOL_RUSE = "vol_ruse", "Vol par ruse"
    CAMBRIOLAGE = "cambriolage", "Cambriolage"
    FAUSSE_MONNAIE = "fausse_monnaie", "Fausse monnaie"
    MOYEN_PAIEMENT = "moyen_paiement", "Faux moyen de paiement"
    ESCROQUERIE = "escroquerie", "Escroquerie"
    DEGRADATION = "degradation", "Dégradations"
    TENTATIVE = "tentative", "Tentative"
    AUTRE = "autre", "Autre fait"


class TypeAlerte(models.TextChoices):
    """La place d'un message dans son fil : le premier, ou une suite."""

    ALERTE = "alerte", "Alerte"
    MISE_A_JOUR = "mise_a_jour", "Mise à jour"
    ANNULATION = "annulation", "Annulation"
    LEVEE = "levee", "Fin d'alerte"


class EtatAlerte(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    A_APPROUVER = "a_approuver", "À approuver"
    RENVOYEE = "renvoyee", "Renvoyée à l'auteur"
    ENVOYEE = "envoyee", "Envoyée"
    LEVEE = "levee", "Levée"
    ANNULEE = "annulee", "Annulée"
    ABANDONNEE = "abandonnee", "Abandonnée"


class GesteAlerte(models.TextChoices):
    """Ce qui s'écrit au journal d'une alerte."""

    REDIGE = "redige", "Rédigée"
    MODIFIE = "modifie", "Modifiée"
    SOUMET = "soumet", "Soumise à l'approbation"
    REPREND = "reprend", "Reprise par l'auteur"
    RENVOIE = "renvoie", "Renvoyée à l'auteur"
    ENVOIE = "envoie", "Approuvée et envoyée"
    LEVE = "leve", "Levée"
    ANNULE = "annule", "Annulée"
    ABANDONNE = "abandonne", "Abandonnée"
    EXPIRE = "expire", "Textes effacés"


class SorteCible(models.TextChoices):
    """Comment les commerces à prévenir sont désignés."""

    RAYON = "rayon", "Autour du fait"
    ZONE = "zone", "Un quartier ou une zone"
    POLYGONE = "polygone", "Un contour"
    COMMUNE = "commune", "Toute la commune du fait"
    TOUS = "tous", "Tout le réseau"


class MotifHorsCible(models.TextChoices):
    """Pourquoi un commerce du lieu ne reçoit pas l'alerte."""

    ACTIVITE = "activite", "Autre activité que celles choisies"
    REFUS_ACTIVITE = "refus_activite", "Ne veut pas des alertes de cette activité"
    FERME = "ferme", "Fermé à cette heure"
    DISTANCE = "distance", "Au-delà de la distance qu'il a choisie"
    PLAFOND = "plafond", "Plafond d'alertes du mois atteint"
    SANS_POSITION = "sans_position", "Commerce sans position connue"


class UsageDuTexte(models.TextChoices):
    """À quoi sert un texte que la chambre écrit pour être imprimé."""

    LETTRE = "lettre", "Lettre aux commerces"
    DEPLIANT = "depliant", "Dépliant"


class MotifHorsCourrier(models.TextChoices):
    """Pourquoi un commerce choisi ne reçoit pas de lettre."""

    PROTEGE = "protege", "Diffusion partielle ou opposition à la prospection (art. A123-96 du code de commerce)"
    EN_COURS = "en_cours", "Adhésion demandée ou suspendue"
    PARTI = "parti", "A quitté le réseau, ou y a été refusé"
    SANS_ADRESSE = "sans_adresse", "Sans enseigne ou sans adresse"


class EtatSeance(models.TextChoices):
    PREVUE = "prevue", "Prévue"
    TENUE = "tenue", "Tenue"
    NON_TENUE = "non_tenue", "Non tenue"


class EtatDecision(models.TextChoices):
    """Où en est une action décidée en séance."""

    A_FAIRE = "a_faire", "À faire"
    EN_COURS = "en_cours", "En cours"
    FAITE = "faite", "Faite"
    ABANDONNEE = "abandonnee", "Abandonnée"
