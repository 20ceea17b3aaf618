"""Recevoir un fichier de zones."""

from django import forms

from tissu.registre.models import TypeZone


class FichierDeZonesForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier de zones",
        help_text="GeoJSON, GeoPackage, ou CSV « site économique » du standard CNIG. 100 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg,.csv"}),
    )
    type_zone = forms.ChoiceField(
        label="Type des zones",
        choices=TypeZone.choices,
        help_text="Pour les zones dont le fichier ne dit pas le type.",
    )
    source = forms.CharField(
        label="Source",
        max_length=200,
        required=False,
        help_text="Qui a dressé ces contours. À défaut, le nom du fichier.",
    )


class AppliquerZonesForm(forms.Form):
    """La confirmation de l'aperçu : ce que le premier formulaire a reçu, désigné par son empreinte."""

    reference = forms.CharField(widget=forms.HiddenInput)
    nom = forms.CharField(widget=forms.HiddenInput)
    type_zone = forms.ChoiceField(choices=TypeZone.choices, widget=forms.HiddenInput)
    source = forms.CharField(required=False, widget=forms.HiddenInput)
