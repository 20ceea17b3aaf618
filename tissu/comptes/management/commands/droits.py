"""`tissu droits` : le tableau des rôles et des écrans, lu du code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tissu.comptes.publications import tableau_en_markdown


class Command(BaseCommand):
    help = "Affiche le tableau des droits, ou l'écrit dans docs/droits.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ecrire", action="store_true", help="Écrit docs/droits.md.")

    def handle(self, *args: Any, **options: Any) -> None:
        texte = tableau_en_markdown()
        if options["ecrire"]:
            fichier = Path(settings.RACINE) / "docs" / "droits.md"
            fichier.parent.mkdir(exist_ok=True)
            fichier.write_text(texte, encoding="utf-8")
            self.stdout.write("docs/droits.md est à jour.")
        else:
            self.stdout.write(texte)
