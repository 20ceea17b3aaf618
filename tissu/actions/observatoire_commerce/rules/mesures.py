"""Ce que l'on tire de comptes : taux, diversité, densité. Nombres en entrée, nombres en sortie."""

from collections.abc import Iterable
from decimal import Decimal
from math import log

MILLE = 1000


def rapport(part: int | float | Decimal, tout: int | float | Decimal) -> Decimal | None:
    """`part / tout`, de 0 à 1 ; None quand il n'y a rien à quoi rapporter."""
    return Decimal(str(part)) / Decimal(str(tout)) if tout else None


def shannon(effectifs: Iterable[int]) -> Decimal | None:
    """Diversité `H = −Σ p ln p` : 0 quand tout est pareil, ln(k) quand k sortes sont à égalité."""
    comptes = [effectif for effectif in effectifs if effectif > 0]
    total = sum(comptes)
    if not total:
        return None
    return Decimal(str(round(-sum(n / total * log(n / total) for n in comptes), 6))) + 0


def simpson(effectifs: Iterable[int]) -> Decimal | None:
    """Diversité `1 − Σ p²` : la chance que deux locaux tirés au sort soient d'activités différentes."""
    comptes = [effectif for effectif in effectifs if effectif > 0]
    total = sum(comptes)
    if not total:
        return None
    return 1 - sum(((Decimal(n) / total) ** 2 for n in comptes), Decimal(0))


def pour_mille_habitants(combien: int | float | Decimal, habitants: int | None) -> Decimal | None:
    """`combien` pour 1 000 habitants ; None quand la population n'est pas connue."""
    part = rapport(combien, habitants) if habitants else None
    return None if part is None else part * MILLE
