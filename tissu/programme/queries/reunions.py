"""Lire une réunion : participants, décisions, et le document de son compte rendu."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Prefetch, Q
from django.utils import timezone

from tissu.programme.choices import EtatReunion
from tissu.programme.models import DecisionDeReunion, Fiche, Participation, Reunion, SerieDeReunions
from tissu.programme.queries.vie import minuit
from tissu.programme.rules.calendrier import Repere, regle_de_serie


def reunion(pk: int) -> Reunion | None:
    """La réunion avec tout ce que sa page montre, en trois requêtes."""
    decisions = DecisionDeReunion.objects.select_related("echeance__responsable")
    return (
        Reunion.objects.select_related("serie", "piece", "redige_par")
        .prefetch_related(
            Prefetch("participations", Participation.objects.select_related("personne__organisation")),
            Prefetch("decisions", decisions),
        )
        .filter(pk=pk)
        .first()
    )


def voisines(reunion: Reunion) -> dict[str, Any]:
    """La réunion d'avant et celle d'après dans la même série."""
    if reunion.serie_id is None:
        return {"avant": None, "apres": None}
    soeurs = Reunion.objects.filter(serie=reunion.serie_id)
    return {
        "avant": soeurs.filter(debut__lt=reunion.debut).order_by("-debut", "-pk").first(),
        "apres": soeurs.filter(debut__gt=reunion.debut).order_by("debut", "pk").first(),
    }


def regle(serie: SerieDeReunions) -> str:
    """« le deuxième mardi du mois » ; vide pour une série à dater."""
    if serie.premiere_le is None:
        return ""
    return regle_de_serie(timezone.localdate(serie.premiere_le), Repere(serie.repere))


@dataclass(frozen=True)
class SerieLue:
    """Une série d'une fiche. `prochaine` : la première réunion encore prévue ; `reste` : combien le sont."""

    serie: SerieDeReunions
    regle: str
    prochaine: datetime | None
    reste: int


def series_de(fiche: Fiche, *, au: date) -> list[SerieLue]:
    """Les réunions qui reviennent, celles à dater d'abord. Une requête."""
    a_venir = Q(reunions__etat=EtatReunion.PREVUE, reunions__debut__gte=minuit(au))
    series = fiche.series.annotate(
        prochaine=Min("reunions__debut", filter=a_venir), reste=Count("reunions", filter=a_venir)
    )
    lues = [SerieLue(une, regle(une), une.prochaine, une.reste) for une in series.order_by("titre", "pk")]
    return sorted(lues, key=lambda lue: lue.serie.premiere_le is not None)
