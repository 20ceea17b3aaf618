"""`tissu facteur` : vide la boîte d'envoi, une boucle par opérateur."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.utils import timezone

from tissu.messages.canaux.reglages import OperateursMalDeclares
from tissu.messages.expedition.boucle import Boucle, boucles
from tissu.messages.operations.effacement import effacer
from tissu.messages.queries.liens import adresse_d_arret

HEURE_S = 3600.0
journal = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Remet les messages en attente aux opérateurs, jusqu'à l'arrêt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--une-fois", action="store_true", help="Vide la boîte d'envoi puis s'arrête.")
        parser.add_argument("--operateur", default="", help="Ne tient que la ligne de cet opérateur.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            toutes = boucles(lien=adresse_d_arret)
        except OperateursMalDeclares as erreur:
            raise CommandError(str(erreur)) from erreur
        choisies = [une for une in toutes if options["operateur"] in ("", une.operateur.nom)]
        if not choisies:
            noms = ", ".join(une.operateur.nom for une in toutes)
            raise CommandError(f"« {options['operateur']} » n'est pas un opérateur déclaré : {noms}.")
        self._ecouter_l_arret(choisies)
        fils = [
            threading.Thread(target=une.tourner, kwargs={"jusqu_a_vide": options["une_fois"]}, name=une.operateur.nom)
            for une in choisies
        ]
        for fil in fils:
            fil.start()
        fini = threading.Event()
        if not options["une_fois"]:
            threading.Thread(target=self._effacer_chaque_heure, args=(fini,), daemon=True).start()
        for fil in fils:
            fil.join()
        fini.set()

    def _effacer_chaque_heure(self, fini: threading.Event) -> None:
        while True:
            try:
                effacer(au=timezone.now())
            except DatabaseError:
                # La base est absente ou occupée : l'heure suivante recommencera.
                journal.warning("Effacement des messages échus manqué", exc_info=True)
            finally:
                connections.close_all()
            if fini.wait(HEURE_S):
                return

    def _ecouter_l_arret(self, choisies: list[Boucle]) -> None:
        def arreter(numero: int, cadre: FrameType | None) -> None:
            for une in choisies:
                une.arreter()

        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, arreter)
            signal.signal(signal.SIGINT, arreter)
