"""Le droit de la CDAC, lu de ses fichiers : les règles, et les seuils en vigueur un jour donné."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tissu.actions.observatoire_commerce.rules.cdac import Projet, Verdict, qualifier
from tissu.actions.observatoire_commerce.rules.droit_cdac import Droit, lire_droit
from tissu.socle.parametres import ParametreInconnu, parametre

FICHIER = Path(__file__).parents[1] / "regles_cdac.yaml"
DELAIS = ("cdac_delai_commission_mois", "cdac_delai_recours_mois", "cdac_delai_saisine_mois")


def reglage(nom: str, au: date) -> Any:
    """La valeur d'un paramètre de la fiche à une date."""
    return parametre(f"observatoire_commerce.{nom}", au=au)


@lru_cache(maxsize=1)
def droit() -> Droit:
    """Les règles, lues une fois."""
    return lire_droit(yaml.safe_load(FICHIER.read_text(encoding="utf-8")))


def seuils_au(jour: date) -> dict[str, Any]:
    """Les seuils et délais en vigueur ; un seuil plus récent que ce jour n'y est pas, ses règles non plus."""
    trouves = {}
    for nom in (*sorted(droit().seuils()), *DELAIS):
        try:
            trouves[nom] = reglage(nom, jour)
        except ParametreInconnu:
            continue
    return trouves


def qualifie(projet: Projet) -> Verdict:
    """Le verdict au droit en vigueur le jour de la demande."""
    return qualifier(projet, droit=droit(), seuils=seuils_au(projet.demande_le))
