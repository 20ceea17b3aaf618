"""Les écrans des locaux."""
