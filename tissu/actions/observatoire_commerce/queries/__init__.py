"""Lire : un fichier par sujet."""
