"""Écrire les périmètres et les clés d'accès."""
