"""Essais des messages."""
