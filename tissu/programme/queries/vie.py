"""Lire la vie des fiches : retards, prochaines choses, pour n'importe quel nombre de fiches à la fois."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from tissu.programme.choices import EtatEcheance, EtatReunion, TypeEcheance
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


@dataclass(frozen=True)
class Prochaine:
    """La prochaine chose datée d'une fiche. `sorte` : « jalon », « tache », « reunion » ou « livrable »."""

    le: date
    sorte: str
    titre: str
    pk: int


def rythme(au: date) -> Rythme:
    """Le rythme des rappels en vigueur ce jour."""
    return Rythme(
        jour=parametre("programme.rappel_jour", au=au),
        loin=parametre("programme.rappel_loin", au=au),
        proche=parametre("programme.rappel_proche", au=au),
        repit=parametre("programme.rappel_repit", au=au),
    )


def retards(fiches: Iterable[Fiche], *, au: date) -> dict[int, Retards]:
    """Les retards de chaque fiche au matin de ce jour, en deux requêtes. Une échéance du jour n'est pas en retard."""
    numeros = [fiche.pk for fiche in fiches]
    depassees = Echeance.objects.filter(fiche__in=numeros, etat=EtatEcheance.A_FAIRE, echeance__lt=au)
    par_fiche: dict[int, Any] = {
        ligne["fiche"]: ligne
        for ligne in depassees.order_by("fiche")
        .values("fiche")
        .annotate(
            jalons=Count("pk", filter=Q(type=TypeEcheance.JALON)), taches=Count("pk", filter=Q(type=TypeEcheance.TACHE))
        )
    }
    livrables = dict(
        livrables_dus()
        .filter(fiche__in=numeros, attendu_le__lt=au)
        .order_by("fiche")
        .values_list("fiche")
        .annotate(combien=Count("pk"))
    )
    return {
        pk: Retards(
            jalons=par_fiche.get(pk, {}).get("jalons", 0),
            taches=par_fiche.get(pk, {}).get("taches", 0),
            livrables=livrables.get(pk, 0),
        )
        for pk in numeros
    }


def livrables_dus() -> Any:
    """Les livrables promis et pas encore remis."""
    return Livrable.objects.filter(remis_le__isnull=True)


def prochaines(fiches: Iterable[Fiche], au: date) -> dict[int, Prochaine]:
    """La prochaine chose de chaque fiche à partir de ce jour, en trois requêtes ; rien pour une fiche sans suite."""
    numeros = [fiche.pk for fiche in fiches]
    candidates: list[tuple[date, str, int, int, str]] = []
    echeances = Echeance.objects.filter(fiche__in=numeros, etat=EtatEcheance.A_FAIRE, echeance__gte=au)
    for pk, fiche, le, sorte, titre in echeances.values_list("pk", "fiche", "echeance", "type", "titre"):
        candidates.append((le, str(sorte), pk, fiche, titre))
    reunions = Reunion.objects.filter(fiche__in=numeros, etat=EtatReunion.PREVUE, debut__gte=minuit(au))
    for pk, fiche, debut, titre in reunions.values_list("pk", "fiche", "debut", "titre"):
        candidates.append((timezone.localdate(debut), "reunion", pk, fiche, titre))
    livrables = livrables_dus().filter(fiche__in=numeros, attendu_le__gte=au)
    for pk, fiche, le, titre in livrables.values_list("pk", "fiche", "attendu_le", "titre"):
        candidates.append((le, "livrable", pk, fiche, titre))
    trouvees: dict[int, Prochaine] = {}
    for le, sorte, pk, fiche, titre in sorted(candidates):
        trouvees.setdefault(fiche, Prochaine(le=le, sorte=sorte, titre=titre, pk=pk))
    return trouvees


def minuit(jour: date) -> datetime:
    """Le début de ce jour, à l'heure d'ici."""
    return timezone.make_aware(datetime.combine(jour, time.min))
