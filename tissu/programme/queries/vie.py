"""Lire la vie des fiches : ce qui est en retard, ce qui vient, pour n'importe quel nombre de fiches à la fois."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from tissu.programme.choices import EtatEcheance, EtatReunion
from tissu.programme.models import Echeance, Fiche, Livrable, Reunion
from tissu.programme.rules.calendrier import Rythme
from tissu.socle.parametres import parametre


@dataclass(frozen=True)
class Retards:
    """Ce qu'une fiche a laissé passer : jalons et tâches ouverts, livrables non remis, dont la date est dépassée."""

    jalons: int = 0
    taches: int = 0
    livrables: int = 0

    @property
    def total(self) -> int:
        return self.jalons + self.taches + self.livrables

    def __bool__(self) -> bool:
        return self.total > 0


class ChoseOuverte(NamedTuple):
    """Ce qu'une fiche attend encore, daté. `sorte` : « jalon », « tache », « reunion » ou « livrable »."""

    le: date
    sorte: str
    pk: int
    titre: str


def rythme(au: date) -> Rythme:
    """Le rythme des rappels en vigueur ce jour."""
    return Rythme(
        jour=parametre("programme.rappel_jour", au=au),
        loin=parametre("programme.rappel_loin", au=au),
        proche=parametre("programme.rappel_proche", au=au),
        repit=parametre("programme.rappel_repit", au=au),
    )


def choses_ouvertes(fiches: Iterable[Fiche], *, au: date) -> dict[int, list[ChoseOuverte]]:
    """Ce que chaque fiche attendait au soir de ce jour, par date : échéances, livrables, même passés, et réunions à
    venir. Ce qui a été fait, remis ou tenu depuis était encore attendu. Trois requêtes.
    """
    ouvertes: dict[int, list[ChoseOuverte]] = {fiche.pk: [] for fiche in fiches}
    a_faire = Q(etat=EtatEcheance.A_FAIRE) | Q(etat=EtatEcheance.FAITE, faite_le__gt=au)
    echeances = Echeance.objects.filter(a_faire, fiche__in=ouvertes).order_by()
    for fiche, le, sorte, pk, titre in echeances.values_list("fiche", "echeance", "type", "pk", "titre"):
        ouvertes[fiche].append(ChoseOuverte(le, sorte, pk, titre))
    a_venir = Q(etat=EtatReunion.PREVUE, debut__gte=minuit(au)) | Q(
        etat=EtatReunion.TENUE, debut__gte=minuit(au + timedelta(days=1))
    )
    reunions = Reunion.objects.filter(a_venir, fiche__in=ouvertes).order_by()
    for fiche, debut, pk, titre in reunions.values_list("fiche", "debut", "pk", "titre"):
        ouvertes[fiche].append(ChoseOuverte(timezone.localdate(debut), "reunion", pk, titre))
    livrables: Any = Livrable.objects.filter(
        Q(remis_le__isnull=True) | Q(remis_le__gt=au), fiche__in=ouvertes, attendu_le__isnull=False
    ).order_by()
    for fiche, le, pk, titre in livrables.values_list("fiche", "attendu_le", "pk", "titre"):
        ouvertes[fiche].append(ChoseOuverte(le, "livrable", pk, titre))
    return {pk: sorted(siennes) for pk, siennes in ouvertes.items()}


def retards(ouvertes: Iterable[ChoseOuverte], *, au: date) -> Retards:
    """Les retards d'une fiche au matin de ce jour. Ce qui est pour le jour même n'est pas en retard."""
    combien = Counter(une.sorte for une in ouvertes if une.le < au)
    return Retards(combien["jalon"], combien["tache"], combien["livrable"])


def prochaine(ouvertes: Iterable[ChoseOuverte], *, au: date) -> ChoseOuverte | None:
    """La prochaine chose d'une fiche à partir de ce jour, de choses rangées par date ; None si rien n'est prévu."""
    return next((une for une in ouvertes if une.le >= au), None)


def livrables_dus() -> Any:
    """Les livrables promis et pas encore remis."""
    return Livrable.objects.filter(remis_le__isnull=True)


def minuit(jour: date) -> datetime:
    """Le début de ce jour, à l'heure d'ici."""
    return timezone.make_aware(datetime.combine(jour, time.min))
