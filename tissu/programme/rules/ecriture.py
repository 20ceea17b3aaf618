"""Écrire une valeur dans du JSON sans rien en perdre, et de la même façon sur les deux bases."""

from datetime import date
from decimal import Decimal
from typing import Any


def ecrit(valeur: Any) -> Any:
    """Un montant et une date en texte (« 1400.5 », « 2024-06-30 ») ; le reste tel quel."""
    if isinstance(valeur, Decimal):
        return f"{valeur.normalize():f}"
    return valeur.isoformat() if isinstance(valeur, date) else valeur
