"""Un classeur reçu est une archive : compter ce qu'elle contient avant de la lire en mémoire."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

OCTETS_MAX = 200 * 1024**2
"""Un classeur de 300 000 lignes en déplie la moitié."""

BLOC = 1024**2


class ClasseurDemesure(ValueError):
    """Ce que l'archive déplie ne tient pas dans la mémoire d'un serveur."""

    def __init__(self) -> None:
        super().__init__(f"ce classeur déplie plus de {OCTETS_MAX // 1024**2} Mo : enregistrez-le en CSV.")


def refuser_demesure(source: Path | BinaryIO, *, octets_max: int = OCTETS_MAX) -> None:
    """Déplie sans rien garder, et lève `ClasseurDemesure` au-delà. Une archive illisible est laissée au lecteur.

    La taille annoncée dans l'archive ne se croit pas : celle qu'on déplie seule compte.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            reste = octets_max
            for fiche in archive.infolist():
                # Assez au-delà du reste pour que la limite se voie avant la fin, où l'archive vérifie sa somme.
                fiche.file_size = reste + 2 * BLOC
                with archive.open(fiche) as contenu:
                    while bloc := contenu.read(BLOC):
                        reste -= len(bloc)
                        if reste < 0:
                            raise ClasseurDemesure
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return
