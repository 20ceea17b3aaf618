"""`tissu rappels` : envoie le résumé hebdomadaire des échéances. À lancer chaque matin par l'horloge du serveur."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tissu.programme.operations.rappels import envoyer_rappels


class Command(BaseCommand):
    help = "Envoie le résumé hebdomadaire des échéances à qui ne l'a pas reçu ; rien à dire, rien d'envoyé."

    def handle(self, *args: Any, **options: Any) -> None:
        comptes = envoyer_rappels(au=timezone.now())
        self.stdout.write(f"Résumés envoyés : {comptes['envoyes']}.")
        if comptes["manques"]:
            raise CommandError(
                f"{comptes['manques']} résumés ne sont pas partis : vérifiez le serveur de courriel, puis relancez la "
                "commande, elle n'enverra que ceux-là."
            )
