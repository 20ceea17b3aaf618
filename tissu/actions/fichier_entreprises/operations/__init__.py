"""Écritures de la fiche 7 : éditions, pistes, veilles. L'horloge (`au`) et l'auteur sont toujours donnés."""

from tissu.actions.fichier_entreprises.operations.editions import PublicationRefusee, publier_mois, publier_semestre

__all__ = ["PublicationRefusee", "publier_mois", "publier_semestre"]
