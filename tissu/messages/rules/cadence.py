"""La cadence d'un opérateur : tant de SMS par seconde, moins quand il demande de ralentir, plus quand il suit."""

from collections import deque
from dataclasses import dataclass, field

SECONDE = 1.0
MARGE = 0.02
"""La part de temps laissée en plus : le réseau resserre parfois deux départs."""
RALENTI = 0.7
REPRISE = 1.1
PLANCHER = 1.0
"""Messages par seconde en deçà desquels on ne descend pas."""
SANS_LIMITE = 0.0


@dataclass
class Cadence:
    """Jamais plus de `debit` départs dans une seconde, quelle qu'elle soit ; 0 : sans limite.

    Le temps, en secondes, est donné par qui s'en sert.
    """

    debit: float
    courant: float = field(init=False)
    departs: deque[float] = field(default_factory=deque)
    freinee_le: float | None = None

    def __post_init__(self) -> None:
        self.courant = self.debit

    @property
    def _nombre(self) -> int:
        return max(int(self.courant), 1)

    @property
    def _duree(self) -> float:
        """La durée que prennent ces départs : une seconde, plus si le débit n'en fait pas un par seconde."""
        return self._nombre / self.courant * (1 + MARGE) if self.courant else SECONDE

    def places(self, maintenant: float, au_plus: int) -> int:
        """Combien peuvent partir maintenant, sans passer `au_plus`."""
        while self.departs and self.departs[0] <= maintenant - self._duree:
            self.departs.popleft()
        if self.courant == SANS_LIMITE:
            return au_plus
        return max(min(self._nombre - len(self.departs), au_plus), 0)

    def attente(self, maintenant: float) -> float:
        """Les secondes avant que la cadence permette un départ de plus."""
        if self.courant == SANS_LIMITE or len(self.departs) < self._nombre:
            return 0.0
        return max(self.departs[len(self.departs) - self._nombre] + self._duree - maintenant, 0.0)

    def partis(self, maintenant: float, combien: int) -> None:
        """Note des départs."""
        self.departs.extend([maintenant] * combien)

    def freiner(self, maintenant: float) -> None:
        """L'opérateur demande de ralentir. Ses plaintes d'une même seconde n'en font qu'une."""
        if self.freinee_le is not None and maintenant - self.freinee_le < SECONDE:
            return
        self.freinee_le = maintenant
        base = self.courant if self.courant != SANS_LIMITE else float(len(self.departs))
        self.courant = max(base * RALENTI, PLANCHER)

    def suivre(self, maintenant: float) -> None:
        """À appeler chaque seconde : sans plainte, un dixième de plus, jusqu'au débit convenu."""
        plainte = self.freinee_le is not None and maintenant - self.freinee_le < SECONDE
        if plainte or self.courant in (self.debit, SANS_LIMITE):
            return
        suivant = self.courant * REPRISE
        self.courant = suivant if self.debit == SANS_LIMITE else min(suivant, self.debit)
