"""`tissu alertes expirer` : effacer les textes des alertes anciennes. Aucune commande n'en écrit ni n'en envoie."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tissu.actions.alerte_commerce.operations.alertes import expirer
from tissu.socle.formats import pluriel


class Command(BaseCommand):
    help = "Efface les textes et les lieux des alertes de plus de trente jours ; les chiffres restent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verbe", choices=["expirer"])

    def handle(self, *args: Any, **options: Any) -> None:
        combien = expirer(au=timezone.now())
        self.stdout.write(f"{pluriel(combien, 'alerte réduite à ses chiffres', 'alertes réduites à leurs chiffres')}.")
