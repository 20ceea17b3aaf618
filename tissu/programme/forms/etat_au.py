"""Lire une page à un jour passé : l'adresse le porte, entre le premier jour de la convention et aujourd'hui."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from tissu.socle.formats import date_longue


class EtatAuForm(forms.Form):
    """Le jour demandé, et les autres choix de la page, gardés tels quels."""

    au = forms.DateField(label="État au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@dataclass(frozen=True)
class EtatAu:
    """Le jour montré. `refus` : pourquoi ce n'est pas celui que l'adresse demande ; vide s'il l'est."""

    au: date
    aujourd_hui: date
    premier: date
    refus: str = ""
    autres: Sequence[tuple[str, str]] = ()

    @property
    def passe(self) -> bool:
        """La page montre un jour passé, non l'état d'aujourd'hui."""
        return self.au < self.aujourd_hui

    @property
    def formulaire(self) -> EtatAuForm:
        formulaire = EtatAuForm(initial={"au": self.au}, auto_id="etat_%s")
        formulaire.fields["au"].widget.attrs |= {"min": self.premier.isoformat(), "max": self.aujourd_hui.isoformat()}
        return formulaire

    @property
    def aujourd_hui_seul(self) -> str:
        """L'adresse de la même page, aujourd'hui."""
        return f"?{urlencode(self.autres)}" if self.autres else "?"

    def suite(self) -> str:
        """Ce qu'une adresse voisine doit porter pour montrer le même jour ; rien pour aujourd'hui."""
        return f"?au={self.au.isoformat()}" if self.passe else ""


def lire_au(donnees: QueryDict, *, aujourd_hui: date, premier: date) -> EtatAu:
    """Le jour de l'adresse. Illisible, à venir ou d'avant la convention, il est remplacé et la page le dit."""
    autres = [(cle, valeur) for cle, valeurs in donnees.lists() if cle not in {"au", "page"} for valeur in valeurs]
    demande = donnees.get("au", "").strip()
    premier = min(premier, aujourd_hui)
    if not demande:
        return EtatAu(aujourd_hui, aujourd_hui, premier, autres=autres)
    try:
        au = date.fromisoformat(demande)
    except ValueError:
        refus = f"« {demande[:20]} » n'est pas une date : voici l'état d'aujourd'hui."
        return EtatAu(aujourd_hui, aujourd_hui, premier, refus, autres)
    if au > aujourd_hui:
        refus = f"Le {date_longue(au)} n'est pas encore venu : voici l'état d'aujourd'hui."
        return EtatAu(aujourd_hui, aujourd_hui, premier, refus, autres)
    if au < premier:
        refus = f"La convention commence le {date_longue(premier)} : voici l'état de ce jour."
        return EtatAu(premier, aujourd_hui, premier, refus, autres)
    return EtatAu(au, aujourd_hui, premier, autres=autres)
