"""Le choix d'un état des dépenses."""

from django import forms

from tissu.programme.queries.etat_financeur import financeurs_et_annees


def _financeurs() -> list[tuple[str, str]]:
    return [("", "Choisissez un financeur"), *((nom, nom) for nom in financeurs_et_annees()[0])]


def _annees() -> list[tuple[int, str]]:
    return [(annee, str(annee)) for annee in financeurs_et_annees()[1]]


class EtatForm(forms.Form):
    """Un financeur, une année, et au besoin une seule fiche (sa clé, donnée par la page d'où l'on vient)."""

    financeur = forms.ChoiceField(label="Financeur", choices=_financeurs)
    annee = forms.ChoiceField(label="Année", choices=_annees)
    fiche = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
