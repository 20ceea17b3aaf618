"""Lire une réunion : participants, décisions, et le document de son compte rendu."""

from typing import Any

from django.db.models import Prefetch

from tissu.programme.models import DecisionDeReunion, Participation, Reunion


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
