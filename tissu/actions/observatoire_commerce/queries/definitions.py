"""Les définitions de la vacance et l'échelle d'usage, lues de leurs fichiers."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import yaml

from tissu.actions.observatoire_commerce.rules.vacance import Definition, Niveau, lire_definitions
from tissu.socle.parametres import parametre

FICHIER = Path(__file__).parents[1] / "definitions.yaml"


@lru_cache(maxsize=1)
def definitions() -> dict[str, Definition]:
    """Les définitions, par code ; la première est celle des publications de l'observatoire."""
    return lire_definitions(yaml.safe_load(FICHIER.read_text(encoding="utf-8")))


def definition(code: str = "") -> Definition:
    """La définition de ce code ; celle de l'observatoire si le code est vide ou inconnu."""
    toutes = definitions()
    return toutes.get(code) or next(iter(toutes.values()))


def echelle(au: date) -> tuple[Niveau, ...]:
    """L'échelle d'usage en vigueur ce jour."""
    return tuple(
        Niveau(brut["code"], brut["libelle"], Decimal(brut["maxi"]) if "maxi" in brut else None)
        for brut in parametre("observatoire_commerce.vacance_echelle", au=au)
    )
