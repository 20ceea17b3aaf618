"""Déposer un fichier de locaux, dire quelle colonne porte quoi, décider de ses anomalies."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from tissu.locaux.choices import CodeAnomalieLocaux, DecisionAnomalie
from tissu.locaux.models import Campagne, CorrespondanceLocaux
from tissu.locaux.nomenclatures import choix_d_activite
from tissu.locaux.sources.champs import CHAMPS
from tissu.socle.territoire import territoire

LIBELLES_MAX = 80
"""Au-delà, la page serait trop longue : les premiers libellés sans activité d'abord, les autres à la relecture."""


def champ_de_commune(aide: str) -> forms.ChoiceField:
    choix = [("", "Le fichier la dit"), *territoire().communes.items()]
    return forms.ChoiceField(label="Commune", choices=choix, required=False, help_text=aide)


class DepotForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier de locaux", help_text="GeoJSON, GeoPackage, CSV ou classeur XLSX, une ligne par local.",
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg,.csv,.txt,.xlsx,.ods"}),
    )  # fmt: skip
    correspondance = forms.ModelChoiceField(
        CorrespondanceLocaux.objects.all(), label="Correspondance des colonnes", required=False,
        empty_label="Reconnue d'après les colonnes",
    )  # fmt: skip
    campagne = forms.ModelChoiceField(
        Campagne.objects.all(), label="Campagne", required=False, empty_label="Une nouvelle, du nom du fichier"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code_commune"] = champ_de_commune("Si toutes les lignes sont d'une même commune.")


class ColonnesForm(forms.Form):
    """Une colonne par champ, une activité par libellé que la correspondance ne connaît pas, un nom pour la garder."""

    def __init__(
        self, *args: Any, colonnes: Iterable[str], libelles: Iterable[str] = (), gardees: Mapping[str, str] = {},
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.gardees = gardees
        self.libelles = list(libelles)[:LIBELLES_MAX]
        choix = [("", "Aucune colonne"), *((colonne, colonne) for colonne in colonnes)]
        for champ, libelle in CHAMPS.items():
            self.fields[champ] = forms.ChoiceField(label=libelle, choices=choix, required=False)
        activites = [("", "Activité inconnue"), *choix_d_activite()]
        for rang, libelle in enumerate(self.libelles):
            self.fields[f"libelle_{rang}"] = forms.ChoiceField(
                label=f"« {libelle} » est", choices=activites, required=False
            )
        self.fields["commune_du_fichier"] = champ_de_commune("Si le fichier ne la dit pas.")
        self.fields["nom"] = forms.CharField(
            label="Garder cette correspondance sous le nom", max_length=100,
            help_text="Elle servira d'elle-même au prochain fichier qui a ces colonnes.",
        )  # fmt: skip

    def colonnes(self) -> dict[str, str]:
        return {champ: self.cleaned_data[champ] for champ in CHAMPS if self.cleaned_data[champ]}

    def activites(self) -> dict[str, str]:
        """Celles d'avant, et celles qu'on vient de dire."""
        dites = {libelle: self.cleaned_data[f"libelle_{rang}"] for rang, libelle in enumerate(self.libelles)}
        return dict(self.gardees) | {libelle: activite for libelle, activite in dites.items() if activite}


class FiltreDAnomaliesForm(forms.Form):
    code = forms.ChoiceField(label="Anomalie", choices=[("", "Toutes"), *CodeAnomalieLocaux.choices], required=False)
    decision = forms.ChoiceField(label="Décision", choices=[("", "Toutes"), *DecisionAnomalie.choices], required=False)


class DecisionForm(forms.Form):
    """La même décision pour les lignes cochées."""

    decision = forms.ChoiceField(label="Décision", choices=DecisionAnomalie.choices)
    commentaire = forms.CharField(label="Commentaire", max_length=500, required=False)
    anomalies = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choisies = self.data.getlist("anomalies") if hasattr(self.data, "getlist") else []
        self.fields["anomalies"].choices = [(pk, pk) for pk in choisies]  # type: ignore[attr-defined]
