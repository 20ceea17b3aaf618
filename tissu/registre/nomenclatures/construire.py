"""Pose la NAF rév. 2 et ses agrégats A5 à A138, lus du paquet `pynsee` de l'Insee, sans réseau.

`python -m tissu.registre.nomenclatures.construire`, appelé à l'installation, écrit `naf_insee.json` à côté de ce
fichier. Ce fichier n'est pas versionné : ce sont les données de l'Insee, pas les nôtres.
"""

import importlib.util
import io
import json
import logging
import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tissu.registre.nomenclatures.colonnes import AGREGATS, FICHIER

NIVEAUX_NAF = ("NAF1", "NAF2", "NAF3", "NAF4", "NAF5")


def lire_pynsee() -> dict[str, Any]:
    """La nomenclature complète : `libelles` par code, `agregats` par niveau, `sections` par division, `table`."""
    with _ressources_de_pynsee():
        from pynsee.metadata import get_activity_list

        logging.getLogger("pynsee").setLevel(logging.ERROR)
        par_niveau = {niveau: get_activity_list(niveau) for niveau in (*NIVEAUX_NAF, *(a.upper() for a in AGREGATS))}
    libelles: dict[str, str] = {}
    for niveau in NIVEAUX_NAF:
        cadre = par_niveau[niveau]
        libelles |= _libelles(cadre[niveau], cadre[f"TITLE_{niveau}_FR"])
    agregats = {
        niveau: _libelles(cadre[niveau.upper()], cadre[f"TITLE_{niveau.upper()}_FR"])
        for niveau, cadre in ((a, par_niveau[a.upper()]) for a in AGREGATS)
    }
    classes = par_niveau["NAF5"]
    vers_a138 = _a138_sans_ambiguite(par_niveau["A138"])
    table = [
        [
            ligne.NAF5,
            ligne.A21,
            ligne.A88,
            *(getattr(ligne, a.upper()).strip() for a in AGREGATS[:-1]),
            vers_a138.get(ligne.A129.strip()),
        ]
        for ligne in classes.itertuples(index=False)
    ]
    return {
        "version": "NAF rév. 2 (2008)",
        "source": "Insee, paquet pynsee",
        "sections": {ligne[2]: ligne[1] for ligne in table},
        "libelles": libelles,
        "agregats": agregats,
        "table": table,
    }


def _libelles(codes: Any, textes: Any) -> dict[str, str]:
    return {str(code).strip(): _nettoyer(str(texte)) for code, texte in zip(codes, textes, strict=True)}


def _nettoyer(texte: str) -> str:
    """Les fichiers du paquet ont des espaces doubles, l'apostrophe de Windows lue comme un caractère de commande,
    et des majuscules initiales sans leur accent."""
    propre = re.sub(r"\s+", " ", texte.replace("\x92", "'").replace("\x9c", "œ").replace("’", "'")).strip()
    propre = re.sub(r"\bm2(et)?", lambda m: "m² et" if m[1] else "m²", propre)
    propre = re.sub(r"^E(?=dition|valuation|laboration)", "É", propre)
    # Les sections sont écrites en capitales : une phrase ordinaire se lit mieux, et c'est l'usage des écrans.
    return propre[:1] + propre[1:].lower() if propre.isupper() else propre


def _a138_sans_ambiguite(cadre: Any) -> dict[str, str]:
    """A129 → A138, sauf là où l'A138 sépare marchand et non marchand : le code NAF ne le dit pas."""
    trouves: dict[str, set[str]] = {}
    for a129, a138 in zip(cadre["A129"], cadre["A138"], strict=True):
        trouves.setdefault(str(a129).strip(), set()).add(str(a138).strip())
    return {a129: next(iter(codes)) for a129, codes in trouves.items() if len(codes) == 1}


@contextmanager
def _ressources_de_pynsee() -> Iterator[None]:
    """Donne à pynsee le `pkg_resources` qu'il cherche sous Python 3.11 et que setuptools ne fournit plus."""
    if "pkg_resources" in sys.modules:
        yield
        return
    cherche = importlib.util.find_spec("pynsee.metadata")
    if cherche is None or not cherche.submodule_search_locations:
        raise RuntimeError("Le paquet pynsee manque : refaites « make installe ».")
    racine = Path(cherche.submodule_search_locations[0])
    module = types.ModuleType("pkg_resources")
    module.resource_stream = lambda nom, chemin: io.BytesIO((racine / chemin).read_bytes())  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = module
    try:
        yield
    finally:
        del sys.modules["pkg_resources"]


def main() -> None:
    """Écrit `naf_insee.json`, d'un seul geste."""
    contenu = json.dumps(lire_pynsee(), ensure_ascii=False, separators=(",", ":"))
    provisoire = FICHIER.with_suffix(".tmp")
    provisoire.write_text(contenu, encoding="utf-8")
    provisoire.replace(FICHIER)
    sys.stdout.write("NAF rév. 2 et ses agrégats A5 à A138 : posés.\n")


if __name__ == "__main__":
    main()
