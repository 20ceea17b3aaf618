"""Les écrans du registre."""
