"""Les données de démonstration du programme, écrites par ses opérations : un module par sujet."""
