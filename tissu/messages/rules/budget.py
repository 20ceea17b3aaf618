"""Le budget de communication d'une personne : combien de messages qui ne pressent pas, toutes actions confondues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Plafond:
    """Au plus `combien` messages par `duree` glissante."""

    combien: int
    duree: timedelta


def prochain_permis(recents: Sequence[datetime], au: datetime, plafonds: Sequence[Plafond]) -> datetime:
    """Quand cette personne pourra recevoir un message de plus : `au` si c'est maintenant.

    `recents` : les moments des messages déjà remis, dans un ordre quelconque.
    """
    permis = au
    for plafond in plafonds:
        dans = sorted((moment for moment in recents if au - plafond.duree < moment <= au), reverse=True)
        if len(dans) >= plafond.combien:
            permis = max(permis, dans[plafond.combien - 1] + plafond.duree)
    return permis
