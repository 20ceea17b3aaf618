"""Où les nomenclatures sont rangées, et la lecture de celle qui vaut : fichier officiel, pynsee, table minimale."""

import json
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tissu.entrepot.emplacements import dossier_donnees
from tissu.registre.nomenclatures.colonnes import AGREGATS, FICHIER

SORTES = {
    "naf_rev2": "NAF rév. 2",
    "naf_2025": "NAF 2025",
    "categories_juridiques": "catégories juridiques",
    "tranches_effectifs": "tranches d'effectif",
    "pays": "pays",
}
DUREE_DE_GARDE_S = 2.0
"""Un libellé se demande des milliers de fois par page : le dossier n'est regardé que toutes les deux secondes."""


@dataclass(frozen=True)
class Nomenclature:
    """Une version d'une nomenclature. `sections` va de la division à la section (NAF seulement)."""

    sorte: str
    version: str
    libelles: dict[str, str]
    sections: dict[str, str] = field(default_factory=dict)
    origine: str = "table minimale de tissu"
    importe_le: str = ""


def dossier_nomenclatures() -> Path:
    """Le dossier des fichiers officiels importés."""
    return dossier_donnees() / "nomenclatures"


def ranger(nomenclature: Nomenclature, *, empreinte: str) -> None:
    """Écrit une nomenclature importée, d'un seul geste : une lecture voit l'ancienne ou la nouvelle."""
    dossier = dossier_nomenclatures()
    dossier.mkdir(parents=True, exist_ok=True)
    contenu = {**nomenclature.__dict__, "empreinte": empreinte}
    provisoire = dossier / f"{nomenclature.sorte}.tmp"
    provisoire.write_text(json.dumps(contenu, ensure_ascii=False), encoding="utf-8")
    provisoire.replace(dossier / f"{nomenclature.sorte}.json")
    _garde.clear()


_garde: dict[str, tuple[float, Nomenclature | None]] = {}


def importee(sorte: str) -> Nomenclature | None:
    """La nomenclature officielle importée, ou None."""
    maintenant = time.monotonic()
    garde = _garde.get(sorte)
    if garde is None or maintenant - garde[0] > DUREE_DE_GARDE_S:
        garde = (maintenant, _lire_importee(sorte))
        _garde[sorte] = garde
    return garde[1]


def _lire_importee(sorte: str) -> Nomenclature | None:
    fichier = dossier_nomenclatures() / f"{sorte}.json"
    try:
        marque = fichier.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _lire(fichier, marque)


@lru_cache(maxsize=16)
def _lire(fichier: Path, marque: int) -> Nomenclature:
    brut = json.loads(fichier.read_text(encoding="utf-8"))
    brut.pop("empreinte", None)
    return Nomenclature(**brut)


@lru_cache(maxsize=1)
def insee() -> dict[str, Any] | None:
    """La NAF rév. 2 de pynsee : le fichier posé à l'installation, sinon lue du paquet, sinon None."""
    if FICHIER.is_file():
        return json.loads(FICHIER.read_text(encoding="utf-8"))
    try:
        from tissu.registre.nomenclatures.construire import lire_pynsee

        return lire_pynsee()
    # Le paquet peut manquer, ou avoir changé : la table minimale suffit alors à ne rien laisser vide.
    except (ImportError, RuntimeError, OSError, KeyError, AttributeError, ValueError):
        return None


@lru_cache(maxsize=1)
def minimale() -> dict[str, Any]:
    """La petite table rédigée par nous."""
    texte = Path(__file__).with_name("minimal.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(texte)


def agregats_de_division(division: str) -> dict[str, str | None]:
    """Les agrégats A5 à A88 d'une division, de notre table ; A129 et A138 demandent le détail de l'Insee."""
    section, a64, _ = minimale()["divisions"][division]
    a38 = a64[:2]
    a17 = _A17.get(a38, a38)
    a10 = _A10.get(a17, "BE" if section in "BCDE" else a17)
    a5 = "GU" if a10 in {"GI", "JZ", "KZ", "LZ", "MN", "RU"} else a10
    return dict(zip(AGREGATS, (a5, a10, a17, a38, a64, division, None, None), strict=True))


_A17 = {
    **dict.fromkeys(("BZ", "DZ", "EZ"), "DE"),
    "CA": "C1",
    "CD": "C2",
    **dict.fromkeys(("CI", "CJ", "CK"), "C3"),
    "CL": "C4",
    **dict.fromkeys(("CB", "CC", "CE", "CF", "CG", "CH", "CM"), "C5"),
    **dict.fromkeys(("JA", "JB", "JC"), "JZ"),
    **dict.fromkeys(("MA", "MB", "MC", "NZ"), "MN"),
    **dict.fromkeys(("OZ", "PZ", "QA", "QB"), "OQ"),
    **dict.fromkeys(("RZ", "SZ", "TZ", "UZ"), "RU"),
}
_A10 = {"GZ": "GI", "HZ": "GI", "IZ": "GI"}
