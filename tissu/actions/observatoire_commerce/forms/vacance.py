"""Ce que la page de la vacance lit de son adresse."""

from django import forms
from django.utils import timezone

from tissu.actions.observatoire_commerce.queries.definitions import definitions


class LieuForm(forms.Form):
    """Un lieu, une définition, un jour. Ce qui ne se lit pas est laissé de côté."""

    definition = forms.ChoiceField(label="Définition", required=False)
    au = forms.DateField(
        label="Situation au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    commune = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    quartier = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    voie = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["definition"].choices = [(une.code, une.libelle) for une in definitions().values()]  # type: ignore[attr-defined]

    def clean_au(self) -> object:
        """Un jour à venir n'a pas de situation."""
        jour = self.cleaned_data["au"]
        if jour and jour > timezone.localdate():
            raise forms.ValidationError("Ce jour n'est pas encore venu.")
        return jour
