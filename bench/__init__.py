"""Mesures, à côté de pairs, dans le même passage. Voir bench/README.md."""
