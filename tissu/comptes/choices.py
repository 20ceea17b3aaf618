"""Organisations et rôles : les mots du partenariat."""

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
