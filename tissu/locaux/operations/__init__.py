"""Écrire les locaux : lieu, histoire, imports, rapprochements, campagnes, relevés."""
