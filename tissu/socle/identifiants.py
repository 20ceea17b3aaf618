"""SIREN et SIRET : clé de Luhn par python-stdnum, qui connaît l'exception de La Poste."""

import re

from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret


def siren_valide(texte: str) -> bool:
    """Neuf chiffres et clé juste."""
    return bool(_siren.is_valid(texte)) and len(texte) == 9


def siret_valide(texte: str) -> bool:
    """Quatorze chiffres et clé juste ; pour La Poste (356 000 000), la somme des chiffres est un multiple de 5."""
    return bool(_siret.is_valid(texte)) and len(texte) == 14


def extraire_identifiants(texte: str) -> tuple[list[str], list[str]]:
    """Cherche dans un texte libre les SIRET et SIREN valides (espaces et points tolérés), sans doublon.

    Rend (sirets, sirens) ; un SIREN contenu dans un SIRET trouvé n'est pas répété.
    """
    sirets: dict[str, None] = {}
    sirens: dict[str, None] = {}
    for suite in re.findall(r"\d(?:[\s.\u00a0\u202f]?\d){8,13}", texte):
        chiffres = re.sub(r"\D", "", suite)
        if siret_valide(chiffres):
            sirets[chiffres] = None
        elif siren_valide(chiffres):
            sirens[chiffres] = None
    return list(sirets), list(sirens)
