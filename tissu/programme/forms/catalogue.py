"""Recevoir un programme, puis confirmer son chargement."""

from django import forms

from tissu.programme.forms.pieces import PieceField
from tissu.programme.sources.depot import EXTENSIONS


class ProgrammeDeposeForm(forms.Form):
    fichier = PieceField(
        label="Fichier du programme",
        sortes="Le classeur modèle rempli (XLSX), ou un fichier YAML",
        permises=EXTENSIONS,
    )


class ChargerProgrammeForm(forms.Form):
    """La confirmation : le fichier vérifié, désigné par son empreinte."""

    reference = forms.CharField(max_length=70, widget=forms.HiddenInput)
    nom = forms.CharField(max_length=200, widget=forms.HiddenInput)
