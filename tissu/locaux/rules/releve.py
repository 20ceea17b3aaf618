"""Ce qu'un relevé change, et ce qui le contredit : trois valeurs par champ, vue, actuelle, relevée."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tissu.registre.recherche import normaliser


@dataclass(frozen=True)
class Conflit:
    """Un champ qui a changé entre le moment où le téléphone l'a montré et celui où le relevé arrive."""

    champ: str
    vu: Any
    actuel: Any
    releve: Any


def departager(
    *, actuelles: Mapping[str, Any], vues: Mapping[str, Any], relevees: Mapping[str, Any], meme_version: bool
) -> tuple[dict[str, Any], list[Conflit]]:
    """Les champs à écrire, et ceux qu'une personne doit trancher.

    Un champ relevé comme il était vu ne dit rien de neuf. Un champ que personne d'autre n'a touché s'écrit. Sans savoir
    ce que le téléphone montrait, un champ différent est en conflit dès que le local a changé de version.
    """
    a_ecrire: dict[str, Any] = {}
    conflits = []
    for champ, releve in relevees.items():
        actuel, vu = actuelles.get(champ), vues.get(champ)
        if meme(releve, actuel) or (champ in vues and meme(releve, vu)):
            continue
        if meme_version or (champ in vues and meme(vu, actuel)):
            a_ecrire[champ] = releve
        else:
            conflits.append(Conflit(champ, vu, actuel, releve))
    return a_ecrire, conflits


def meme(une: Any, autre: Any) -> bool:
    """Vide vaut vide ; un nombre vaut son écriture ; un texte se compare sans casse ni accent."""
    a, b = _plat(une), _plat(autre)
    return a == b


def _plat(valeur: Any) -> Any:
    if valeur in (None, ""):
        return ""
    if isinstance(valeur, bool):
        return valeur
    try:
        return float(valeur)
    except (TypeError, ValueError):
        return normaliser(str(valeur))
