"""`tissu verifier` : l'état des données et de la configuration ; sort par 1 s'il y a un problème."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tissu.registre.queries.etat import ATTENTION, BON, PROBLEME, verifier
from tissu.socle.formats import pluriel

SIGNES = {BON: "  ok     ", ATTENTION: "  à voir ", PROBLEME: "  PANNE  "}


class Command(BaseCommand):
    help = "Dit l'état des données et de la configuration."
    # Les vérifications de Django font partie du rapport : elles ne doivent pas l'empêcher.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=("texte", "json"), default="texte")

    def handle(self, *args: Any, **options: Any) -> None:
        controles = verifier(au=timezone.now())
        problemes = sum(controle.etat == PROBLEME for controle in controles)
        if options["format"] == "json":
            contenu = {"bon": not problemes, "controles": [asdict(controle) for controle in controles]}
            self.stdout.write(json.dumps(contenu, ensure_ascii=False, indent=1))
        else:
            for controle in controles:
                self.stdout.write(f"{SIGNES[controle.etat]}{controle.sujet} : {controle.message}")
            fin = pluriel(problemes, "problème") if problemes else "Rien n'empêche de travailler"
            self.stdout.write(f"\n{fin}.")
        if problemes:
            sys.exit(1)
