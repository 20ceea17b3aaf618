"""Les heures calmes : un message qui ne presse pas n'arrive ni la nuit, ni le dimanche, ni un jour de fête."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tissu.socle.jours import feries

DIMANCHE = 7


@dataclass(frozen=True)
class Plage:
    """Les heures où l'on peut écrire, en heure locale ; `fin` n'en est plus."""

    debut: time
    fin: time


def prochain_moment(au: datetime, plage: Plage) -> datetime:
    """Cet instant s'il est permis, sinon le premier qui l'est. `au` porte le fuseau des heures de la plage."""
    if _jour_permis(au) and plage.debut <= au.time() < plage.fin:
        return au
    jour = au.date() if _jour_permis(au) and au.time() < plage.debut else au.date() + timedelta(days=1)
    while not _jour_permis(debut := datetime.combine(jour, plage.debut, au.tzinfo)):
        jour += timedelta(days=1)
    return debut


def _jour_permis(moment: datetime) -> bool:
    return moment.isoweekday() != DIMANCHE and moment.date() not in feries(moment.year)
