"""`tissu rappels` : dépose le résumé hebdomadaire des échéances. À lancer chaque matin par l'horloge du serveur."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tissu.programme.operations.rappels import envoyer_rappels


class Command(BaseCommand):
    help = "Dépose le résumé hebdomadaire des échéances pour qui ne l'a pas reçu ; rien à dire, rien d'écrit."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Résumés déposés : {envoyer_rappels(au=timezone.now())} ; le facteur les remet.")
