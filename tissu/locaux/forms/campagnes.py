"""Décrire une campagne, dire ce qui se compare."""

from typing import Any

from django import forms

from tissu.locaux.choices import MethodeCampagne, VerdictComparabilite
from tissu.locaux.forms.local import jour, texte_long
from tissu.locaux.models import Campagne
from tissu.socle.territoire import territoire


class CampagneForm(forms.Form):
    nom = forms.CharField(label="Nom", max_length=200)
    methode = forms.ChoiceField(label="Méthode", choices=MethodeCampagne.choices)
    definition = texte_long("Ce qui compte comme local", 4)
    perimetre = forms.CharField(label="Où l'on regarde", max_length=300)
    communes = forms.MultipleChoiceField(
        label="Communes couvertes", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Aucune cochée : tout le territoire.",
    )  # fmt: skip
    source = forms.CharField(label="Source", max_length=200, required=False)
    debut = jour("Premier jour")
    fin = jour("Dernier jour", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["communes"].choices = list(territoire().communes.items())  # type: ignore[attr-defined]


class ComparabiliteForm(forms.Form):
    reference = forms.ModelChoiceField(Campagne.objects.none(), label="Avec la campagne", empty_label=None)
    verdict = forms.ChoiceField(label="Se comparent-elles ?", choices=VerdictComparabilite.choices)
    motif = texte_long("Pourquoi", max_length=500, help_text="S'imprime à côté de chaque évolution.")

    def __init__(self, *args: Any, campagne: Campagne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].queryset = Campagne.objects.exclude(pk=campagne.pk)  # type: ignore[attr-defined]
