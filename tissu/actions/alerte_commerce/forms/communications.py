"""Noter ou corriger une action de communication."""

from typing import Any

from django import forms
from django.utils import timezone

from tissu.actions.alerte_commerce.models import Communication
from tissu.actions.alerte_commerce.queries.lieux import choix_d_activite
from tissu.actions.alerte_commerce.queries.prospection import choix_de_quartier

TENUS = ("nature", "le", "fin", "quartier", "activite", "touches")
"""Ce que disent les destinataires gardés : une correction n'y touche pas."""


class CommunicationForm(forms.ModelForm):
    quartier = forms.ChoiceField(label="Quartier ou commune", required=False,
                                 help_text="Là où elle s'est faite ; vide : partout.")  # fmt: skip
    activite = forms.ChoiceField(label="Activité", required=False)

    class Meta:
        model = Communication
        fields = ("titre", "nature", "le", "fin", "quartier", "activite", "cout_eur", "touches", "effet")
        widgets = {  # noqa: RUF012
            "le": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "fin": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, donnees: Any = None, *, instance: Communication) -> None:
        super().__init__(donnees, instance=instance)
        if instance.pk and instance.destinataires.exists():
            for nom in TENUS:
                del self.fields[nom]
            return
        quartiers = choix_de_quartier(timezone.localdate())
        if instance.quartier and (instance.quartier, instance.quartier) not in quartiers:
            quartiers.append((instance.quartier, instance.quartier))
        self.fields["quartier"].choices = [("", "Partout"), *quartiers]  # type: ignore[attr-defined]
        self.fields["activite"].choices = [("", "Toutes"), *choix_d_activite()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        lues = super().clean() or {}
        debut, fin = lues.get("le"), lues.get("fin")
        if debut and fin and fin < debut:
            self.add_error("fin", "Le dernier jour vient avant le premier.")
        return lues
