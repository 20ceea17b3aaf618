"""Les documents de l'observatoire : un fichier par sujet."""
