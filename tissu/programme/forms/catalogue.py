"""Recevoir un programme, puis confirmer son chargement."""

from django import forms


class ProgrammeDeposeForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier du programme",
        help_text="Le classeur modèle rempli (XLSX), ou un fichier YAML. 20 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
    )


class ChargerProgrammeForm(forms.Form):
    """La confirmation : le fichier vérifié, désigné par son empreinte."""

    reference = forms.CharField(max_length=70, widget=forms.HiddenInput)
    nom = forms.CharField(max_length=200, widget=forms.HiddenInput)
