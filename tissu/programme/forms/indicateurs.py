"""Saisir la valeur d'un critère ou sa cible, et motiver un refus."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from tissu.programme.forms.pieces import PieceField
from tissu.programme.forms.vie import AvecRevision
from tissu.programme.models import Critere
from tissu.programme.operations.edition import CibleSaisie
from tissu.programme.operations.mesures import Saisie
from tissu.programme.rules.indicateurs import RYTHMES, periodes_de
from tissu.socle.argent import MontantInvalide, lire_montant

GROUPES = {"mois": "Mois", "trimestre": "Trimestres", "semestre": "Semestres", "annee": "Année"}


class NombreField(forms.CharField):
    """Un nombre écrit à la française : « 1 400,5 »."""

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        if not texte:
            return None
        try:
            nombre = lire_montant(texte)
        except MontantInvalide as erreur:
            raise forms.ValidationError(f"« {texte} » n'est pas un nombre : écrivez par exemple 1 400,5.") from erreur
        if abs(nombre) >= 10**10:
            raise forms.ValidationError("Ce nombre est trop grand.")
        if nombre != round(nombre, 4):
            raise forms.ValidationError("Ce nombre a plus de quatre décimales : arrondissez-le.")
        return nombre

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class CiblesForm(AvecRevision):
    """Une rangée par critère : sa cible, sa valeur de départ et la date de celle-ci. Vide : rien n'est chiffré."""

    def __init__(self, *args: Any, criteres: Sequence[Critere], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteres = [critere for critere in criteres if not critere.qualitatif]
        self.constats = [critere for critere in criteres if critere.qualitatif]
        for critere in self.criteres:
            for nom, (titre, champ) in self._champs(critere).items():
                champ.label = f"{critere.libelle} : {titre}"
                champ.widget.attrs |= {"aria-label": champ.label, "autocomplete": "off", "class": "saisie"}
                self.fields[f"{nom}-{critere.pk}"] = champ

    @staticmethod
    def _champs(critere: Critere) -> dict[str, tuple[str, forms.Field]]:
        jour = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return {
            "cible": ("cible", NombreField(required=False, max_length=20, initial=critere.cible)),
            "depart": ("valeur de départ", NombreField(required=False, max_length=20, initial=critere.reference)),
            "depart_au": ("date de départ", forms.DateField(required=False, widget=jour, initial=critere.reference_au)),
        }

    def clean(self) -> dict[str, Any]:
        lu = super().clean() or {}
        for critere in self.criteres:
            sans_valeur = f"depart-{critere.pk}" in lu and lu[f"depart-{critere.pk}"] is None
            if sans_valeur and lu.get(f"depart_au-{critere.pk}"):
                self.add_error(f"depart-{critere.pk}", "Écrivez la valeur de départ de cette date, ou effacez la date.")
        return lu

    def rangees(self) -> list[dict[str, Any]]:
        """Les champs de chaque critère, pour la grille."""
        return [
            {"critere": une, **{nom: self[f"{nom}-{une.pk}"] for nom in ("cible", "depart", "depart_au")}}
            for une in self.criteres
        ]

    def cibles(self) -> dict[int, CibleSaisie]:
        """Ce que la personne a écrit, pour l'opération."""
        lu = self.cleaned_data
        return {
            une.pk: CibleSaisie(lu[f"cible-{une.pk}"], lu[f"depart-{une.pk}"], lu[f"depart_au-{une.pk}"])
            for une in self.criteres
        }


class MesureForm(forms.Form):
    """Une valeur, ou un rapport, ou un constat ; avec sa période, sa source et son justificatif."""

    periode = forms.ChoiceField(label="Période")
    valeur = NombreField(label="Valeur", required=False, max_length=20)
    numerateur = NombreField(
        label="Numérateur", required=False, max_length=20, help_text="Pour une part : combien, parmi tous."
    )
    denominateur = NombreField(
        label="Dénominateur", required=False, max_length=20, help_text="Pour une part : sur combien."
    )
    texte = forms.CharField(
        label="Commentaire ou constat", required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    source = forms.CharField(label="Source", required=False, max_length=200, help_text="D'où vient ce chiffre.")
    fichier = PieceField(label="Justificatif", required=False, sortes="PDF, image, tableur ou texte")

    def __init__(self, *args: Any, critere: Critere, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periodes = {
            periode.code: periode
            for rythme in RYTHMES
            for periode in periodes_de(critere.fiche.annee, critere.fiche.premier_mois, rythme)
        }
        self.fields["periode"].choices = [  # type: ignore[attr-defined]
            (titre, [(p.code, p.libelle.capitalize()) for p in self._de(critere, rythme)])
            for rythme, titre in GROUPES.items()
            if self._de(critere, rythme)
        ]
        if critere.unite:
            self.fields["valeur"].help_text = f"En {critere.unite}." if critere.unite != "%" else "En pour cent."

    @staticmethod
    def _de(critere: Critere, rythme: str) -> list[Any]:
        return periodes_de(critere.fiche.annee, critere.fiche.premier_mois, rythme)

    def saisie(self) -> Saisie:
        """Ce que la personne a écrit, pour l'opération."""
        lues = self.cleaned_data
        return Saisie(
            periode=self.periodes[lues["periode"]],
            valeur=lues["valeur"],
            numerateur=lues["numerateur"],
            denominateur=lues["denominateur"],
            texte=lues["texte"],
            source=lues["source"],
            fichier=lues["fichier"],
        )


class RefusForm(forms.Form):
    motif = forms.CharField(label="Pourquoi", max_length=300, required=False)
