"""`tissu veilles_locaux` : envoie les résumés mensuels des veilles de locaux. À lancer chaque matin par l'horloge."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tissu.actions.observatoire_commerce.operations.veilles import envoyer_resumes


class Command(BaseCommand):
    help = "Envoie le résumé mensuel des veilles de locaux à qui ne l'a pas reçu ; rien à dire, rien d'envoyé."

    def handle(self, *args: Any, **options: Any) -> None:
        comptes = envoyer_resumes(au=timezone.now())
        self.stdout.write(f"Résumés envoyés : {comptes['envoyes']}.")
        if comptes["manques"]:
            raise CommandError(
                f"{comptes['manques']} résumés ne sont pas partis : vérifiez le serveur de courriel, puis relancez la "
                "commande, elle n'enverra que ceux-là."
            )
