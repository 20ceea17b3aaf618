"""Les mots fermés du programme : sections d'une fiche, dépenses, financements, temps, indicateurs, revues."""

from django.db import models


class SectionDeFiche(models.TextChoices):
    """Les rubriques du document signé, dans son ordre."""

    CONSTAT = "constat", "Constat"
    OBJECTIFS = "objectifs", "Objectifs"
    CONTENU = "contenu", "Contenu"
    METHODE = "methode", "Méthode"
    MAITRISE_OUVRAGE = "maitrise_ouvrage", "Maîtrise d'ouvrage"
    PARTENAIRES = "partenaires", "Partenariats techniques"
    CALENDRIER = "calendrier", "Calendrier envisagé"
    LIVRABLES = "livrables", "Livrables"
    EVALUATION = "evaluation", "Modalités et critères d'évaluation"


class NatureDepense(models.TextChoices):
    """Ce que paie une ligne de dépense."""

    JOURS = "jours", "Jours"
    DEBOURS = "debours", "Débours"
    SALAIRE = "salaire", "Salaire chargé"
    FORFAIT = "forfait", "Forfait"


class RegleDAide(models.TextChoices):
    """Le règlement d'aide qui s'applique à la fiche, quand il se calcule (`rules.aides`)."""

    AUCUNE = "", "Aucune règle calculée"
    PROTECT_EAU = "protect_eau", "PROTECT'EAU (agence de l'eau)"
    SYNERGIES = "synergies", "Synergies (Ademe et Région)"


class PosteDAide(models.TextChoices):
    """Ce qu'une ligne de dépense est pour la règle d'aide ; sans poste, la ligne n'est pas aidée."""

    HORS_AIDE = "", "Hors aide"
    SALAIRE = "salaire", "Salaire brut chargé"
    COMMUNICATION = "communication", "Communication"
    EXTERNE = "externe", "Dépense externe"
    EQUIPEMENT = "equipement", "Équipement"


class EtatContribution(models.TextChoices):
    PREVUE = "prevue", "Prévue"
    NOTIFIEE = "notifiee", "Notifiée"
    VERSEE = "versee", "Versée"
    SOUS_RESERVE = "sous_reserve", "Sous réserve"


class EtatFiche(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    SIGNEE = "signee", "Signée"
    CLOSE = "close", "Close"


class CodeAnomalie(models.TextChoices):
    """Ce que la vérification d'une fiche peut relever (méthode, § 3.3)."""

    SOMME_DIFFERENTE = "somme_differente", "Total différent de la somme"
    TAUX_INHABITUEL = "taux_inhabituel", "Taux journalier inhabituel"
    MONTANT_ABSENT = "montant_absent", "Montant absent"
    FINANCEMENT_DIFFERENT = "financement_different", "Financement différent du total"
    FINANCEMENT_NON_PRECISE = "financement_non_precise", "Contribution non précisée"
    FINANCEMENT_CONDITIONNEL = "financement_conditionnel", "Financement sous réserve"
    PERIODE_INCOHERENTE = "periode_incoherente", "Périodes incohérentes"
    SECTION_ABSENTE = "section_absente", "Rubrique absente"
    MENTION_PROVISOIRE = "mention_provisoire", "Mention provisoire"


class Severite(models.TextChoices):
    ERREUR = "erreur", "Erreur"
    AVERTISSEMENT = "avertissement", "Avertissement"
    INFORMATION = "information", "Information"


class IssueAnomalie(models.TextChoices):
    """La décision humaine sur une anomalie : elle s'ajoute aux deux valeurs, elle ne les remplace pas."""

    RETENIR_DECLARE = "retenir_declare", "Retenir la valeur écrite"
    RETENIR_CALCULE = "retenir_calcule", "Retenir la valeur calculée"
    RETENIR_AUTRE = "retenir_autre", "Retenir une autre valeur"
    EXPLIQUEE = "expliquee", "Expliquée, rien à changer"


class EtatTemps(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    SOUMIS = "soumis", "Soumis"
    VALIDE = "valide", "Validé"
    RENVOYE = "renvoye", "Renvoyé"


class SensIndicateur(models.TextChoices):
    HAUSSE = "hausse", "Plus haut est mieux"
    BAISSE = "baisse", "Plus bas est mieux"
    NEUTRE = "neutre", "Sans sens"


class OrigineMesure(models.TextChoices):
    CALCULEE = "calculee", "Calculée"
    MANUELLE = "manuelle", "Saisie"


class EtatMesure(models.TextChoices):
    """Une mesure saisie par un partenaire est validée par l'autre ; une mesure calculée est valide d'elle-même."""

    PROPOSEE = "proposee", "À valider"
    VALIDEE = "validee", "Validée"
    REFUSEE = "refusee", "Refusée"


class Feu(models.TextChoices):
    """Où en est une fiche ; la règle qui en décide est imprimée à côté."""

    VERT = "vert", "En bonne voie"
    ORANGE = "orange", "À surveiller"
    ROUGE = "rouge", "En difficulté"
    GRIS = "gris", "Pas encore mesurée"


class TypeEcheance(models.TextChoices):
    JALON = "jalon", "Jalon"
    TACHE = "tache", "Tâche"


class EtatEcheance(models.TextChoices):
    A_FAIRE = "a_faire", "À faire"
    FAITE = "faite", "Faite"
    ABANDONNEE = "abandonnee", "Abandonnée"


class FrequenceReunion(models.TextChoices):
    MENSUELLE = "mensuelle", "Chaque mois"
    TRIMESTRIELLE = "trimestrielle", "Chaque trimestre"
    SEMESTRIELLE = "semestrielle", "Chaque semestre"
    ANNUELLE = "annuelle", "Chaque année"


class RepereDeSerie(models.TextChoices):
    """Ce qu'une série de réunions garde d'un mois à l'autre."""

    RANG = "rang", "Le même jour de la semaine, au même rang du mois"
    QUANTIEME = "quantieme", "Le même jour du mois"


class EtatReunion(models.TextChoices):
    PREVUE = "prevue", "Prévue"
    TENUE = "tenue", "Tenue"
    ANNULEE = "annulee", "Annulée"


class PresenceReunion(models.TextChoices):
    INVITEE = "invitee", "Invitée"
    PRESENTE = "presente", "Présente"
    EXCUSEE = "excusee", "Excusée"
    ABSENTE = "absente", "Absente"


class TypeRevue(models.TextChoices):
    MI_PARCOURS = "mi_parcours", "Point à mi-parcours"
    BILAN_ANNUEL = "bilan_annuel", "Bilan annuel"


class EtatRevue(models.TextChoices):
    OUVERTE = "ouverte", "En préparation"
    ARRETEE = "arretee", "Arrêtée, à signer"
    VERROUILLEE = "verrouillee", "Verrouillée par les deux partenaires"


class SuiteProposee(models.TextChoices):
    """Ce qu'une revue propose pour la fiche de l'année suivante."""

    RECONDUIRE = "reconduire", "Reconduire"
    MODIFIER = "modifier", "Modifier"
    ARRETER = "arreter", "Arrêter"
