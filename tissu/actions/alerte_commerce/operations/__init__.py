"""Écrire Alerte Commerce : l'auteur et l'heure sont donnés ; gardes, transaction, journal."""
