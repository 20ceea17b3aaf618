"""`tissu nomenclatures importer DOSSIER_OU_FICHIER` : les nomenclatures officielles de l'Insee."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tissu.registre.nomenclatures.officiels import NomenclatureIllisible, importer
from tissu.socle.formats import nombre


class Command(BaseCommand):
    help = "Importe les fichiers officiels de nomenclatures (NAF, catégories juridiques, tranches, pays)."

    def add_arguments(self, parser: CommandParser) -> None:
        sous_commandes = parser.add_subparsers(dest="verbe", required=True, metavar="importer")
        importer_ = sous_commandes.add_parser("importer", help="Lit un fichier, ou tous ceux d'un dossier.")
        importer_.add_argument("chemin", type=Path, metavar="DOSSIER_OU_FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lues = importer(options["chemin"], le=timezone.now())
        except NomenclatureIllisible as erreur:
            raise CommandError(f"{erreur} Rien n'a été importé.") from erreur
        for nomenclature in lues:
            self.stdout.write(f"{nomenclature.version} : {nombre(len(nomenclature.libelles))} codes.")
