"""Mettre à l'écran les champs corrigés et les valeurs consulaires."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template

from tissu.registre.queries.corrections import libelle_champ
from tissu.socle import formats

register = template.Library()
register.filter("libelle_correction", libelle_champ)


@register.filter
def consulaire(valeur: Any) -> str:
    """Une valeur du fichier consulaire, à la française selon sa sorte."""
    if isinstance(valeur, date):
        return formats.date_courte(valeur)
    if isinstance(valeur, Decimal):
        return formats.euros(valeur)
    return formats.nombre(valeur) if isinstance(valeur, int) else str(valeur)
