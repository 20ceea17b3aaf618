"""`tissu travailleur` : exécute les travaux de fond, et reprend ceux qu'un exécutant tué a laissés."""

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connections
from django.utils import timezone

from tissu.socle.travaux import SILENCE_MAXIMAL, reprendre_abandonnes

journal = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Exécute les travaux de fond jusqu'à l'arrêt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--une-fois", action="store_true", help="Vide la file puis s'arrête.")

    def handle(self, *args: Any, **options: Any) -> None:
        reprendre_abandonnes(au=timezone.now())
        if not options["une_fois"]:
            threading.Thread(target=self._surveiller, daemon=True).start()
        call_command("db_worker", batch=options["une_fois"], interval=0.5, reload=False, startup_delay=False)

    def _surveiller(self) -> None:
        attente = threading.Event()
        while not attente.wait(SILENCE_MAXIMAL.total_seconds() / 2):
            try:
                reprendre_abandonnes(au=timezone.now())
            except DatabaseError:
                # Une base occupée : la ronde suivante recommencera.
                journal.warning("Ronde des travaux abandonnés manquée", exc_info=True)
            finally:
                connections.close_all()
