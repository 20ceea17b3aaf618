"""Commander une carte imprimée."""

from typing import Any

from django import forms

from tissu.cartes.choices import Papier

TITRE_AU_PLUS = 120


class ImpressionForm(forms.Form):
    """`titre` ne se change qu'en étant connecté : un visiteur ne signe rien du nom du territoire."""

    papier = forms.ChoiceField(label="Papier", choices=Papier.choices)
    cadrage = forms.ChoiceField(
        label="Cadrage",
        choices=[("tout", "Tout ce qui est montré"), ("vue", "Autour de la vue de l'écran")],
        widget=forms.RadioSelect,
    )
    titre = forms.CharField(
        label="Titre", max_length=TITRE_AU_PLUS, required=False, help_text="À défaut, celui de la carte."
    )

    def __init__(self, donnees: Any, *, connue: bool, vue: bool) -> None:
        super().__init__(donnees)
        if not connue:
            del self.fields["titre"]
        if not vue:
            del self.fields["cadrage"]
