"""Enregistrer une convention et ses partenaires."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.programme import permissions
from tissu.programme.choices import EtatRevue
from tissu.programme.models import Convention
from tissu.programme.operations.conflits import ModificationRefusee


@transaction.atomic
def enregistrer_convention(*, convention: Convention, partenaires: Any, auteur: Any, au: datetime) -> Convention:
    """Écrit une convention.

    Lève `ModificationRefusee` : sans le droit, signée par une revue verrouillée, sans second partenaire, ou si des
    fiches tombent hors d'elle.
    """
    _exiger_le_droit(convention, partenaires, auteur)
    if len(list(partenaires)) < 2:
        raise ModificationRefusee("Une convention se signe à deux au moins : cochez l'autre partenaire.")
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


def _exiger_le_droit(convention: Convention, partenaires: Any, auteur: Any) -> None:
    """Un chargé de mission de tout le programme, chez un partenaire : de la convention en base, ou de la nouvelle."""
    if convention.pk and convention.revues.filter(etat=EtatRevue.VERROUILLEE).exists():
        raise ModificationRefusee(
            "Une revue de cette convention est verrouillée : ses années, son taux et ses partenaires ne changent plus. "
            "Enregistrez une nouvelle convention."
        )
    permis = (
        permissions.est_redacteur_de(auteur, convention)
        if convention.pk
        else permissions.est_redacteur_du_programme(auteur) and auteur.organisation in list(partenaires)
    )
    if not permis:
        raise ModificationRefusee(
            "Une convention s'écrit par un chargé de mission de tout le programme, chez l'un de ses partenaires."
        )
