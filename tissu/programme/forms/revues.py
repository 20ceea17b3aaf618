"""Formulaires des revues : ouvrir, commenter, proposer, rectifier."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from tissu.programme.choices import TypeRevue
from tissu.programme.forms.indicateurs import NombreField
from tissu.programme.forms.vie import AvecRevision
from tissu.programme.models import Convention, Critere, Fiche
from tissu.programme.rules.revues import HORIZONS, SUITES


def _texte(libelle: str, lignes: int = 5, **options: Any) -> forms.CharField:
    return forms.CharField(label=libelle, widget=forms.Textarea(attrs={"rows": lignes}), **options)


def _jour(libelle: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=libelle, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class QuantiteField(NombreField):
    """Un nombre écrit à la française, jamais sous zéro, avec au plus `decimales` décimales."""

    def __init__(self, *args: Any, decimales: int = 4, **kwargs: Any) -> None:
        self.decimales = decimales
        super().__init__(*args, max_length=20, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        nombre = super().clean(value)
        if nombre is not None and (nombre < 0 or nombre != round(nombre, self.decimales)):
            raise forms.ValidationError(
                f"Écrivez un nombre positif, avec au plus {self.decimales} décimales : par exemple 1 400,5."
            )
        return nombre


class OuvrirRevueForm(forms.Form):
    convention = forms.ModelChoiceField(Convention.objects.order_by("-debut", "pk"), label="Convention")
    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    type = forms.ChoiceField(label="Revue", choices=TypeRevue.choices)
    au = _jour("Chiffres au", help_text="Le jour que montrent tous les chiffres de la revue.")


class ReprendreForm(forms.Form):
    au = _jour("Chiffres au", required=False, help_text="Vide : la date de la revue.")


class CommentaireForm(AvecRevision):
    texte = _texte("Commentaire de votre organisation")


class IntroductionForm(AvecRevision):
    texte = _texte("Introduction", 8, required=False)


class PropositionForm(AvecRevision):
    """Ce que l'on propose, dans les mots de la revue ; un champ de cible par critère chiffré."""

    suite = forms.ChoiceField(label="Proposition")
    texte = _texte("Pourquoi, et quoi changer", 3, required=False)
    total_eur = QuantiteField(label="Budget proposé (€)", decimales=2, help_text="Vide : le total de cette année.")

    def __init__(self, *args: Any, criteres: list[Critere], type: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["suite"].label = f"Pour {HORIZONS[type]}"
        self.fields["suite"].choices = list(SUITES[type].items())  # type: ignore[attr-defined]
        self.criteres = [un for un in criteres if not un.qualitatif]
        for critere in self.criteres:
            self.fields[f"cible_{critere.cle}"] = QuantiteField(
                label=f"Cible : {critere.libelle}", help_text=critere.unite
            )

    def cibles(self) -> dict[str, Any]:
        """Les cibles écrites, par clé de critère."""
        lues = {un.cle: self.cleaned_data.get(f"cible_{un.cle}") for un in self.criteres}
        return {cle: cible for cle, cible in lues.items() if cible is not None}


class SuiteForm(forms.Form):
    """Les fiches à préparer pour l'année suivante, et la convention où elles entrent."""

    convention = forms.ModelChoiceField(Convention.objects.none(), label="Dans la convention", empty_label=None)
    fiches = forms.ModelMultipleChoiceField(
        Fiche.objects.none(), label="Fiches à préparer", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, conventions: QuerySet[Convention], fiches: QuerySet[Fiche], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].queryset = conventions  # type: ignore[attr-defined]
        self.fields["fiches"].queryset = fiches  # type: ignore[attr-defined]


class RectificationForm(forms.Form):
    valeur = NombreField(label="Valeur sue depuis", required=False, max_length=20)
    texte = _texte("Ce qu'il faut savoir", 2, required=False)
    motif = forms.CharField(label="Pourquoi la valeur diffère", max_length=500)
    source_au = _jour("Date de la source", required=False)
