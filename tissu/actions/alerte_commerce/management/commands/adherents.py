"""`tissu adherents importer|relancer|effacer` : charger la liste ; relancer qui n'a pas répondu ; effacer."""

from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import MotifConfirmation, SortDeLigne
from tissu.actions.alerte_commerce.models import CorrespondanceAdherents
from tissu.actions.alerte_commerce.operations import imports
from tissu.actions.alerte_commerce.operations.confirmations import poursuivre
from tissu.actions.alerte_commerce.operations.departs import effacer_les_preuves
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.imports import comptes_de
from tissu.registre.operations.depots import deposer
from tissu.socle.formats import nombre, pluriel
from tissu.socle.travaux import SansSuivi


class Command(BaseCommand):
    help = "Importe la liste des adhérents d'Alerte Commerce (CSV, classeur) ; efface les preuves échues."

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="VERBE")
        importer = verbes.add_parser("importer", help="Charge un fichier.")
        importer.add_argument("fichier", type=Path)
        importer.add_argument("--correspondance", default="", help="Nom de celle à employer ; sinon, reconnue.")
        importer.add_argument(
            "--en-service", action="store_true", help="Ces numéros reçoivent déjà les alertes, et les reçoivent encore."
        )
        verbes.add_parser("relancer", help="Relance, une fois, les numéros dont la demande est restée sans réponse.")
        verbes.add_parser("effacer", help="Efface les adhérents partis dont la preuve n'a plus à se garder.")
        importer.add_argument("--essai", action="store_true", help="Dit ce que le fichier donnerait, sans l'appliquer.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbe"] == "effacer":
            combien = effacer_les_preuves(au=timezone.now())
            self.stdout.write(f"{pluriel(combien, 'adhérent parti effacé', 'adhérents partis effacés')}.")
        elif options["verbe"] == "relancer":
            self._relancer()
        else:
            self._importer(options)

    def _relancer(self) -> None:
        au = timezone.now()
        parties = sum(
            poursuivre(motif=motif, auteur=None, au=au, suivi=SansSuivi(), relances_seules=True)
            for motif in MotifConfirmation
        )
        self.stdout.write(f"{pluriel(parties, 'relance déposée', 'relances déposées')}.")

    def _importer(self, options: dict[str, Any]) -> None:
        chemin: Path = options["fichier"]
        if not chemin.is_file():
            raise CommandError(f"« {chemin} » n'existe pas, ou n'est pas un fichier.")
        au = timezone.now()
        try:
            with chemin.open("rb") as flux:
                depot = deposer(File(flux, name=chemin.name), rayon=imports.RAYON)
            importation = imports.deposer(
                depot=depot, en_service=options["en_service"], auteur=None, au=au,
                colonnes=self._colonnes(options["correspondance"]),
            )  # fmt: skip
            if not options["essai"]:
                importation = imports.appliquer(importation=importation, auteur=None, au=au)
        except GesteRefuse as refus:
            raise CommandError(f"{refus}\nRien n'a été écrit : corrigez, puis recommencez.") from refus
        comptes = comptes_de(importation)
        for sort in SortDeLigne:
            self.stdout.write(f"{sort.label} : {nombre(comptes[sort])}")
        if options["essai"]:
            self.stdout.write("Essai : aucun adhérent n'a changé.")
        else:
            absents = pluriel(len(importation.absents), "adhérent actif n'y est", "adhérents actifs n'y sont")
            self.stdout.write(f"{absents} pas nommés. Doublons et refus se tranchent à l'écran des imports.")

    def _colonnes(self, nom: str) -> dict[str, str] | None:
        if not nom:
            return None
        trouvee = CorrespondanceAdherents.objects.filter(nom=nom).first()
        if trouvee is None:
            connues = ", ".join(CorrespondanceAdherents.objects.values_list("nom", flat=True)) or "aucune"
            raise CommandError(f"La correspondance « {nom} » n'existe pas. Connues : {connues}.")
        return dict(trouvee.colonnes)
