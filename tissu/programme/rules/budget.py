"""L'arithmétique du budget : totaux, taux implicites, parts au centime (méthode, § 3.2).

Un montant None est un montant que le document n'écrit pas : il ne vaut jamais zéro et rend incomplet ce qui le somme.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal

from tissu.socle.argent import CENTIME, arrondir

ZERO = Decimal(0)


def somme(montants: Iterable[Decimal | None]) -> Decimal:
    """La somme des montants écrits, en euros ; les absents n'y comptent pas (voir `incomplet`)."""
    return sum((montant for montant in montants if montant is not None), ZERO)


def incomplet(montants: Iterable[Decimal | None]) -> bool:
    """Vrai si l'un des montants n'est pas écrit : le total calculé est alors un minimum."""
    return any(montant is None for montant in montants)


def ecart(*, calcule: Decimal, declare: Decimal | None) -> Decimal | None:
    """`calculé − déclaré`, en euros ; None quand rien n'est déclaré."""
    return None if declare is None else calcule - declare


def taux_implicite(*, montant: Decimal | None, jours: Decimal | None) -> Decimal | None:
    """Le prix d'une journée que la ligne suppose, en euros, au centime ; None sans jours ou sans montant."""
    return None if montant is None or not jours else arrondir(montant / jours)


def taux_de_cofinancement(*, contribution: Decimal | None, total: Decimal | None) -> Decimal | None:
    """La part de 0 à 1 d'un financeur dans le total ; None si l'un des deux n'est pas écrit ou si le total est nul."""
    return None if contribution is None or not total else contribution / total


def reste_a_financer(*, total: Decimal, contributions: Iterable[Decimal | None]) -> Decimal:
    """`total − Σ contributions écrites`, en euros : une borne haute quand une contribution n'est pas précisée."""
    return total - somme(contributions)


def repartir(montant: Decimal, poids: Sequence[Decimal]) -> list[Decimal]:
    """Partage un montant au centime selon des poids ; la somme des parts est exactement le montant.

    Les centimes restants vont aux plus forts restes, puis aux premiers. Lève `ValueError` si les poids sont négatifs
    ou tous nuls.
    """
    total = sum(poids, ZERO)
    if not poids or total <= 0 or min(poids) < 0:
        raise ValueError("Il faut au moins un poids positif pour partager un montant.")
    signe = -1 if montant < 0 else 1
    exactes = [abs(montant) * part / total for part in poids]
    parts = [exacte.quantize(CENTIME, rounding=ROUND_DOWN) for exacte in exactes]
    manquants = int((abs(montant).quantize(CENTIME) - sum(parts, ZERO)) / CENTIME)
    ordre = sorted(range(len(parts)), key=lambda rang: (parts[rang] - exactes[rang], rang))
    for rang in ordre[:manquants]:
        parts[rang] += CENTIME
    return [signe * part for part in parts]
