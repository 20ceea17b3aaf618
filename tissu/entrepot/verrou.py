"""Un seul écrivain à la fois par dossier de données. Le noyau lâche le verrou d'un processus tué."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from tissu.entrepot.emplacements import dossier_registre


class EcritureEnCours(Exception):
    """Un autre processus écrit déjà dans ce dossier de données."""

    def __init__(self) -> None:
        super().__init__(
            "Un autre import est en cours dans ce dossier de données. Attendez qu'il finisse, puis recommencez."
        )


@contextmanager
def ecriture() -> Iterator[None]:
    """Tient le verrou d'écriture du registre.

    :raises EcritureEnCours: il est déjà tenu.
    """
    racine = dossier_registre()
    racine.mkdir(parents=True, exist_ok=True)
    with (racine / "verrou").open("w") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as erreur:
            raise EcritureEnCours from erreur
        yield
