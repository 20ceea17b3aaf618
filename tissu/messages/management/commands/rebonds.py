"""`tissu rebonds` : noter un avis de non-remise que le serveur de courriel passe sur l'entrée standard."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from tissu.messages.operations.rebonds import noter_rebond
from tissu.messages.rules.rebonds import RebondIllisible

AU_PLUS = 10 * 1024 * 1024
REVENIR_PLUS_TARD = 75
"""Le code de sortie qui dit au serveur de courriel de représenter l'avis (EX_TEMPFAIL de sysexits)."""


class Command(BaseCommand):
    help = "Lit un avis de non-remise (RFC 3464) sur l'entrée standard et note l'échec de l'adresse."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        octets = sys.stdin.buffer.read(AU_PLUS + 1)
        if len(octets) > AU_PLUS:
            raise CommandError("Cet avis dépasse 10 Mo : il n'est pas lu.")
        try:
            echec = noter_rebond(octets=octets, au=timezone.now())
        except RebondIllisible as refus:
            # Une réponse automatique, un pourriel : rien à noter, et rien à renvoyer à qui que ce soit.
            self.stderr.write(f"Avis ignoré : {refus}.")
            return
        except (OperationalError, InterfaceError) as erreur:
            raise CommandError(f"La base ne répond pas : {erreur}", returncode=REVENIR_PLUS_TARD) from erreur
        self.stdout.write("Échec noté." if echec else "Avis sans échec : rien à noter.")
