"""`tissu cellules importer|vacance` : charger un fichier de locaux, et compter les cellules vacantes."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tissu.locaux.choices import EtatImportLocaux, StatutLigne
from tissu.locaux.models import CorrespondanceLocaux, ImportLocaux
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.importation import RAYON, appliquer_import, deposer_import
from tissu.locaux.queries.vacance import anomalies_en_place, vacance
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse
from tissu.registre.operations.depots import deposer
from tissu.socle.formats import date_courte, nombre, pluriel, pourcentage
from tissu.socle.territoire import territoire
from tissu.socle.travaux import SansSuivi


class Command(BaseCommand):
    help = "Importe un fichier de locaux (GeoJSON, GeoPackage, CSV, classeur) ; compte les cellules vacantes."

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="VERBE")
        importer = verbes.add_parser("importer", help="Charge un fichier : tout, ou rien.")
        importer.add_argument("fichier", type=Path)
        importer.add_argument("--correspondance", default="", help="Nom de celle à employer ; sinon, reconnue.")
        importer.add_argument("--commune", default="", help="Code de la commune, si le fichier ne la dit pas.")
        compter = verbes.add_parser("vacance", help="Compte les cellules et les vacantes, par quartier.")
        compter.add_argument("--format", choices=("texte", "json"), default="texte")
        compter.add_argument("--au", type=date.fromisoformat, help="Un jour (aaaa-mm-jj) ; par défaut, aujourd'hui.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbe"] == "importer":
            self._importer(options)
        else:
            self._compter(options)

    def _importer(self, options: dict[str, Any]) -> None:
        try:
            importation = self._deposer(options)
            if importation.etat == EtatImportLocaux.APPLIQUE:
                quand = date_courte(importation.applique_le)
                self.stdout.write(f"{importation.nom} : déjà appliqué le {quand}, rien n'a changé.")
                return
            comptes = appliquer_import(importation=importation, auteur=None, au=timezone.now(), suivi=SansSuivi())
        except (FichierDeLocauxRefuse, LocalRefuse) as refus:
            raise CommandError(f"{refus}\nRien n'a été écrit : corrigez, puis recommencez.") from refus
        self._rendre_compte(ImportLocaux.objects.get(pk=importation.pk), comptes)

    def _deposer(self, options: dict[str, Any]) -> ImportLocaux:
        chemin: Path = options["fichier"]
        if not chemin.is_file():
            raise CommandError(f"« {chemin} » n'existe pas, ou n'est pas un fichier.")
        commune = options["commune"]
        if commune and commune not in territoire().communes:
            raise CommandError(f"« {commune} » n'est pas le code d'une commune de {territoire().nom}.")
        correspondance = None
        if options["correspondance"]:
            correspondance = CorrespondanceLocaux.objects.filter(nom=options["correspondance"]).first()
            if correspondance is None:
                connues = ", ".join(CorrespondanceLocaux.objects.values_list("nom", flat=True)) or "aucune"
                raise CommandError(
                    f"La correspondance « {options['correspondance']} » n'existe pas. Connues : {connues}."
                )
        with chemin.open("rb") as flux:
            depot = deposer(File(flux, name=chemin.name), rayon=RAYON)
        return deposer_import(
            depot=depot, auteur=None, au=timezone.now(), correspondance=correspondance, code_commune=commune
        )

    def _rendre_compte(self, importation: ImportLocaux, comptes: dict[str, int]) -> None:
        dits = [
            f"{StatutLigne(statut).label.lower()} : {nombre(comptes[statut])}"
            for statut in StatutLigne.values
            if comptes[statut]
        ]
        self.stdout.write(
            f"{importation.nom} ({importation.campagne}) : {pluriel(importation.lignes, 'ligne lue', 'lignes lues')}, "
            f"{pluriel(importation.cellules, 'gardée')}. {' ; '.join(dits).capitalize()}."
        )
        self.stdout.write(
            f"{pluriel(comptes['anomalies'], 'anomalie relevée', 'anomalies relevées')}, aucune corrigée : à décider à "
            "l'écran des imports."
        )

    def _compter(self, options: dict[str, Any]) -> None:
        comptes = vacance(options["au"] or timezone.localdate())
        if options["format"] == "json":
            complet = comptes | {"anomalies": list(anomalies_en_place())}
            self.stdout.write(json.dumps(complet, ensure_ascii=False, indent=1))
            return
        for nom, compte in (*comptes["par_quartier"].items(), ("Total", comptes["total"])):
            taux = compte["vacantes"] / compte["cellules"] if compte["cellules"] else None
            cellules = pluriel(compte["cellules"], "cellule")
            self.stdout.write(f"{nom} : {cellules}, {pluriel(compte['vacantes'], 'vacante')}, {pourcentage(taux)}")
        anomalies = sum(1 for _ in anomalies_en_place())
        self.stdout.write(f"{pluriel(anomalies, 'anomalie')} dans les fichiers en place (--format json les donne).")
