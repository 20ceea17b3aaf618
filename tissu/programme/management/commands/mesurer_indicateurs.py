"""`tissu mesurer_indicateurs` : calcule tous les critères que les actions déclarent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tissu.programme.operations.mesures import mesurer
from tissu.socle.formats import pluriel
from tissu.socle.travaux import SansSuivi


class Command(BaseCommand):
    help = "Calcule les indicateurs du partenariat. Code de sortie : 0 réussi, 1 si un indicateur a échoué."

    def handle(self, *args: Any, **options: Any) -> None:
        bilan = mesurer(au=timezone.now(), suivi=SansSuivi())
        self.stdout.write(
            f"{pluriel(bilan['nouvelles'], 'nouvelle valeur', 'nouvelles valeurs')}, "
            f"{pluriel(bilan['inchangees'], 'inchangée')}."
        )
        if bilan["erreurs"]:
            echecs = "\n".join(f"{e['indicateur']}, {e['periode']} : {e['message']}" for e in bilan["erreurs"])
            raise CommandError(f"Ces indicateurs n'ont pas pu être calculés :\n{echecs}")
