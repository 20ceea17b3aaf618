"""Les formulaires d'Alerte Commerce : un fichier par sujet."""
