"""Des mots d'un fichier à la typologie : rubrique et secteur, tels qu'une ville les écrit."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tissu.locaux.nomenclatures.typologie import familles
from tissu.registre.recherche import normaliser


@lru_cache(maxsize=1)
def correspondances_connues() -> dict[str, dict[str, Any]]:
    """Les correspondances livrées avec le produit, par nom : `{"colonnes": …, "activites": …, "code_commune": …}`.

    `activites` va d'un libellé (« secteur », « rubrique | secteur » ou « rubrique | ») à une activité.
    """
    connues = {}
    for fichier in sorted((Path(__file__).parent / "correspondances").glob("*.yaml")):
        brute = yaml.safe_load(fichier.read_text(encoding="utf-8"))
        connues[brute["nom"]] = {
            "colonnes": brute["colonnes"], "activites": _activites(brute), "code_commune": brute["code_commune"],
        }  # fmt: skip
    return connues


def _activites(brute: Mapping[str, Any]) -> dict[str, str]:
    table = {libelle: activite for activite, libelles in brute["secteurs"].items() for libelle in libelles}
    table |= {f"{rubrique} |": familles()[famille].residuelle.code for rubrique, famille in brute["rubriques"].items()}
    table |= brute["precisions"]
    return table | dict.fromkeys(brute["inconnus"], "")


def activite_du_libelle(table: Mapping[str, str], rubrique: str, secteur: str) -> str:
    """L'activité que disent une rubrique et un secteur ; vide si la table ne connaît ni l'une ni l'autre.

    Sans accents ni casse. Le couple l'emporte sur le secteur, le secteur sur la rubrique ; un secteur que la table
    dit inconnu laisse parler la rubrique.
    """
    normalisee = _normalisee(tuple(sorted(table.items())))
    cles = (f"{rubrique} | {secteur}", secteur, f"{rubrique} |")
    return next((normalisee[cle] for cle in map(_cle, cles) if normalisee.get(cle)), "")


@lru_cache(maxsize=16)
def _normalisee(table: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_cle(libelle): activite for libelle, activite in table}


@lru_cache(maxsize=8192)
def _cle(libelle: str) -> str:
    return " | ".join(normaliser(morceau) for morceau in libelle.split("|"))
