"""Les formulaires de l'observatoire : un fichier par sujet."""
