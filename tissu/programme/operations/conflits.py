"""Ce qui arrête une écriture du programme : un geste impossible, ou une autre personne passée avant."""

from tissu.socle.conflits import ConflitDeSaisie, prendre_la_main

__all__ = ["ConflitDeSaisie", "ModificationRefusee", "prendre_la_main"]


class ModificationRefusee(Exception):
    """Ce geste n'est pas possible ; le message dit pourquoi et quoi faire."""
