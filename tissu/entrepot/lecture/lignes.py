"""Retrouver le numéro, dans le fichier reçu, d'une ligne refusée : utile à qui doit la corriger."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections.abc import Iterator
from pathlib import Path

OCTETS_RELUS_MAX = 50 * 1024**2
"""Au-delà, relire le fichier pour numéroter ses lignes refusées coûterait plus que l'import lui-même."""

REFUS_NUMEROTES_MAX = 5_000

csv.field_size_limit(10 * 1024 * 1024)


def numeroter(refusees: list[dict], chemins: dict[str, Path], cle: tuple[str, ...]) -> None:
    """Complète sur place le numéro de ligne (1 = en-tête) des refus d'un CSV assez petit pour être relu."""
    for nom, chemin in chemins.items():
        sans_numero = [r for r in refusees if r["fichier"] == nom and r["ligne"] is None]
        if not sans_numero or len(sans_numero) > REFUS_NUMEROTES_MAX or chemin.stat().st_size > OCTETS_RELUS_MAX:
            continue
        _numeroter_fichier(sans_numero, chemin, cle)


def _numeroter_fichier(refusees: list[dict], chemin: Path, cle: tuple[str, ...]) -> None:
    attendues: dict[str, list[dict]] = {}
    for refusee in refusees:
        attendues.setdefault(refusee["brute"].get(cle[0], ""), []).append(refusee)
    restent = len(refusees)
    with _texte(chemin) as (colonnes, separateur, lignes):
        if cle[0] not in colonnes:
            return
        place = colonnes.index(cle[0])
        lecteur = csv.reader(lignes, delimiter=separateur)
        for valeurs in lecteur:
            candidates = attendues.get(valeurs[place]) if len(valeurs) > place else None
            if not candidates:
                continue
            ligne = dict(zip(colonnes, valeurs, strict=False))
            for refusee in candidates:
                if refusee["ligne"] is None and _meme(ligne, refusee["brute"]):
                    refusee["ligne"] = lecteur.line_num + 1
                    restent -= 1
                    break
            if not restent:
                return


def _meme(ligne: dict[str, str], brute: dict[str, str]) -> bool:
    """Les dates ont pu être remises en forme à la lecture : elles ne départagent pas."""
    return all(ligne.get(c, v)[:2000] == v for c, v in brute.items() if c in ligne and not c.startswith("date"))


class _texte:
    """Lignes d'un CSV nu, gzip ou zip, sans l'extraire ; l'en-tête est lu à part."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin

    def __enter__(self) -> tuple[list[str], str, Iterator[str]]:
        with self.chemin.open("rb") as source:
            magie = source.read(2)
        if magie == b"PK":
            self._archive = zipfile.ZipFile(self.chemin)
            membre = next(m for m in self._archive.infolist() if m.filename.lower().endswith((".csv", ".txt")))
            self._flux = self._archive.open(membre)
        elif magie == b"\x1f\x8b":
            self._flux = gzip.open(self.chemin, "rb")  # type: ignore[assignment]
        else:
            self._flux = self.chemin.open("rb")
        lignes = (ligne.decode("utf-8", "replace") for ligne in self._flux)
        entete = next(lignes, "").removeprefix("\ufeff").rstrip("\r\n")
        separateur = max(",;\t|", key=entete.count)
        return [c.strip() for c in next(csv.reader([entete], delimiter=separateur), [])], separateur, lignes

    def __exit__(self, *_exc) -> None:
        self._flux.close()
        archive = getattr(self, "_archive", None)
        if archive:
            archive.close()
