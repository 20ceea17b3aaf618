"""Enregistrer une convention et ses partenaires."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.programme.models import Convention
from tissu.programme.operations.conflits import ModificationRefusee


@transaction.atomic
def enregistrer_convention(*, convention: Convention, partenaires: Any, auteur: Any, au: datetime) -> Convention:
    """Écrit une convention. Lève `ModificationRefusee` si des fiches tombent hors de ses années."""
    if convention.pk:
        dehors = convention.fiches.exclude(annee__gte=convention.debut, annee__lte=convention.fin).order_by("annee")
        premiere = dehors.first()
        if premiere is not None:
            raise ModificationRefusee(
                f"La fiche {premiere} serait hors de la convention : gardez ses années, ou retirez d'abord la fiche."
            )
    convention._history_user = auteur  # type: ignore[attr-defined]
    convention.save()
    convention.partenaires.set(partenaires)
    return convention
