"""Ce qu'une scission ou une fusion garde : les surfaces se partagent ou s'ajoutent, sans rien perdre."""

from collections.abc import Sequence
from decimal import Decimal


class PartageRefuse(ValueError):
    """Les parts ne font pas le tout ; le message dit de combien."""


def partager(tout: Decimal | None, parts: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Les parts d'un tout. Une seule part vide prend le reste ; un tout inconnu laisse les parts telles quelles.

    Lève `PartageRefuse` si des parts toutes dites ne font pas le tout, ou si elles le dépassent.
    """
    vides = [rang for rang, part in enumerate(parts) if part is None]
    dites = sum((part for part in parts if part is not None), Decimal(0))
    if tout is None or len(vides) == len(parts):
        return list(parts)
    if dites > tout or (not vides and dites != tout):
        raise PartageRefuse(f"Les parts font {dites} et le tout {tout} : elles doivent faire le tout.")
    if len(vides) == 1:
        return [tout - dites if part is None else part for part in parts]
    return list(parts)


def ajouter(parts: Sequence[Decimal | None]) -> Decimal | None:
    """La somme, inconnue dès qu'une part l'est."""
    if any(part is None for part in parts):
        return None
    return sum((part for part in parts if part is not None), Decimal(0))
