"""Les écrans d'Alerte Commerce : lire, un appel au domaine, rendre."""
