"""Reconnaître la même adresse écrite autrement : « AV JEAN JAURES », « avenue Jean-Jaurès »."""

import re
from functools import lru_cache
from math import cos, hypot, radians

from tissu.registre.recherche import normaliser

ABREVIATIONS = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "boul": "boulevard",
    "car": "carrefour", "ch": "chemin", "che": "chemin", "chem": "chemin", "crs": "cours", "esp": "esplanade",
    "fg": "faubourg", "fbg": "faubourg", "imp": "impasse", "lot": "lotissement", "pas": "passage", "pl": "place",
    "qu": "quai", "r": "rue", "rpt": "rond point", "rte": "route", "sq": "square", "zac": "zone d activite",
    "st": "saint", "ste": "sainte", "dr": "docteur", "gal": "general", "gl": "general", "mal": "marechal",
    "pdt": "president", "prof": "professeur",
}  # fmt: skip
SANS_NUMERO = frozenset({"", "0", "sn"})
METRES_PAR_DEGRE = 111_320


@lru_cache(maxsize=16_384)
def cle_voie(nom: str) -> str:
    """Le nom d'une voie sans accent, ni casse, ni abréviation."""
    return " ".join(ABREVIATIONS.get(mot, mot) for mot in normaliser(nom).split())


@lru_cache(maxsize=16_384)
def cle_numero(numero: str) -> str:
    """« 12 Bis » et « 12bis » se valent ; « 0 » n'est pas un numéro."""
    cle = normaliser(numero).replace(" bis", "bis").replace(" ter", "ter").replace(" ", "-")
    if cle and cle[-1].isalpha() and cle[:-2].isdigit() and cle[-2] == "-":
        cle = cle[:-2] + cle[-1]
    return "" if cle in SANS_NUMERO else cle


@lru_cache(maxsize=16_384)
def rang_du_numero(numero: str) -> int | None:
    """Le nombre qui ouvre un numéro : 12 pour « 12 bis » comme pour « 12-14 »."""
    trouve = re.match(r"\d{1,5}", numero)
    return int(trouve[0]) if trouve else None


def metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """La distance de deux points proches, au mètre près."""
    return hypot((lon1 - lon2) * cos(radians((lat1 + lat2) / 2)), lat1 - lat2) * METRES_PAR_DEGRE
