"""Les documents d'Alerte Commerce."""
