"""Lire Alerte Commerce : adhérents, imports, conseils."""
