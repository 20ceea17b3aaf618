"""`tissu veilles_locaux` : dépose les résumés mensuels des veilles de locaux. À lancer chaque matin par l'horloge."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tissu.actions.observatoire_commerce.operations.veilles import envoyer_resumes


class Command(BaseCommand):
    help = "Dépose le résumé mensuel des veilles de locaux pour qui ne l'a pas reçu ; rien à dire, rien d'écrit."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Résumés déposés : {envoyer_resumes(au=timezone.now())} ; le facteur les remet.")
