"""Écrire dans le programme : un module par sujet ; l'auteur et l'heure sont donnés, les droits sont vérifiés."""
