"""Où va le résultat d'une commande : un fichier, ou la sortie standard."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tissu.actions.fichier_entreprises.queries.cadre import MoisHorsDesDonnees
from tissu.entrepot.instantane import RegistreAbsent
from tissu.socle.periodes import PeriodeInvalide

TEXTES = {"json", "csv"}

RAISONS = {
    errno.ENOENT: "le dossier n'existe pas",
    errno.ENOTDIR: "le chemin passe par un fichier",
    errno.EISDIR: "c'est un dossier",
    errno.EACCES: "vous n'avez pas le droit d'y écrire",
    errno.EPERM: "vous n'avez pas le droit d'y écrire",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
}

CODE_DEMANDE = 2
CODE_REGISTRE_ABSENT = 3
CODE_HORS_DES_DONNEES = 4
CODE_SORTIE = 5
CODES = (
    "Codes de sortie : 0 réussi, 2 demande mal écrite, 3 registre absent, 4 période hors des données, "
    "5 sortie impossible à écrire."
)


def ajouter_options(parser: CommandParser) -> None:
    """Le format et la destination, communs aux commandes qui publient."""
    parser.add_argument("--format", choices=["json", "csv", "xlsx", "pdf"], default="json")
    parser.add_argument("--sortie", metavar="FICHIER", help="fichier à écrire (sinon : sortie standard)")


@contextmanager
def refus_dits() -> Iterator[None]:
    """Chaque refus attendu devient une phrase et un code de sortie."""
    try:
        yield
    except PeriodeInvalide as erreur:
        raise CommandError(str(erreur), returncode=CODE_DEMANDE) from erreur
    except RegistreAbsent as erreur:
        raise CommandError(str(erreur), returncode=CODE_REGISTRE_ABSENT) from erreur
    except MoisHorsDesDonnees as erreur:
        raise CommandError(str(erreur), returncode=CODE_HORS_DES_DONNEES) from erreur


def ecrire(octets: bytes, *, format_: str, sortie: str | None, stdout: Any) -> None:
    """Écrit le résultat dans `sortie`, ou sur la sortie standard. Lève `CommandError` si c'est impossible."""
    if sortie:
        try:
            Path(sortie).write_bytes(octets)
        except OSError as erreur:
            raise CommandError(
                f"Impossible d'écrire « {sortie} » : {RAISONS.get(erreur.errno or 0, 'le système refuse')}. "
                "Donnez un autre fichier à --sortie.",
                returncode=CODE_SORTIE,
            ) from erreur
        return
    if format_ in TEXTES:
        stdout.write(octets.decode("utf-8-sig"), ending="")
        return
    if sys.stdout.isatty():
        raise CommandError(
            f"Le format {format_} ne s'affiche pas dans un terminal : ajoutez --sortie FICHIER.",
            returncode=CODE_DEMANDE,
        )
    sys.stdout.buffer.write(octets)
