"""Deux campagnes se comparent-elles ? Sans décision d'une personne, non : aucun taux d'évolution entre elles."""

from dataclasses import dataclass

from tissu.locaux.choices import VerdictComparabilite


@dataclass(frozen=True)
class Comparaison:
    """`permise` : un taux d'évolution peut s'écrire. `motif` s'imprime à côté, toujours."""

    permise: bool
    verdict: str
    motif: str


SANS_DECISION = Comparaison(
    False, "", "Personne n'a dit que ces deux campagnes se comparent : aucune évolution n'est calculée."
)


def comparaison(verdict: str | None, motif: str = "") -> Comparaison:
    """Ce que permet la décision prise (None : aucune). En partie comparables : l'évolution s'écrit avec sa réserve."""
    if verdict is None:
        return SANS_DECISION
    return Comparaison(verdict != VerdictComparabilite.NON, verdict, motif)


def evolution(avant: float | None, apres: float | None, permise: Comparaison) -> float | None:
    """Le taux d'évolution d'un chiffre, de 0 à 1 ; None s'il n'est pas permis, ou sans valeur de départ."""
    if not permise.permise or avant is None or apres is None or avant == 0:
        return None
    return (apres - avant) / avant
