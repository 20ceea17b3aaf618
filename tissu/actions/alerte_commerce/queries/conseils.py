"""Ce que le réseau publie : conseils, référents ; et ce qu'un adhérent retrouve dans son espace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tissu.actions.alerte_commerce.models import Adherent, Alerte, PageConseil, Referent
from tissu.actions.alerte_commerce.queries.ciblage import cle_de
from tissu.actions.alerte_commerce.rules.textes import blocs
from tissu.messages.choices import Canal


@dataclass(frozen=True)
class AlertePassee:
    """Une alerte telle qu'un adhérent la relit."""

    le: datetime
    nature: str
    lieu: str
    texte: str
    etat: str


def alertes_passees(adherent: Adherent, *, au: datetime) -> list[AlertePassee]:
    """Les alertes reçues que cet adhérent peut encore lire, la plus récente d'abord. Une requête."""
    recues = (
        Alerte.objects.filter(
            efface_le=None, envoyee_le__lte=au, envoi__remises__destinataire=cle_de(adherent.pk),
            envoi__remises__canal=Canal.ESPACE,
        )
        .select_related("premiere")
        .order_by("-envoyee_le", "-pk")
    )  # fmt: skip
    return [
        AlertePassee(
            une.envoyee_le, une.get_nature_display(), une.lieu, une.texte, (une.premiere or une).get_etat_display()
        )
        for une in recues
        if une.envoyee_le
    ]


def pages_publiees() -> QuerySet[PageConseil]:
    return PageConseil.objects.filter(publie=True).order_by("ordre", "titre", "pk")


def referents_publies() -> QuerySet[Referent]:
    return Referent.objects.filter(publie=True).order_by("ordre", "nom", "pk")


def en_blocs(page: PageConseil) -> dict[str, Any]:
    """La page et ses morceaux, prêts à rendre."""
    return {"page": page, "blocs": blocs(page.corps)}
