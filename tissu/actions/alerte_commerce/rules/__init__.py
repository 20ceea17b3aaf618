"""Les décisions d'Alerte Commerce : valeurs reçues, décision rendue. Ni base, ni fichier, ni horloge."""
