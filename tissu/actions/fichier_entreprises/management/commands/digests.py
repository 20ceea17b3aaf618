"""`tissu digests` : dépose les résumés de veille du jour. À lancer chaque matin par l'horloge du serveur."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.choices import Frequence


class Command(BaseCommand):
    help = "Dépose les résumés des veilles dont c'est le jour ; rien de neuf, rien d'écrit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--frequence", choices=Frequence.values, help="force une fréquence, quel que soit le jour")

    def handle(self, *args: Any, **options: Any) -> None:
        frequences = [options["frequence"]] if options["frequence"] else None
        deposes = operations.envoyer_digests(au=timezone.now(), frequences=frequences)
        self.stdout.write(f"Résumés déposés : {deposes} ; le facteur les remet.")
