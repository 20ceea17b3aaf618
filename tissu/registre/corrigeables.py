"""Ce qu'une correction locale peut dire, champ par champ : son nom à l'écran et ce qui rend une valeur recevable."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tissu.registre.nomenclatures import NAF_2025, code_connu, normaliser_naf
from tissu.registre.rules import TRANCHES

SIGNALEMENT = "signalement"
"""Note que l'établissement paraît fermé : elle se lit sur sa page, sans toucher à l'état que donne Sirene."""

ADRESSE = ("complement", "numero", "indice", "type_voie", "libelle_voie", "code_postal")
POSITION = ("lon", "lat")
LONGUEUR_MAX = 300


class ValeurRefusee(ValueError):
    """La valeur ne peut pas être retenue ; le message dit pourquoi."""


@dataclass(frozen=True)
class Champ:
    """Un champ corrigeable. `lire` rend la valeur à garder ou lève `ValeurRefusee`."""

    libelle: str
    lire: Callable[[str], str]


def _texte(valeur: str) -> str:
    return re.sub(r"\s+", " ", valeur).strip()


def _naf(valeur: str) -> str:
    code = normaliser_naf(valeur)
    if not code_connu(code):
        raise ValeurRefusee(f"« {valeur} » n'est pas un code de la NAF rév. 2 (exemple : 62.01Z).")
    return code


def _naf25(valeur: str) -> str:
    code = normaliser_naf(valeur)
    if not code_connu(code, NAF_2025):
        raise ValeurRefusee(f"« {valeur} » n'est pas un code de la NAF 2025.")
    return code


def _tranche(valeur: str) -> str:
    if valeur not in TRANCHES:
        raise ValeurRefusee(f"« {valeur} » n'est pas une tranche d'effectif.")
    return valeur


def _annee(valeur: str) -> str:
    if not re.fullmatch(r"(19|20)\d\d", valeur):
        raise ValeurRefusee(f"« {valeur} » n'est pas une année.")
    return valeur


def _employeur(valeur: str) -> str:
    if valeur not in {"O", "N"}:
        raise ValeurRefusee("Répondez O (employeur) ou N (non employeur).")
    return valeur


def _code_postal(valeur: str) -> str:
    if not re.fullmatch(r"\d{5}", valeur):
        raise ValeurRefusee(f"« {valeur} » n'est pas un code postal de cinq chiffres.")
    return valeur


def _degres(borne: float) -> Callable[[str], str]:
    def lire(valeur: str) -> str:
        try:
            nombre = float(valeur.replace(",", "."))
        except ValueError as erreur:
            raise ValeurRefusee(f"« {valeur} » n'est pas un nombre de degrés (exemple : 5.04148).") from erreur
        if not -borne <= nombre <= borne:
            raise ValeurRefusee(f"{valeur} degrés : la valeur doit être entre −{borne:.0f} et {borne:.0f}.")
        return f"{nombre:.6f}"

    return lire


CHAMPS: Mapping[str, Champ] = {
    "enseigne": Champ("Enseigne", _texte),
    "denomination_usuelle": Champ("Dénomination usuelle", _texte),
    "naf": Champ("Activité (NAF rév. 2)", _naf),
    "naf25": Champ("Activité (NAF 2025)", _naf25),
    "tranche_effectif": Champ("Tranche d'effectif", _tranche),
    "annee_effectif": Champ("Année de l'effectif", _annee),
    "employeur": Champ("Employeur", _employeur),
    "complement": Champ("Complément d'adresse", _texte),
    "numero": Champ("Numéro", _texte),
    "indice": Champ("Indice de répétition", _texte),
    "type_voie": Champ("Type de voie", _texte),
    "libelle_voie": Champ("Voie", _texte),
    "code_postal": Champ("Code postal", _code_postal),
    "lon": Champ("Longitude", _degres(180)),
    "lat": Champ("Latitude", _degres(90)),
    SIGNALEMENT: Champ("Signalé fermé", _texte),
}


def lire_valeur(champ: str, valeur: str) -> str:
    """La valeur recevable d'un champ ; vide efface ce que dit la source. Lève `ValeurRefusee`."""
    if champ not in CHAMPS:
        raise ValeurRefusee(f"Le champ « {champ} » ne se corrige pas.")
    if not valeur.strip():
        return ""
    if len(valeur) > LONGUEUR_MAX:
        raise ValeurRefusee(f"{CHAMPS[champ].libelle} : {LONGUEUR_MAX} signes au plus.")
    return CHAMPS[champ].lire(valeur.strip())


def adresse_en_ligne(ligne: Mapping[str, Any]) -> str:
    """L'adresse sur une ligne, comme la composition l'écrit."""
    return _joindre(ligne.get(nom) for nom in (*ADRESSE, "commune"))


def _joindre(morceaux: Iterable[Any]) -> str:
    return " ".join(str(morceau) for morceau in morceaux if morceau)
