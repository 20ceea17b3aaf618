"""L'effet d'une action de communication : les adhésions parmi les contactés, comparées à celles des autres."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tissu.socle.periodes import mois_de, mois_precedent


@dataclass(frozen=True)
class Groupe:
    """Des commerces sans adhésion le jour de l'action, et combien ont adhéré dans le délai."""

    commerces: int
    adhesions: int

    @property
    def taux(self) -> float | None:
        """De 0 à 1 ; None si le groupe est vide."""
        return self.adhesions / self.commerces if self.commerces else None


@dataclass(frozen=True)
class Effet:
    """`ecart` : en points, None si l'un des groupes est vide. `cout_eur` : par adhésion d'un contacté."""

    contactes: Groupe
    comparables: Groupe
    ecart: float | None
    cout_eur: Decimal | None


def fenetre(debut: date, fin: date | None, jours: int) -> tuple[date, date]:
    """Le premier et le dernier jour où une adhésion compte : du lendemain du début à `jours` jours après la fin."""
    return debut + timedelta(days=1), (fin or debut) + timedelta(days=jours)


def mesurer(contactes: Groupe, comparables: Groupe, cout_eur: Decimal) -> Effet:
    """L'écart entre les deux groupes, et ce qu'a coûté chaque adhésion d'un contacté, au centime."""
    ecart = None
    if contactes.taux is not None and comparables.taux is not None:
        ecart = round(100 * (contactes.taux - comparables.taux), 1)
    cout = None
    if contactes.adhesions and cout_eur > 0:
        cout = (cout_eur / contactes.adhesions).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Effet(contactes, comparables, ecart, cout)


def par_mois(jours: Iterable[date], *, pivot: date, autour: int) -> list[tuple[str, int]]:
    """Les adhésions de chaque mois, `autour` mois avant et après celui de l'action ; un mois vide vaut zéro."""
    comptes = Counter(f"{jour:%Y-%m}" for jour in jours)
    centre = mois_de(pivot)
    codes = [mois_precedent(centre, rang).code for rang in range(autour, -autour - 1, -1)]
    return [(code, comptes[code]) for code in codes]
