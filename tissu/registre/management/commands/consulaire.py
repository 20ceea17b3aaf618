"""`tissu consulaire importer FICHIER [--correspondance NOM]` : le fichier consulaire de la chambre."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tissu.entrepot.instantane import RegistreAbsent
from tissu.registre.operations import consulaire
from tissu.registre.operations.depots import deposer
from tissu.registre.sources.consulaire import FichierConsulaireRefuse
from tissu.socle.formats import nombre


class Command(BaseCommand):
    help = "Importe le fichier consulaire (CSV ou XLSX) et l'applique."

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="importer")
        importer = verbes.add_parser("importer", help="Lit, confronte et applique un fichier.")
        importer.add_argument("fichier", type=Path)
        importer.add_argument("--correspondance", default="", help="Correspondance de colonnes gardée sous ce nom.")
        importer.add_argument(
            "--date", type=date.fromisoformat, help="Date des données (AAAA-MM-JJ), sinon aujourd'hui."
        )
        importer.add_argument("--essai", action="store_true", help="Dit ce qui changerait, sans rien appliquer.")

    def handle(self, *args: Any, **options: Any) -> None:
        fichier: Path = options["fichier"]
        if not fichier.is_file():
            raise CommandError(f"Le fichier « {fichier} » n'existe pas.")
        try:
            comptes = self._importer(fichier, options)
        except (FichierConsulaireRefuse, RegistreAbsent) as refus:
            raise CommandError(f"{refus} Rien n'a été écrit.") from refus
        for statut, libelle in consulaire.LIBELLES_STATUTS.items():
            self.stdout.write(f"{libelle} : {nombre(comptes[statut])}")
        if comptes["cellules_ignorees"]:
            self.stdout.write(
                f"Lignes dont une cellule illisible a été ignorée : {nombre(comptes['cellules_ignorees'])}"
            )

    def _importer(self, fichier: Path, options: dict[str, Any]) -> dict[str, int]:
        le = timezone.now()
        with fichier.open("rb") as flux:
            depot = deposer(File(flux, name=fichier.name), rayon=consulaire.RAYON)
        edition = consulaire.deposer_edition(
            depot=depot,
            correspondance=options["correspondance"],
            date_source=options["date"] or timezone.localdate(),
            auteur=None,
            le=le,
        )
        if options["essai"]:
            comptes = consulaire.compter(consulaire.apercevoir(edition))
            edition.delete()
            return comptes
        return consulaire.appliquer_edition(edition_id=edition.pk, auteur=None, le=le).comptes
