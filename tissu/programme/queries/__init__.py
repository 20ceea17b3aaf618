"""Lire le programme : un module par sujet, un nombre de requêtes qui ne dépend pas du nombre de fiches."""
