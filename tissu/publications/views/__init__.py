"""Les écrans des publications."""
