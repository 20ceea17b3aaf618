"""La chaîne d'une alerte : les heures de chaque pas, et le temps entre eux."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

PAS = (
    ("fait_le", "Fait"), ("appel_17_le", "Appel au 17"), ("redigee_le", "Rédaction"), ("envoyee_le", "Approbation"),
    ("premiere_le", "Premier SMS remis"), ("recu_95_le", "Reçu par 95 %"),
)  # fmt: skip


@dataclass(frozen=True)
class Pas:
    """Un pas franchi ou non. `depuis_fait` et `depuis_avant` : les durées depuis le fait, et depuis le pas d'avant."""

    titre: str
    le: datetime | None
    depuis_fait: timedelta | None = None
    depuis_avant: timedelta | None = None


def chaine(heures: dict[str, datetime | None]) -> list[Pas]:
    """Les pas d'une alerte, dans l'ordre."""
    fait, avant = heures.get("fait_le"), None
    rendus = []
    for cle, titre in PAS:
        moment = heures.get(cle)
        rendus.append(
            Pas(titre, moment, moment - fait if moment and fait else None, moment - avant if moment and avant else None)
        )
        avant = moment or avant
    return rendus


def centile(moments: Iterable[datetime], part: float = 0.95) -> datetime | None:
    """Le moment où cette part des réceptions est faite (rang le plus proche) ; None s'il n'y en a aucune."""
    ranges = sorted(moments)
    return ranges[ceil(part * len(ranges)) - 1] if ranges else None


def mediane(durees: Sequence[timedelta], *, secret: int) -> timedelta | None:
    """La durée médiane ; None si elle repose sur moins d'alertes que le secret ne le permet."""
    if len(durees) < secret:
        return None
    return timedelta(seconds=median(duree.total_seconds() for duree in durees))


def duree_lisible(duree: timedelta | None) -> str:
    """« 45 s », « 4 min 05 », « 1 h 12 » ; vide si elle n'est pas connue."""
    if duree is None:
        return ""
    secondes = round(duree.total_seconds())
    if secondes < 60:
        return f"{secondes} s"
    minutes, reste = divmod(secondes, 60)
    if minutes < 60:
        return f"{minutes} min {reste:02d}" if reste else f"{minutes} min"
    heures, minutes = divmod(minutes, 60)
    return f"{heures} h {minutes:02d}"
