"""Un exécutant de travaux pour les essais : un vrai processus, que l'on peut tuer.

- `preparer` crée les tables ;
- `lancer NOM N` met N travaux en file ;
- `mener NOM` en met un en file et l'exécute ;
- `travailler [SILENCE]` vide la file ; SILENCE : secondes sans battement avant une reprise.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from tissu.socle import travaux  # noqa: E402

CARNET = Path(settings.DONNEES) / "carnet.txt"


def noter(ligne: str) -> None:
    """Ajoute une ligne au carnet ; l'ajout d'une ligne courte est d'un seul tenant."""
    with CARNET.open("a", encoding="utf-8") as carnet:
        carnet.write(f"{ligne}\n")


@travaux.travail("essai.bref", libelle="Travail bref")
def bref(suivi: Any, *, numero: int) -> None:
    """Note son numéro et qui l'exécute."""
    noter(f"{numero} {os.getpid()}")
    time.sleep(0.02)


@travaux.travail("essai.long", libelle="Travail long")
def long(suivi: Any, *, numero: int) -> str:
    """S'endort la première fois, pour être tué ; finit la seconde."""
    suivi.avancer(0.5, "À moitié.")
    reprise = CARNET.exists()
    noter("début")
    if not reprise:
        time.sleep(60)
    return "fini"


class SansMigrations:
    """Les tables d'après les modèles, sans dépendre des migrations."""

    def __contains__(self, application: str) -> bool:
        return True

    def __getitem__(self, application: str) -> None:
        return None


def main(geste: str, *arguments: str) -> None:
    """Fait le geste demandé."""
    if geste == "preparer":
        settings.MIGRATION_MODULES = SansMigrations()
        call_command("migrate", run_syncdb=True, verbosity=0)
    elif geste == "lancer":
        nom, combien = arguments[0], int(arguments[1])
        for numero in range(combien):
            travaux.lancer(nom, numero=numero)
    elif geste == "mener":
        travaux.lancer(arguments[0], numero=0)
        call_command("travailleur", une_fois=True)
    else:
        if arguments:
            travaux.SILENCE_MAXIMAL = timedelta(seconds=float(arguments[0]))
        call_command("travailleur", une_fois=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
