"""`tissu bodacc importer FICHIER_OU_DOSSIER` : les annonces du registre du commerce."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tissu.entrepot.verrou import EcritureEnCours
from tissu.registre.operations.bodacc import importer_bodacc
from tissu.registre.sources.bodacc import BodaccIllisible
from tissu.socle.formats import nombre, pluriel


class Command(BaseCommand):
    help = "Ajoute des annonces du BODACC (JSON, CSV ou XML officiels)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="importer")
        importer = verbes.add_parser("importer", help="Lit un fichier, ou tous ceux d'un dossier.")
        importer.add_argument("chemin", type=Path, metavar="FICHIER_OU_DOSSIER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilan = importer_bodacc(chemin=options["chemin"], auteur=None)
        except (BodaccIllisible, EcritureEnCours) as refus:
            raise CommandError(f"{refus} Rien n'a été écrit.") from refus
        self.stdout.write(
            f"{pluriel(bilan.fichiers, 'fichier')}, {pluriel(bilan.lues, 'annonce lue', 'annonces lues')} : "
            f"{nombre(bilan.nouvelles)} nouvelles, {nombre(bilan.changees)} changées ; {nombre(bilan.total)} en tout."
        )
