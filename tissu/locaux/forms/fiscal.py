"""Déposer un fichier fiscal."""

from typing import Any

from django import forms
from django.utils import timezone


class DepotFiscalForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier fiscal", help_text="CSV ou classeur XLSX, une ligne par local : sa référence, son invariant ou "
        "son adresse (commune, numéro, voie). Une colonne « Vacant » dit oui ou non ; sans elle, tous sont vacants.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
    )  # fmt: skip
    millesime = forms.IntegerField(label="Millésime", help_text="L'année au 1er janvier de laquelle le fichier dit.")
    source = forms.CharField(label="Source", max_length=200, initial="Fichier fiscal des locaux vacants (DGFiP)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["millesime"].initial = timezone.localdate().year
