"""Les lectures du registre."""
