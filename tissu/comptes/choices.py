"""Organisations, rôles, accès et événements : les mots du partenariat et de son journal."""

from django.db import models


class TypeOrganisation(models.TextChoices):
    CCI = "cci", "Chambre de commerce et d'industrie"
    METROPOLE = "metropole", "Métropole"
    AGENCE = "agence", "Agence de développement"
    POLICE = "police", "Police ou gendarmerie"
    DELEGATAIRE = "delegataire", "Délégataire de service public"
    COURTIER = "courtier", "Courtier en immobilier d'entreprise"
    CLUB = "club", "Club d'entreprises"
    ENTREPRISE = "entreprise", "Entreprise"
    ECOLE = "ecole", "Établissement scolaire"
    COMMISSION = "commission", "Commission"
    PUBLIC = "public", "Public"


class Role(models.TextChoices):
    ADMINISTRATEUR = "administrateur", "Administration de la plateforme"
    RESPONSABLE = "responsable", "Responsable des comptes de son organisation"
    CHARGE_MISSION = "charge_mission", "Chargé de mission"
    CHARGE_FILIERE = "charge_filiere", "Chargé de filière"
    LECTEUR = "lecteur", "Lecture"
    ELU = "elu", "Élu"
    AGENCE = "agence", "Agence de développement"
    POLICE = "police", "Police"
    COURTIER = "courtier", "Courtier"
    DELEGATAIRE = "delegataire", "Délégataire"
    PRESIDENT_CLUB = "president_club", "Président de club"
    ENTREPRISE = "entreprise", "Entreprise"
    ETABLISSEMENT_SCOLAIRE = "etablissement_scolaire", "Établissement scolaire"
    MEMBRE_COMMISSION = "membre_commission", "Membre de commission"


# Ceux qui travaillent sur le registre, et ceux qui le lisent.
AGENTS = frozenset({Role.CHARGE_MISSION, Role.CHARGE_FILIERE})
LECTEURS_DU_REGISTRE = AGENTS | {Role.ADMINISTRATEUR, Role.LECTEUR, Role.AGENCE}
# Ceux qui gèrent des comptes : tous, ou ceux de leur organisation.
GESTIONNAIRES_DES_COMPTES = frozenset({Role.ADMINISTRATEUR, Role.RESPONSABLE})


class NatureAcces(models.TextChoices):
    """Ce qui a été vu et que la loi demande de pouvoir retrouver."""

    CONTACTS = "contacts", "Contacts (dirigeant, téléphone, courriel)"
    NON_DIFFUSIBLE = "non_diffusible", "Données non diffusibles"
    EXPORT = "export", "Export de données protégées"


class TypeEvenementDeCompte(models.TextChoices):
    CONNEXION = "connexion", "Connexion"
    ECHEC_CONNEXION = "echec_connexion", "Échec de connexion"
    DECONNEXION = "deconnexion", "Déconnexion"
    CREATION = "creation", "Création de compte"
    MODIFICATION = "modification", "Modification d'une organisation"
    DESACTIVATION = "desactivation", "Désactivation de compte"
    REACTIVATION = "reactivation", "Réactivation de compte"
    ROLE_DONNE = "role_donne", "Rôle donné"
    ROLE_RETIRE = "role_retire", "Rôle retiré"
    INVITATION = "invitation", "Invitation envoyée"
    INVITATION_RENVOYEE = "invitation_renvoyee", "Invitation renvoyée"
    INVITATION_REVOQUEE = "invitation_revoquee", "Invitation révoquée"
    INVITATION_ACCEPTEE = "invitation_acceptee", "Invitation acceptée"
    MFA_ACTIVEE = "mfa_activee", "Double authentification activée"
    MFA_RETIREE = "mfa_retiree", "Double authentification retirée"
    MFA_ECHEC = "mfa_echec", "Code de double authentification refusé"
    SESSIONS_FERMEES = "sessions_fermees", "Autres sessions fermées"
    CLE_CREEE = "cle_creee", "Clé d'accès créée"
    CLE_REVOQUEE = "cle_revoquee", "Clé d'accès révoquée"
