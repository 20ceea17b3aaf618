"""Déposer une liste d'adhérents, dire quelle colonne porte quoi, corriger une ligne."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from tissu.actions.alerte_commerce.models import LigneImport
from tissu.actions.alerte_commerce.rules.fichier import CHAMPS, OBLIGATOIRES

OCTETS_MAX = 10 * 1024 * 1024


class DepotForm(forms.Form):
    fichier = forms.FileField(
        label="Liste des adhérents", help_text="CSV ou classeur XLSX, une ligne par commerce. 10 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
    )  # fmt: skip
    en_service = forms.BooleanField(
        label="Ces numéros reçoivent déjà les alertes", required=False,
        help_text="Cochée : ils les reçoivent encore, sur la foi de leur charte papier, et restent à confirmer.",
    )  # fmt: skip

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > OCTETS_MAX:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo : vérifiez que c'est bien la liste des adhérents.")
        return fichier


class ColonnesForm(forms.Form):
    """Une colonne du fichier par champ, et le nom sous lequel garder la correspondance."""

    def __init__(self, donnees: Any = None, *, entetes: Iterable[str], colonnes: Mapping[str, str]) -> None:
        super().__init__(donnees, initial=dict(colonnes))
        choix = [("", "Aucune colonne"), *((entete, entete) for entete in entetes if entete)]
        for champ, libelle in CHAMPS.items():
            self.fields[champ] = forms.ChoiceField(label=libelle, choices=choix, required=champ in OBLIGATOIRES)
        self.fields["garder_sous"] = forms.CharField(
            label="Garder sous le nom", max_length=100, required=False,
            help_text="Servira d'elle-même au prochain fichier qui a ces colonnes.",
        )  # fmt: skip

    def colonnes(self) -> dict[str, str]:
        return {champ: self.cleaned_data[champ] for champ in CHAMPS if self.cleaned_data[champ]}


class CorrigerForm(forms.Form):
    """Une ligne refusée, case par case, telle qu'elle a été lue."""

    def __init__(self, donnees: Any = None, *, ligne: LigneImport) -> None:
        super().__init__(donnees, initial=ligne.brute)
        for champ, libelle in CHAMPS.items():
            self.fields[champ] = forms.CharField(label=libelle, required=False, max_length=300)

    def montrer(self, defauts: Iterable[Mapping[str, str]]) -> None:
        """Chaque défaut sous sa case."""
        for defaut in defauts:
            self.add_error(defaut["champ"], defaut["motif"])
