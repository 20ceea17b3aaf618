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
    # Une suite : des groupes de chiffres séparés par une espace ou un point. Un retour à la ligne sépare deux numéros.
    for suite in re.findall(r"[0-9]+(?:[ .\u00a0\u202f][0-9]+)*", texte):
        groupes = re.findall(r"[0-9]+", suite)
        while groupes:
            longueur, numero = _premier_numero(groupes)
            (sirets if len(numero) == 14 else sirens).update({numero: None} if numero else {})
            groupes = groupes[longueur:]
    return list(sirets), list(sirens)


def _premier_numero(groupes: list[str]) -> tuple[int, str]:
    """Le numéro valide qui commence au premier groupe, et combien de groupes il prend ; (1, "") s'il n'y en a pas."""
    trouve = (1, "")
    chiffres = ""
    for combien, groupe in enumerate(groupes, start=1):
        chiffres += groupe
        if len(chiffres) > 14:
            break
        # Un SIRET l'emporte sur le SIREN qui l'ouvre.
        if siren_valide(chiffres) or siret_valide(chiffres):
            trouve = (combien, chiffres)
    return trouve
