"""Les formulaires des comparaisons : choisir, importer, corriger une ligne, juger une valeur, fixer les critères."""

from collections.abc import Mapping
from typing import Any

from django import forms

from tissu.actions.observatoire_commerce.choices import IndicateurCompare, RoleDeVille, TypePerimetre
from tissu.actions.observatoire_commerce.models import CriteresDeComparaison, LigneEnQuarantaine, ValeurComparee
from tissu.actions.observatoire_commerce.rules.fichier_villes import COLONNES, Defaut
from tissu.locaux.choices import VerdictComparabilite

FICHIER_MAX_OCTETS = 10 * 1024 * 1024


class ChoixComparaisonForm(forms.Form):
    """Ce que l'on compare, et sur quel périmètre ; une valeur inconnue retombe sur la première."""

    indicateur = forms.ChoiceField(label="Indicateur", choices=IndicateurCompare.choices, required=False)
    perimetre = forms.ChoiceField(label="Périmètre", choices=TypePerimetre.choices, required=False)

    def choisi(self) -> tuple[str, str]:
        self.is_valid()
        return (
            self.cleaned_data.get("indicateur") or IndicateurCompare.TAUX_VACANCE.value,
            self.cleaned_data.get("perimetre") or TypePerimetre.COMMUNE.value,
        )


class NosLocauxForm(forms.Form):
    """Les locaux derrière une valeur à nous."""

    perimetre = forms.ChoiceField(label="Périmètre", choices=TypePerimetre.choices[:2], required=False)
    quoi = forms.ChoiceField(
        label="Locaux",
        choices=[("locaux", "Tous"), ("occupes", "Occupés"), ("vacants", "Vacants")],
        required=False,
    )

    def choisi(self) -> tuple[str, str]:
        self.is_valid()
        donnees = self.cleaned_data
        return donnees.get("perimetre") or TypePerimetre.COMMUNE.value, donnees.get("quoi") or "locaux"


class FiltreVillesForm(forms.Form):
    perimetre = forms.ChoiceField(label="Périmètre", choices=[("", "Tous"), *TypePerimetre.choices], required=False)


class FichierDeVillesForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier de chiffres",
        help_text="Le modèle rempli, en CSV ou en classeur XLSX. 10 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
    )

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > FICHIER_MAX_OCTETS:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo : vérifiez que c'est bien le modèle rempli.")
        return fichier


class CorrigerLigneForm(forms.Form):
    """Une ligne refusée, case par case, telle qu'elle a été lue."""

    def __init__(self, donnees: Any = None, *, ligne: LigneEnQuarantaine) -> None:
        super().__init__(donnees, initial=ligne.brute)
        for colonne in COLONNES:
            self.fields[colonne.champ] = forms.CharField(
                label=colonne.titre, required=colonne.requise, help_text=colonne.aide, max_length=1000
            )

    def brute(self) -> dict[str, str]:
        return {colonne.champ: self.cleaned_data[colonne.champ] for colonne in COLONNES}

    def montrer(self, defauts: list[Defaut]) -> None:
        """Chaque défaut sous sa case."""
        for defaut in defauts:
            self.add_error(defaut.champ, f"{defaut.remede[:1].upper()}{defaut.remede[1:]}")


class JugerForm(forms.Form):
    """Dire si une valeur se compare."""

    comparable = forms.ChoiceField(label="Se compare à la nôtre", choices=VerdictComparabilite.choices)
    motif = forms.CharField(
        label="Pourquoi", required=False, max_length=500, help_text="Obligatoire, sauf pour une valeur comparable."
    )

    def __init__(self, donnees: Any = None, *, valeur: ValeurComparee) -> None:
        super().__init__(donnees, initial={"comparable": valeur.comparable, "motif": valeur.motif})


class CriteresForm(forms.ModelForm):
    """Les critères d'un type de périmètre. Vide : on ne trie pas là-dessus."""

    roles = forms.MultipleChoiceField(
        label="Rôles", choices=RoleDeVille.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous.",
    )  # fmt: skip

    class Meta:
        model = CriteresDeComparaison
        fields = ("population_min", "population_max", "roles", "revenu_min_eur", "revenu_max_eur", "tourisme_min",
                  "tourisme_max", "raison")  # fmt: skip
        help_texts: Mapping[str, str] = {"raison": "Montré avec chaque comparaison."}
