"""Un document en JSON et retour, sans perte : chaque bloc, chaque Decimal, chaque date revient tel quel.

Une valeur qui n'est ni un texte, ni un nombre, ni un booléen porte sa sorte : `{"$": "date", "v": "2026-10-01"}`.
L'écriture est canonique : deux documents égaux ont le même texte, donc la même empreinte.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tissu.publications import contenu

FORMAT = 1
_CLASSES: dict[str, type] = {
    classe.__name__: classe
    for classe in (
        contenu.Document, contenu.Section, contenu.Tableau, contenu.Colonne, contenu.Chiffres, contenu.Chiffre,
        contenu.Figure, contenu.Carte, contenu.GraphiqueNatif, contenu.SerieNative, contenu.Paragraphe,
        contenu.Intertitre, contenu.Liste, contenu.Encadre,
    )
}  # fmt: skip
_ENUMERATIONS: dict[str, type[StrEnum]] = {
    classe.__name__: classe for classe in (contenu.Nature, contenu.SorteDeGraphique)
}
_LECTEURS: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "Decimal": Decimal,
    "tuple": lambda valeurs: tuple(_lire(valeur) for valeur in valeurs),
    "dict": lambda couples: {cle: _lire(valeur) for cle, valeur in couples},
    **_ENUMERATIONS,
}


class ContenuIllisible(ValueError):
    """Une valeur ne s'écrit pas, ou un texte n'est pas celui d'un document."""


def ecrire(document: contenu.Document) -> str:
    """Le document en JSON. Lève `ContenuIllisible` pour une valeur d'une sorte inconnue."""
    try:
        return json.dumps(
            {"format": FORMAT, "document": _ecrire(document)},
            ensure_ascii=False, allow_nan=False, separators=(",", ":"),
        )  # fmt: skip
    except ValueError as erreur:
        raise ContenuIllisible(f"Le document porte un nombre qui ne s'écrit pas : {erreur}") from erreur


def lire(texte: str) -> contenu.Document:
    """Le document d'un texte écrit par `ecrire`. Lève `ContenuIllisible`."""
    try:
        enveloppe = json.loads(texte)
        if enveloppe["format"] != FORMAT:
            raise ContenuIllisible(f"Format de document inconnu : {enveloppe['format']}.")
        document = _lire(enveloppe["document"])
    except (ValueError, KeyError, TypeError) as erreur:
        raise ContenuIllisible(f"Ce texte n'est pas un document : {erreur}") from erreur
    if not isinstance(document, contenu.Document):
        raise ContenuIllisible("Ce texte porte un bloc, non un document.")
    return document


def empreinte(texte: str) -> str:
    """L'empreinte SHA-256 d'un document écrit."""
    return hashlib.sha256(texte.encode()).hexdigest()


def _ecrire(valeur: Any) -> Any:
    if type(valeur).__name__ in _ENUMERATIONS and isinstance(valeur, StrEnum):
        return {"$": type(valeur).__name__, "v": valeur.value}
    if valeur is None or isinstance(valeur, bool | int | float):
        return valeur
    if isinstance(valeur, str):
        return str(valeur)
    if isinstance(valeur, Decimal):
        return {"$": "Decimal", "v": str(valeur)}
    if isinstance(valeur, datetime):
        return {"$": "datetime", "v": valeur.isoformat()}
    if isinstance(valeur, date):
        return {"$": "date", "v": valeur.isoformat()}
    return _ecrire_compose(valeur)


def _ecrire_compose(valeur: Any) -> Any:
    if is_dataclass(valeur) and type(valeur).__name__ in _CLASSES:
        ecrits = {champ.name: _ecrire(getattr(valeur, champ.name)) for champ in fields(valeur)}
        return {"$": type(valeur).__name__, **ecrits}
    if isinstance(valeur, list):
        return [_ecrire(element) for element in valeur]
    if isinstance(valeur, tuple):
        return {"$": "tuple", "v": [_ecrire(element) for element in valeur]}
    if isinstance(valeur, dict):
        if "$" in valeur or not all(isinstance(cle, str) for cle in valeur):
            return {"$": "dict", "v": [[cle, _ecrire(element)] for cle, element in valeur.items()]}
        return {cle: _ecrire(element) for cle, element in valeur.items()}
    raise ContenuIllisible(f"Une valeur de sorte « {type(valeur).__name__} » ne s'écrit pas dans un document.")


def _lire(valeur: Any) -> Any:
    if isinstance(valeur, list):
        return [_lire(element) for element in valeur]
    if not isinstance(valeur, dict):
        return valeur
    sorte = valeur.get("$")
    if sorte is None:
        return {cle: _lire(element) for cle, element in valeur.items()}
    if sorte in _CLASSES:
        return _CLASSES[sorte](**{cle: _lire(element) for cle, element in valeur.items() if cle != "$"})
    if sorte not in _LECTEURS:
        raise ContenuIllisible(f"Sorte de valeur inconnue : « {sorte} ».")
    return _LECTEURS[sorte](valeur["v"])
