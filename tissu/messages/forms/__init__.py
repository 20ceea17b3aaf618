"""Les formulaires des messages."""
