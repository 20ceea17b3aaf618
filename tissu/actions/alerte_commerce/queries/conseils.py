"""Ce que le réseau publie : conseils, référents ; et ce qu'un adhérent retrouve dans son espace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tissu.actions.alerte_commerce.models import Adherent, PageConseil, Referent
from tissu.actions.alerte_commerce.rules.textes import blocs


@dataclass(frozen=True)
class AlertePassee:
    """Une alerte telle qu'un adhérent la relit."""

    le: datetime
    nature: str
    lieu: str
    texte: str
    etat: str


def alertes_passees(adherent: Adherent, *, au: datetime) -> list[AlertePassee]:
    """Les alertes que cet adhérent peut encore lire, la plus récente d'abord."""
    return []


def pages_publiees() -> QuerySet[PageConseil]:
    return PageConseil.objects.filter(publie=True).order_by("ordre", "titre", "pk")


def referents_publies() -> QuerySet[Referent]:
    return Referent.objects.filter(publie=True).order_by("ordre", "nom", "pk")


def en_blocs(page: PageConseil) -> dict[str, Any]:
    """La page et ses morceaux, prêts à rendre."""
    return {"page": page, "blocs": blocs(page.corps)}
