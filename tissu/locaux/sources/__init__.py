"""Lire les fichiers de locaux : leur forme, leurs colonnes, leurs cellules."""
