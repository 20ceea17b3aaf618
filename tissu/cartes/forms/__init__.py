"""Les formulaires des cartes."""
