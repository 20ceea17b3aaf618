"""Montants : toujours `Decimal`, hors taxes ou toutes taxes dites, arrondi au centime dit."""

import re
from decimal import ROUND_HALF_UP, Decimal

CENTIME = Decimal("0.01")


class MontantInvalide(ValueError):
    """Le texte n'est pas un montant."""


def arrondir(montant: Decimal) -> Decimal:
    """Arrondit au centime, le demi vers le haut (usage comptable français)."""
    return montant.quantize(CENTIME, rounding=ROUND_HALF_UP)


def lire_montant(texte: str) -> Decimal:
    """Lit un montant écrit à la française : « 22.300 € », « 1 400 € », « 12,50 ».

    Un point suivi d'exactement trois chiffres sépare les milliers. Lève `MontantInvalide`.
    """
    # Le signe moins typographique est celui que `formats.nombre` écrit.
    propre = re.sub(r"[\s\u00a0\u202f€]", "", texte).replace("−", "-")
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", propre):
        propre = propre.replace(".", "")
    propre = propre.replace(",", ".")
    if not re.fullmatch(r"-?\d+(\.\d+)?", propre):
        raise MontantInvalide(f"« {texte} » n'est pas un montant : écrivez par exemple 1 400,50.")
    return Decimal(propre)
