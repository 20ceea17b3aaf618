"""Les écrans de l'observatoire : un fichier par sujet."""
