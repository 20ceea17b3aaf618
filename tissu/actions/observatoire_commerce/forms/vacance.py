"""Ce que la page de la vacance lit de son adresse."""

from typing import Any

from django import forms
from django.utils import timezone

from tissu.actions.observatoire_commerce.queries.definitions import definitions
from tissu.actions.observatoire_commerce.queries.vacance import Quoi
from tissu.locaux.nomenclatures import familles


class LieuForm(forms.Form):
    """Un lieu, une définition, un jour. Ce qui ne se lit pas est laissé de côté."""

    definition = forms.ChoiceField(label="Définition", required=False)
    au = forms.DateField(
        label="Situation au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    commune = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    quartier = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    voie = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["definition"].choices = [(une.code, une.libelle) for une in definitions().values()]  # type: ignore[attr-defined]

    def clean_au(self) -> object:
        """Un jour à venir n'a pas de situation."""
        jour = self.cleaned_data["au"]
        if jour and jour > timezone.localdate():
            raise forms.ValidationError("Ce jour n'est pas encore venu.")
        return jour


class LignesForm(forms.Form):
    """Quels locaux, parmi ceux du lieu. La famille ne vaut que pour des locaux occupés."""

    quoi = forms.ChoiceField(label="Locaux", required=False, choices=[(un.value, un.titre) for un in Quoi])
    famille = forms.ChoiceField(label="Famille d'activités", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        toutes = [("", "Toutes"), *((une.code, une.libelle) for une in familles().values())]
        self.fields["famille"].choices = toutes  # type: ignore[attr-defined]

    def choisi(self) -> tuple[Quoi, str]:
        """Ce que l'adresse demande ; tous les locaux si elle ne se lit pas."""
        self.is_valid()
        return Quoi(self.cleaned_data.get("quoi") or Quoi.CELLULES), self.cleaned_data.get("famille") or ""
