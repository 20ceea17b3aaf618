"""Lire les locaux."""
