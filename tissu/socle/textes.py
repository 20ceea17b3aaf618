"""Lire un texte dont on ne sait pas l'encodage, et rendre sûr celui qu'un fichier ou un dessin ne sait pas porter."""

import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

ENCODAGES = ("utf-8-sig", "cp1252")
# Ce que le XML n'admet pas : un seul de ces signes, venu d'un copier-coller, arrête le moteur de dessin.
_HORS_DU_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decoder(fichier: Path) -> str | None:
    """Le texte du fichier, ou None s'il n'est ni en UTF-8 ni en Windows-1252."""
    octets = fichier.read_bytes()
    for encodage in ENCODAGES:
        try:
            return octets.decode(encodage)
        except UnicodeDecodeError:
            continue
    return None


def sans_controle(valeur: Any) -> Any:
    """La même valeur, ses textes privés des signes que ni le XML, ni donc un SVG ou un classeur n'admettent.

    Parcourt listes, dictionnaires et classes de données ; rend la valeur elle-même quand rien n'y change.
    """
    if isinstance(valeur, str):
        return _HORS_DU_XML.sub("", valeur) if _HORS_DU_XML.search(valeur) else valeur
    if isinstance(valeur, list | tuple):
        lus = [sans_controle(une) for une in valeur]
        return valeur if all(a is b for a, b in zip(lus, valeur, strict=True)) else type(valeur)(lus)
    if isinstance(valeur, dict):
        lues = {sans_controle(cle): sans_controle(une) for cle, une in valeur.items()}
        return valeur if all(cle in lues and lues[cle] is une for cle, une in valeur.items()) else lues
    if is_dataclass(valeur) and not isinstance(valeur, type):
        champs = {champ.name: getattr(valeur, champ.name) for champ in fields(valeur)}
        lus_ = {nom: sans_controle(une) for nom, une in champs.items()}
        return valeur if all(lus_[nom] is une for nom, une in champs.items()) else replace(valeur, **lus_)
    return valeur
