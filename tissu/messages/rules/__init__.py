"""Les décisions sur un message : longueur, heure, budget, opérateur ; ni base, ni réseau, ni horloge."""
