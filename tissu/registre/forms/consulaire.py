"""Déposer le fichier consulaire, et dire quelle colonne porte quoi."""

from typing import Any

from django import forms
from django.utils import timezone

from tissu.registre.models import Correspondance
from tissu.registre.sources.consulaire import CHAMPS


class DepotConsulaireForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier de la chambre",
        help_text="CSV ou classeur XLSX, une ligne par établissement, avec son SIRET.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xlsm,.ods"}),
    )
    date_source = forms.DateField(
        label="Données au",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Sert de date aux effectifs quand le fichier n'en a pas.",
    )
    correspondance = forms.ModelChoiceField(
        label="Correspondance des colonnes",
        queryset=Correspondance.objects.order_by("nom"),
        required=False,
        empty_label="Deviner d'après les en-têtes",
        to_field_name="nom",
    )


class CorrespondanceForm(forms.Form):
    """Un choix de colonne par champ, puis un nom pour la garder."""

    garder_sous = forms.CharField(
        label="Garder cette correspondance sous le nom",
        max_length=100,
        required=False,
        help_text="Facultatif : elle sera proposée au prochain dépôt.",
    )

    def __init__(self, *args: Any, entetes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nom = self.fields.pop("garder_sous")
        choix = [("", "Aucune colonne"), *((entete, entete) for entete in dict.fromkeys(entetes) if entete)]
        for champ, libelle in CHAMPS.items():
            self.fields[champ] = forms.ChoiceField(label=libelle, choices=choix, required=champ == "siret")
        self.fields["garder_sous"] = nom

    def colonnes(self) -> dict[str, str]:
        return {champ: self.cleaned_data[champ] for champ in CHAMPS if self.cleaned_data[champ]}
