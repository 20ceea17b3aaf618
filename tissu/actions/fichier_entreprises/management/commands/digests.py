"""`tissu digests` : envoie les résumés de veille du jour. À lancer chaque matin par l'horloge du serveur."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.choices import Frequence
from tissu.socle.formats import pluriel


class Command(BaseCommand):
    help = "Envoie les résumés des veilles dont c'est le jour ; rien de neuf, rien d'envoyé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--frequence", choices=Frequence.values, help="force une fréquence, quel que soit le jour")

    def handle(self, *args: Any, **options: Any) -> None:
        frequences = [options["frequence"]] if options["frequence"] else None
        envoyes = operations.envoyer_digests(au=timezone.now(), frequences=frequences)
        self.stdout.write(f"{pluriel(envoyes, 'résumé')} envoyé{'s' if envoyes > 1 else ''}.")
