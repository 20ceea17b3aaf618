"""`tissu programme importer|verifier|exporter|modele` : charger une convention, et en relever les anomalies."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from tissu.programme.models import Fiche
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.importation import importer_programme
from tissu.programme.queries import anomalies, cadre, export
from tissu.programme.sources.lecture import ProgrammeIllisible, ProgrammeLu
from tissu.programme.sources.programme_classeur import ecrire_classeur, lire_classeur
from tissu.programme.sources.programme_yaml import ProgrammeIntrouvable, lire_dossier
from tissu.socle.formats import pluriel
from tissu.socle.territoire import territoire


class Command(BaseCommand):
    help = "Importe un programme (dossier YAML ou classeur), le vérifie, l'exporte, écrit le modèle à remplir."

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="VERBE")
        importer = verbes.add_parser("importer", help="Charge un programme ; par défaut celui du territoire.")
        importer.add_argument("source", type=Path, nargs="?")
        verifier = verbes.add_parser("verifier", help="Relève les anomalies des fiches, sans rien corriger.")
        verifier.add_argument("source", type=Path, nargs="?", help="Par défaut, le programme chargé.")
        verifier.add_argument("--format", choices=("texte", "json"), default="texte")
        for nom, aide in (("exporter", "Écrit le programme chargé dans un classeur."), ("modele", "Écrit le modèle.")):
            verbes.add_parser(nom, help=aide).add_argument("sortie", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verbe']}")(options)
        except ProgrammeIllisible as erreur:
            raise CommandError(f"{erreur}\nRien n'a été écrit : corrigez le fichier, puis recommencez.") from erreur
        except (ProgrammeIntrouvable, ModificationRefusee) as erreur:
            raise CommandError(str(erreur)) from erreur

    def _importer(self, options: dict[str, Any]) -> None:
        rapport = importer_programme(programme=_lire(options["source"]), auteur=None, au=timezone.now(), signees=True)
        self.stdout.write(
            f"{rapport.convention} : {pluriel(len(rapport.creees), 'fiche chargée', 'fiches chargées')}, "
            f"{pluriel(len(rapport.inchangees), 'inchangée')}."
        )
        if rapport.creees:
            self.stdout.write(
                "Elles sont signées, comme la convention de papier que ce fichier recopie. Pour les faire signer en "
                "ligne par l'autre partenaire, chargez le fichier depuis « Importer un programme »."
            )
        for fiche, ecarts in rapport.ecarts.items():
            self.stdout.write(
                f"La fiche {fiche} est laissée telle quelle. Le fichier dit autrement : {'; '.join(ecarts)}."
            )

    def _verifier(self, options: dict[str, Any]) -> None:
        chargees = [] if options["source"] else _chargees()
        if options["source"] or not chargees:
            if not options["source"]:
                self.stderr.write("Aucun programme n'est chargé : c'est celui du territoire qui est vérifié.")
            relevees = anomalies.anomalies_d_un_fichier(_lire(options["source"]))
        else:
            relevees = anomalies.anomalies_a_plat(chargees)
        if options["format"] == "json":
            self.stdout.write(json.dumps(relevees, ensure_ascii=False, indent=1))
            return
        for une in relevees:
            self.stdout.write(
                f"Fiche {une['fiche']} ({une['annee']}), {une['severite']}, {une['code']} : {une['message']}"
            )
        self.stdout.write(f"{pluriel(len(relevees), 'anomalie')} : les valeurs écrites sont gardées.")

    def _exporter(self, options: dict[str, Any]) -> None:
        convention = cadre.convention_en_cours(timezone.localdate().year)
        if convention is None:
            raise CommandError("Aucun programme n'est chargé : « tissu programme importer » d'abord.")
        options["sortie"].write_bytes(ecrire_classeur(export.programme_lu(convention)))
        self.stdout.write(f"{options['sortie']} : {convention}.")

    def _modele(self, options: dict[str, Any]) -> None:
        options["sortie"].write_bytes(ecrire_classeur())
        self.stdout.write(f"{options['sortie']} : le modèle à remplir.")


def _chargees() -> list[Fiche]:
    """Les fiches chargées ; aucune si la base n'est pas encore installée."""
    if Fiche._meta.db_table not in connection.introspection.table_names():
        return []
    return list(cadre.fiches().order_by("annee", "numero", "pk"))


def _lire(source: Path | None) -> ProgrammeLu:
    if source is None:
        dossier = territoire().dossier
        if dossier is None:
            raise CommandError("Ce territoire n'a pas de dossier : donnez celui du programme.")
        return lire_dossier(dossier / "programme")
    if source.is_dir():
        return lire_dossier(source)
    if not source.is_file():
        raise CommandError(f"« {source} » n'existe pas : donnez un dossier YAML ou un classeur XLSX.")
    with source.open("rb") as flux:
        return lire_classeur(flux)
