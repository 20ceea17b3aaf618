"""SIREN et SIRET : clé de Luhn par python-stdnum, qui connaît l'exception de La Poste."""

from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret


def siren_valide(texte: str) -> bool:
    """Neuf chiffres et clé juste."""
    return bool(_siren.is_valid(texte)) and len(texte) == 9


def siret_valide(texte: str) -> bool:
    """Quatorze chiffres et clé juste ; pour La Poste (356 000 000), la somme des chiffres est un multiple de 5."""
    return bool(_siret.is_valid(texte)) and len(texte) == 14
