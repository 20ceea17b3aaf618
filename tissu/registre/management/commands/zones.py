"""`tissu zones importer FICHIER` et `tissu zones communes` : les zones du territoire, en ligne de commande."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tissu.cartes.fichiers import FichierDeContoursRefuse
from tissu.registre.models import TypeZone
from tissu.registre.operations.zones import charger_zones_du_territoire, importer_communes_de_l_ign, importer_zones
from tissu.registre.sources.ign import ServiceInjoignable
from tissu.socle.formats import pluriel
from tissu.socle.territoire import territoire


class Command(BaseCommand):
    help = "Importe les zones : d'un fichier, du territoire configuré, ou les communes demandées à l'IGN."

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="VERBE")
        importer = verbes.add_parser("importer", help="GeoJSON, GeoPackage ou CSV « site économique » du CNIG.")
        importer.add_argument("fichier", type=Path)
        importer.add_argument("--type", choices=TypeZone.values, default=TypeZone.PERIMETRE.value)
        importer.add_argument("--source", default="")
        verbes.add_parser("territoire", help="Les zones livrées avec la configuration du territoire.")
        verbes.add_parser("communes", help="Les contours des communes, demandés à l'IGN.")

    def handle(self, *args: Any, **options: Any) -> None:
        au = timezone.localdate()
        try:
            if options["verbe"] == "importer":
                self._importer(options, au)
            elif options["verbe"] == "territoire":
                self._dire(charger_zones_du_territoire(territoire(), au=au))
            else:
                self._dire(importer_communes_de_l_ign(territoire(), au=au, auteur=None))
        except (FichierDeContoursRefuse, ServiceInjoignable) as refus:
            raise CommandError(f"{refus} Rien n'a été écrit.") from refus

    def _importer(self, options: dict[str, Any], au: Any) -> None:
        if not options["fichier"].is_file():
            raise CommandError(f"Le fichier « {options['fichier']} » n'existe pas.")
        apercues, avis = importer_zones(
            fichier=options["fichier"], type_zone=options["type"], source=options["source"], au=au, auteur=None
        )
        for texte in avis:
            self.stdout.write(texte)
        self._dire(len(apercues))

    def _dire(self, combien: int) -> None:
        self.stdout.write(f"{pluriel(combien, 'zone')} au registre.")
