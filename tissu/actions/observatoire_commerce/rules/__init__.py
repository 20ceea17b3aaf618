"""Les décisions de l'observatoire, sans base, ni fichier, ni horloge : un fichier par sujet."""
