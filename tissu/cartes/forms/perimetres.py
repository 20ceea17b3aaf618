"""Déposer un périmètre, le modifier ; nommer une clé d'accès."""

from django import forms


class PerimetreForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier du contour",
        help_text="GeoJSON ou GeoPackage, 10 Mo au plus. Plusieurs contours sont réunis en un périmètre.",
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg"}),
    )
    nom = forms.CharField(
        label="Nom", max_length=200, required=False, help_text="À défaut, le nom du fichier, sans son extension."
    )
    partage = forms.BooleanField(label="Partager avec mon organisation", required=False)


class ModifierPerimetreForm(forms.Form):
    nom = forms.CharField(label="Nom", max_length=200)
    partage = forms.BooleanField(label="Partager avec mon organisation", required=False)


class CleForm(forms.Form):
    nom = forms.CharField(
        label="Nom de la clé", max_length=100, help_text="Le poste ou l'outil qui s'en servira : « QGIS du bureau »."
    )
