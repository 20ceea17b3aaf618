"""Montrer le formulaire de filtres d'une couche, quel qu'il soit : ses champs, et ce qui est posé, retirable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from tissu.cartes.lecture import RESERVES
from tissu.socle.formats import date_courte, nombre

TOUJOURS_VISIBLES = 4
"""Les premiers champs du formulaire ; les autres attendent derrière « Plus de filtres », ouvert quand l'un sert."""


@dataclass(frozen=True)
class Controle:
    """Un champ de filtre. À plusieurs valeurs, choisir une des `options` l'ajoute à celles déjà `choisies`."""

    champ: Any
    multiple: bool
    choisies: Sequence[str]
    options: Sequence[tuple[str, str]]

    @property
    def pose(self) -> bool:
        return bool(self.choisies)


def controles(form: Any) -> tuple[list[Controle], list[Controle]]:
    """Les champs visibles d'abord, puis ceux du dépliant."""
    tous = [
        _controle(form, champ) for champ in form if champ.name not in RESERVES and not champ.is_hidden
    ]  # fmt: skip
    return tous[:TOUJOURS_VISIBLES], tous[TOUJOURS_VISIBLES:]


def caches(form: Any) -> list[tuple[str, str]]:
    """Les paramètres des champs sans contrôle (une liste venue d'un lien) : le formulaire les renvoie tels quels."""
    noms = [champ.name for champ in form if champ.is_hidden and champ.name not in RESERVES]
    return [(nom, valeur) for nom in noms for valeur in _brutes(form, nom)]


def puces(form: Any, parametres: QueryDict) -> list[dict[str, str]]:
    """Chaque valeur posée et juste, en mots, avec les paramètres qui la retirent."""
    form.is_valid()
    posees = []
    for nom, champ in form.fields.items():
        if nom in RESERVES or nom in form.errors:
            continue
        for brute in _brutes(form, nom):
            if _par_defaut(champ, brute):
                continue
            texte = _en_mots(champ, form.cleaned_data.get(nom), brute)
            posees.append({"titre": str(champ.label), "valeur": texte, "retirer": _sans(parametres, nom, brute)})
    return posees


def _controle(form: Any, champ: Any) -> Controle:
    choisies = _brutes(form, champ.name)
    multiple = isinstance(champ.field, forms.MultipleChoiceField)
    options = [(str(c), str(t)) for c, t in champ.field.choices if str(c) not in choisies] if multiple else []
    return Controle(champ, multiple, choisies, options)


def _brutes(form: Any, nom: str) -> list[str]:
    return [valeur for valeur in form.data.getlist(nom) if valeur] if hasattr(form.data, "getlist") else []


def _par_defaut(champ: Any, brute: str) -> bool:
    """Le premier d'une liste où l'on choisit toujours : sans filtre, c'est lui."""
    if not isinstance(champ, forms.ChoiceField) or isinstance(champ, forms.MultipleChoiceField):
        return False
    choix: Any = champ.choices
    return next((str(cle) == brute for cle, _ in choix), False)


def _en_mots(champ: Any, propre: Any, brute: str) -> str:
    if choix := getattr(champ, "choices", None):
        return {str(cle): str(texte) for cle, texte in choix}.get(brute, brute)
    if isinstance(propre, date):
        return date_courte(propre)
    if isinstance(propre, bool):
        return "oui"
    return nombre(propre) if isinstance(propre, int) else f"« {brute} »"


def _sans(parametres: QueryDict, nom: str, valeur: str) -> str:
    reste = parametres.copy()
    reste.setlist(nom, [v for v in parametres.getlist(nom) if v and v != valeur])
    for page in ("page", "page_liste"):
        reste.pop(page, None)
    return f"?{reste.urlencode(safe=':,/')}"
