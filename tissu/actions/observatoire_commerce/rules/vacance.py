"""Ce que « vacant » veut dire, et ce qu'un taux vaut sur l'échelle d'usage. Ni base, ni fichier, ni horloge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tissu.locaux.choices import VACANTS, EtatLocal


class DefinitionInvalide(ValueError):
    """Une définition mal écrite : état inconnu, code en double, champ absent."""


@dataclass(frozen=True)
class Definition:
    """Une définition de la vacance (voir `definitions.yaml`)."""

    code: str
    libelle: str
    phrase: str
    vacants: tuple[str, ...]
    hors_champ: tuple[str, ...]
    reference: str
    structurelle: bool = False
    familles_exclues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Niveau:
    """Un échelon de l'échelle. `maxi` : taux (0 à 1) à partir duquel on passe au suivant ; None : le dernier."""

    code: str
    libelle: str
    maxi: Decimal | None


def lire_definitions(contenu: Iterable[Mapping[str, Any]]) -> dict[str, Definition]:
    """Les définitions d'un fichier, par code, dans son ordre. Lève `DefinitionInvalide` en nommant le défaut."""
    definitions: dict[str, Definition] = {}
    for brut in contenu:
        manquants = {"code", "libelle", "phrase", "vacants", "hors_champ", "reference"} - set(brut)
        if manquants:
            raise DefinitionInvalide(f"Une définition n'a pas : {', '.join(sorted(manquants))}.")
        code = str(brut["code"])
        if code in definitions:
            raise DefinitionInvalide(f"La définition « {code} » est écrite deux fois.")
        inconnus = {*brut["vacants"], *brut["hors_champ"]} - set(EtatLocal.values)
        if inconnus:
            raise DefinitionInvalide(
                f"La définition « {code} » nomme des états inconnus : {', '.join(sorted(inconnus))}."
            )
        if {EtatLocal.OCCUPE.value, EtatLocal.INCONNU.value} & {*brut["vacants"]}:
            raise DefinitionInvalide(f"La définition « {code} » compte vide un local occupé ou d'état inconnu.")
        definitions[code] = Definition(
            code=code,
            libelle=brut["libelle"],
            phrase=brut["phrase"].strip(),
            vacants=tuple(brut["vacants"]),
            hors_champ=tuple(brut["hors_champ"]),
            reference=brut["reference"],
            structurelle=bool(brut.get("structurelle", False)),
            familles_exclues=tuple(brut.get("familles_exclues", ())),
        )
    return definitions


def compte(definition: Definition, *, etat: str, famille: str | None) -> bool:
    """Dit si un local entre dans le dénominateur."""
    return etat not in definition.hors_champ and (etat in VACANTS or famille not in definition.familles_exclues)


def vide(definition: Definition, *, etat: str, structurel: bool) -> bool:
    """Dit si un local entre dans le numérateur."""
    return etat in definition.vacants and (structurel or not definition.structurelle)


def niveau(taux: Decimal | None, echelle: Sequence[Niveau]) -> Niveau | None:
    """L'échelon d'un taux (0 à 1) ; None s'il n'y a pas de taux. Une borne appartient à l'échelon du dessus."""
    if taux is None:
        return None
    return next((echelon for echelon in echelle if echelon.maxi is None or taux < echelon.maxi), None)
