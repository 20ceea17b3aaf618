"""Écrire : un fichier par sujet."""
