"""Les données de démonstration de la fiche 5, écrites par ses opérations : un fichier par sujet."""
