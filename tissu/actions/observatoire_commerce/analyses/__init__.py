"""Les chiffres de l'observatoire, fonctions Ibis pures de tables en tables : un fichier par sujet."""
