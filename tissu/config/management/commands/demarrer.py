"""`tissu demarrer` : le serveur web, l'exécutant des travaux et le facteur, ensemble, jusqu'à Ctrl+C."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tissu.config.telephones import Telephones, telephones_de_demonstration

FILS = 8


class Command(BaseCommand):
    help = "Démarre le serveur web, l'exécutant des travaux de fond et le facteur des messages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hote", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        ici = f"{options['hote']}:{options['port']}"
        environnement = {**os.environ, "TISSU_ADRESSE": os.environ.get("TISSU_ADRESSE", f"http://{ici}")}
        commandes = [
            # Un processus, plusieurs fils : DuckDB rend la main pendant ses calculs, le cache est commun.
            [sys.executable, "-m", "gunicorn", "tissu.config.wsgi", "--bind", ici, "--threads", str(FILS),
             "--workers", "1", "--timeout", "120", "--log-level", "warning"],
            [sys.executable, "-m", "tissu", "travailleur"],
            [sys.executable, "-m", "tissu", "facteur"],
        ]  # fmt: skip
        telephones = self._telephones()
        if telephones is not None:
            environnement |= telephones.environnement
            commandes.append(telephones.commande)
        processus = [subprocess.Popen(commande, env=environnement) for commande in commandes]  # noqa: S603
        aussi = f"  Les téléphones de la démonstration : {telephones.adresse}\n" if telephones else ""
        self.stdout.write(self.style.SUCCESS(f"\n  tissu est ouvert : http://{ici}/\n{aussi}  Ctrl+C pour arrêter.\n"))
        self._veiller(processus)

    def _telephones(self) -> Telephones | None:
        """L'opérateur fictif, en démonstration seulement et si l'exploitation n'en déclare pas."""
        if settings.MODE != "demo" or os.environ.get("TISSU_OPERATEURS_SMS"):
            return None
        return telephones_de_demonstration(settings.DONNEES)

    def _veiller(self, processus: list[subprocess.Popen[bytes]]) -> None:
        """Attend la fin de l'un ou un signal, puis arrête tout."""

        def arreter(numero: int, cadre: FrameType | None) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, arreter)
        try:
            while all(un.poll() is None for un in processus):
                time.sleep(0.5)
            self.stderr.write("Un des processus s'est arrêté : tout s'arrête. Son message est plus haut.")
        except KeyboardInterrupt:
            self.stdout.write("Arrêt…")
        for un in processus:
            un.terminate()
        for un in processus:
            un.wait(timeout=30)
