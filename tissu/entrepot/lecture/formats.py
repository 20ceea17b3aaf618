"""Ce qu'un fichier officiel doit contenir, et comment le reconnaître à son nom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tissu.entrepot.lecture.controles import Controle

EXTENSIONS = (".csv", ".csv.gz", ".zip", ".parquet", ".txt", ".gz")


@dataclass(frozen=True)
class Deduite:
    """Colonne absente qui se déduit d'une autre : `longueur` signes de `source` depuis `debut` (1 = premier)."""

    colonne: str
    source: str
    debut: int
    longueur: int


@dataclass(frozen=True)
class Format:
    """Un format officiel : ses colonnes, celles sans lesquelles il est inutilisable, et ses contrôles.

    `motif` est une expression régulière appliquée au nom du fichier, sans souci de la casse.
    `cle` désigne une ligne : deux lignes de même clé sont un doublon, la plus récente selon `recence` l'emporte.
    `largeurs` rend leurs zéros de tête aux codes qu'un fichier typé aurait changés en nombres.
    `noms` sont les colonnes de texte libre, où l'on compte les débuts de formule de tableur.
    """

    sorte: str
    motif: str
    colonnes: tuple[str, ...]
    obligatoires: tuple[str, ...]
    libelle: str = ""
    cle: tuple[str, ...] = ()
    recence: str | None = None
    controles: tuple[Controle, ...] = ()
    deduites: tuple[Deduite, ...] = ()
    largeurs: tuple[tuple[str, int], ...] = ()
    noms: tuple[str, ...] = ()
    vide_admis: bool = False

    @property
    def signature(self) -> str:
        """Empreinte du format : change dès qu'une colonne ou un contrôle change, et périme les étapes gardées."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def largeur(self, colonne: str) -> int | None:
        return dict(self.largeurs).get(colonne)


def reconnaitre(dossier: Path, formats: Iterable[Format]) -> dict[str, list[Path]]:
    """Fichiers du dossier rangés par sorte de format, dans l'ordre des noms ; les autres sont laissés de côté."""
    trouves: dict[str, list[Path]] = {}
    chemins = sorted(chemin for chemin in Path(dossier).iterdir() if chemin.is_file())
    for format_ in formats:
        motif = re.compile(format_.motif, re.IGNORECASE)
        retenus = [c for c in chemins if c.name.lower().endswith(EXTENSIONS) and motif.search(c.name)]
        if retenus:
            trouves[format_.sorte] = retenus
    return trouves
