"""Les deux niveaux de la typologie, lus une fois de `typologie.yaml`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from tissu.registre.nomenclatures import NAF_2025, NAF_REV2, normaliser_naf

NON_COMMERCIAL = "non_commercial"
"""La famille qui n'est pas du commerce : elle compte parmi les locaux, pas au numérateur de la commercialité."""


@dataclass(frozen=True)
class Activite:
    code: str
    libelle: str
    famille: str
    residuelle: bool = False


@dataclass(frozen=True)
class Famille:
    code: str
    libelle: str
    activites: tuple[Activite, ...]

    @property
    def residuelle(self) -> Activite:
        """L'activité d'un local dont on ne sait que la famille."""
        return next(une for une in self.activites if une.residuelle)


@lru_cache(maxsize=1)
def _contenu() -> list[dict]:
    return yaml.safe_load((Path(__file__).parent / "typologie.yaml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def familles() -> dict[str, Famille]:
    """Les familles par code, dans l'ordre de la typologie."""
    return {
        brute["code"]: Famille(
            brute["code"],
            brute["libelle"],
            tuple(
                Activite(une["code"], une["libelle"], brute["code"], une.get("residuelle", False))
                for une in brute["activites"]
            ),
        )
        for brute in _contenu()
    }


@lru_cache(maxsize=1)
def activites() -> dict[str, Activite]:
    """Les activités par code, dans l'ordre de la typologie."""
    return {une.code: une for famille in familles().values() for une in famille.activites}


def activite(code: str) -> Activite | None:
    return activites().get(code)


def famille_de(code: str) -> str:
    """Le code de la famille d'une activité ; vide si elle n'est pas dans la typologie."""
    trouvee = activites().get(code)
    return trouvee.famille if trouvee else ""


def libelle_activite(code: str) -> str:
    """« Boulangerie, pâtisserie » ; le code lui-même s'il n'est plus de la typologie ; vide pour rien."""
    trouvee = activites().get(code)
    return trouvee.libelle if trouvee else code


def libelle_famille(code: str) -> str:
    trouvee = familles().get(code)
    return trouvee.libelle if trouvee else code


def choix_d_activite() -> list[tuple[str, list[tuple[str, str]]]]:
    """Les activités groupées par famille, pour une liste de choix."""
    return [
        (famille.libelle, [(une.code, une.libelle) for une in famille.activites]) for famille in familles().values()
    ]


@lru_cache(maxsize=1)
def _debuts() -> dict[str, dict[str, str]]:
    """Par nomenclature, début de code → activité. La première activité qui dit un début le garde."""
    tables: dict[str, dict[str, str]] = {NAF_REV2: {}, NAF_2025: {}}
    for famille in _contenu():
        for une in famille["activites"]:
            for champ, version in (("naf", NAF_REV2), ("naf25", NAF_2025)):
                for debut in une.get(champ, ()):
                    tables[version].setdefault(debut, une["code"])
    return tables


@lru_cache(maxsize=4096)
def activite_de_naf(code: str, nomenclature: str = NAF_REV2) -> str:
    """L'activité qu'un code NAF laisse supposer ; vide s'il n'en laisse supposer aucune ou si sa version est autre."""
    debuts = _debuts().get(nomenclature, {})
    normalise = normaliser_naf(code)
    for longueur in range(len(normalise), 1, -1):
        trouvee = debuts.get(normalise[:longueur])
        if trouvee:
            return trouvee
    return ""
