"""Lire un texte dont on ne sait pas l'encodage : UTF-8, avec ou sans marque, sinon celui de Windows."""

from pathlib import Path

ENCODAGES = ("utf-8-sig", "cp1252")


def decoder(fichier: Path) -> str | None:
    """Le texte du fichier, ou None s'il n'est ni en UTF-8 ni en Windows-1252."""
    octets = fichier.read_bytes()
    for encodage in ENCODAGES:
        try:
            return octets.decode(encodage)
        except UnicodeDecodeError:
            continue
    return None
