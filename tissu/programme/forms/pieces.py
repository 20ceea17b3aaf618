"""Joindre une pièce : les sortes et le poids permis se disent avant l'envoi."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from tissu.programme.operations.pieces import TYPES
from tissu.socle.formats import octets


class PieceField(forms.FileField):
    """Un fichier à joindre ; `sortes` nomme en mots les extensions `permises`, avant le poids permis."""

    def __init__(self, *, sortes: str, permises: Sequence[str] = tuple(TYPES), **options: Any) -> None:
        self.permises = permises
        poids = f"{octets(settings.PIECE_OCTETS_MAX)} au plus."
        options["help_text"] = f"{sortes}, {poids} {options.get('help_text', '')}".strip()
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ce que lit le navigateur, et le script qui juge le poids."""
        poids = str(settings.PIECE_OCTETS_MAX)
        return super().widget_attrs(widget) | {"accept": ",".join(self.permises), "data-poids-max": poids}
