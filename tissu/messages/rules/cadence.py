"""La cadence d'un opérateur : tant de SMS par seconde, moins quand il demande de ralentir, plus quand il suit."""

from dataclasses import dataclass

RALENTI = 0.5
REPRISE = 1.1
PLANCHER = 1.0
"""Messages par seconde en deçà desquels on ne descend pas."""
SANS_LIMITE = 0.0


@dataclass
class Cadence:
    """Un seau de jetons. `debit` en messages par seconde, 0 sans limite ; `elan` : ce qui peut partir d'un coup.

    Le temps, en secondes, est donné par qui s'en sert.
    """

    debit: float
    elan: int = 1
    jetons: float = 0.0
    courant: float = 0.0
    vu: float | None = None

    def __post_init__(self) -> None:
        self.courant = self.debit
        self.jetons = float(self.elan)

    def places(self, maintenant: float, au_plus: int) -> int:
        """Combien peuvent partir maintenant, sans passer `au_plus`."""
        if self.courant == SANS_LIMITE:
            return au_plus
        ecoule = 0.0 if self.vu is None else max(maintenant - self.vu, 0.0)
        self.vu = maintenant
        self.jetons = min(self.jetons + ecoule * self.courant, float(self.elan))
        return min(int(self.jetons), au_plus)

    def partis(self, combien: int) -> None:
        """Prend les jetons de ceux qui sont partis."""
        if self.courant != SANS_LIMITE:
            self.jetons -= combien

    def freiner(self, observe: float) -> None:
        """L'opérateur demande de ralentir : on repart de la moitié du débit `observe`."""
        base = self.courant if self.courant != SANS_LIMITE else max(observe, PLANCHER)
        self.courant = max(base * RALENTI, PLANCHER)
        self.jetons = min(self.jetons, 0.0)

    def suivre(self) -> None:
        """Une seconde sans plainte : un dixième de plus, jusqu'au débit convenu."""
        if self.courant == self.debit or self.courant == SANS_LIMITE:
            return
        suivant = self.courant * REPRISE
        self.courant = suivant if self.debit == SANS_LIMITE else min(suivant, self.debit)
