"""Les écrans des messages."""
