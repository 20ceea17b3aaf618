"""Formulaires de la fiche 7."""

from typing import Any

from django import forms
from django.http import QueryDict

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.actions.fichier_entreprises.queries import cadre
from tissu.actions.fichier_entreprises.queries.lignes import Criteres
from tissu.socle.formats import mois_long


def _mois_ouverts() -> list[tuple[str, str]]:
    return [(periode.code, mois_long(periode.code)) for periode in cadre.periodes_ouvertes()]


class MoisForm(forms.Form):
    """Le choix d'un mois et d'un périmètre."""

    mois = forms.ChoiceField(label="Mois", choices=_mois_ouverts)
    secteurs = forms.ChoiceField(label="Périmètre", choices=Secteurs.choices, required=False)


class FiltreLignes:
    """Les filtres d'une liste de lignes, lus de l'adresse ; une valeur inconnue est ignorée."""

    def __init__(self, donnees: QueryDict) -> None:
        self.donnees = donnees

    def criteres(self) -> Criteres:
        """Les critères demandés. `type` accepte plusieurs types séparés par des virgules."""
        types = [t for t in self.donnees.get("type", "").split(",") if t in rules.TYPES_PUBLIES]
        return Criteres(
            secteurs=cadre.secteurs_demandes(self.donnees.get("secteurs", "")),
            types=tuple(types),
            commune=self.donnees.get("commune", ""),
            zone=self.donnees.get("zone", ""),
            activite=self.donnees.get("activite", ""),
            tranche=self.donnees.get("tranche", ""),
        )

    def sans(self, cle: str) -> str:
        """L'adresse de la même liste sans l'un de ses filtres."""
        restants: Any = self.donnees.copy()
        for a_oter in (cle, "page", "format"):
            restants.pop(a_oter, None)
        return "?" + restants.urlencode()
