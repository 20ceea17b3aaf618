"""Lire les messages : choix, réglages du jour, suivi d'un envoi, santé des opérateurs."""
