"""Les formulaires du registre, un fichier par sujet."""
