"""L'ordre où l'on marche une rue : un côté puis l'autre, les numéros qui montent, les étages du bas vers le haut."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tissu.locaux.rules.adresses import cle_numero, rang_du_numero

IMPAIR, PAIR, SANS_NUMERO = "impair", "pair", "sans_numero"
COTES = (IMPAIR, PAIR, SANS_NUMERO)
LIBELLES = {IMPAIR: "Numéros impairs", PAIR: "Numéros pairs", SANS_NUMERO: "Sans numéro"}
REPETITIONS = ("", "bis", "ter", "quater", "quinquies")


@dataclass(frozen=True)
class Porte:
    """Ce qui situe un local dans sa rue."""

    reference: str
    numero: str = ""
    complement: str = ""
    etage: int | None = None


def cote(numero: str) -> str:
    """Le côté de la rue que dit un numéro : celui du premier nombre, « 12-14 » comme « 12 bis »."""
    rang = rang_du_numero(cle_numero(numero))
    if rang is None:
        return SANS_NUMERO
    return PAIR if rang % 2 == 0 else IMPAIR


def en_marchant(portes: Iterable[Porte]) -> list[Porte]:
    """Les portes d'une rue dans l'ordre de la marche : impairs, pairs, puis celles qui n'ont pas de numéro."""
    return sorted(portes, key=_rang)


def _rang(porte: Porte) -> tuple[int, int, int, str, str, int, str]:
    cle = cle_numero(porte.numero)
    suite = re.sub(r"^\d+-?", "", cle)
    repetition = REPETITIONS.index(suite) if suite in REPETITIONS else len(REPETITIONS) + suite[:1].isdigit()
    return (
        COTES.index(cote(porte.numero)), rang_du_numero(cle) or 0, repetition, suite, porte.complement.casefold(),
        porte.etage or 0, porte.reference,
    )  # fmt: skip
