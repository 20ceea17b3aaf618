"""Les fiches-actions : une pièce par action, étrangères les unes aux autres."""
