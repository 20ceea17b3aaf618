"""Lire les périmètres et les clés d'accès."""
