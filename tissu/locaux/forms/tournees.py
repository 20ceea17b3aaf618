"""Confier des rues, et agir sur celles qui le sont."""

from collections.abc import Sequence
from typing import Any

from django import forms

from tissu.comptes.models import Personne
from tissu.locaux.queries.tournees import Quartier

SANS_RELEVEUR = "Sans releveur : rues libres"


def choix_de_releveur(releveurs: Sequence[Personne]) -> list[tuple[str, str]]:
    """Les personnes à qui l'on peut confier des rues, et personne."""
    return [("", SANS_RELEVEUR), *((str(une.pk), f"{une}, {une.organisation}") for une in releveurs)]


class ReleveurForm(forms.Form):
    """À qui. Vide : à personne, les rues sont libres."""

    releveur = forms.ChoiceField(label="Confier à", required=False)

    def __init__(self, *args: Any, releveurs: Sequence[Personne], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.releveurs = {str(une.pk): une for une in releveurs}
        self.fields["releveur"].choices = choix_de_releveur(releveurs)  # type: ignore[attr-defined]

    def choisi(self) -> Personne | None:
        """La personne choisie. À lire après `is_valid`."""
        return self.releveurs.get(self.cleaned_data["releveur"])


class ConfierForm(ReleveurForm):
    """Des rues une à une (`voies`) et des quartiers entiers (`entiers`) ; seules les rues libres se choisissent."""

    voies = forms.MultipleChoiceField(
        label="Rues", required=False, error_messages={"invalid_choice": "L'une vient d'être prise : choisissez encore."}
    )
    entiers = forms.MultipleChoiceField(label="Quartiers entiers", required=False)

    def __init__(self, *args: Any, quartiers: Sequence[Quartier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quartiers = quartiers
        libres = [(str(rue.pk), rue.nom) for quartier in quartiers for rue in quartier.libres]
        self.fields["voies"].choices = libres  # type: ignore[attr-defined]
        self.fields["entiers"].choices = [(un.cle, un.nom) for un in quartiers]  # type: ignore[attr-defined]

    def rues(self) -> list[int]:
        """Les clés des rues choisies, quartier par quartier. À lire après `is_valid`."""
        seules, entiers = set(self.cleaned_data["voies"]), set(self.cleaned_data["entiers"])
        return [
            rue.pk
            for quartier in self.quartiers
            for rue in quartier.libres
            if quartier.cle in entiers or str(rue.pk) in seules
        ]

    def groupes(self) -> list[dict[str, Any]]:
        """Les quartiers à montrer, avec ce qui est déjà coché ; s'ouvre celui où l'on a coché une rue."""
        seules = set(self["voies"].value() or ())
        entiers = set(self["entiers"].value() or ())
        return [
            {
                "quartier": quartier, "entier": quartier.cle in entiers,
                "rues": [(rue, str(rue.pk) in seules) for rue in quartier.rues],
                "ouvert": any(str(rue.pk) in seules for rue in quartier.rues),
            }
            for quartier in self.quartiers
        ]  # fmt: skip
