"""Les formulaires des locaux."""
