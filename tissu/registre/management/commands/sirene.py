"""`tissu sirene importer|quarantaine|maj|telecharger` : le registre en ligne de commande."""

import argparse
import csv
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tissu.entrepot.instantane import RegistreAbsent
from tissu.entrepot.verrou import EcritureEnCours
from tissu.publications.valeurs import pour_tableur
from tissu.registre.models import Import, LigneRefusee
from tissu.registre.operations.importation import ImportRefuse, importer_sirene, recomposer
from tissu.registre.operations.mises_a_jour import mettre_a_jour
from tissu.registre.sources import insee_api, telechargements
from tissu.socle import formats
from tissu.socle.territoire import Territoire, TerritoireInconnu, territoire
from tissu.socle.travaux import SansSuivi

COLONNES_QUARANTAINE = ("id", "sorte", "fichier", "ligne", "champ", "valeur", "code", "motif", "rejouee_le")
COLONNES_DITES = 6


class Command(BaseCommand):
    help = "Télécharge, importe et met à jour les fichiers SIRENE de l'INSEE, et montre leur quarantaine."

    def add_arguments(self, parser: CommandParser) -> None:
        gestes = parser.add_subparsers(dest="geste", required=True, metavar="GESTE")
        importer = gestes.add_parser("importer", help="importer un dossier de fichiers officiels")
        importer.add_argument("dossier", type=Path, metavar="DOSSIER")
        cible = importer.add_mutually_exclusive_group()
        cible.add_argument(
            "--territoire", default="", metavar="NOM", help="territoire configuré (défaut : celui des réglages)"
        )
        cible.add_argument("--commune", nargs="+", action="extend", metavar="CODE", help="codes INSEE de communes")
        importer.add_argument("--forcer", action="store_true", help="passer outre la garde contre les pertes")
        quarantaine = gestes.add_parser("quarantaine", help="montrer ou exporter les lignes refusées")
        quarantaine.add_argument(
            "--import", dest="numero", type=int, metavar="N", help="numéro d'import (défaut : le dernier)"
        )
        quarantaine.add_argument("--format", choices=("texte", "csv"), default="texte")
        maj = gestes.add_parser("maj", help="demander à l'Insee ce qu'il a traité depuis un jour (TISSU_INSEE_CLE)")
        maj.add_argument("--depuis", type=_jour, required=True, metavar="AAAA-MM-JJ")
        maj.add_argument("--jusqu-a", type=_jour, metavar="AAAA-MM-JJ", help="dernier jour (défaut : aujourd'hui)")
        maj.add_argument("--forcer", action="store_true", help="passer outre la garde contre les pertes")
        gestes.add_parser("recomposer", help="refaire le registre des mêmes fichiers, après une mise à jour du produit")
        telecharger = gestes.add_parser("telecharger", help="télécharger les fichiers stock depuis data.gouv.fr")
        telecharger.add_argument("dossier", type=Path, metavar="DOSSIER")

    def handle(self, *args: Any, geste: str, **options: Any) -> None:
        if geste == "importer":
            self._importer(options)
        elif geste == "maj":
            self._mettre_a_jour(options["depuis"], options["jusqu_a"] or timezone.localdate(), options["forcer"])
        elif geste == "telecharger":
            self._telecharger(options["dossier"])
        elif geste == "recomposer":
            self._recomposer()
        else:
            self._quarantaine(options["numero"], options["format"])

    def _importer(self, options: dict[str, Any]) -> None:
        try:
            cible = (
                Territoire.de_communes(options["commune"]) if options["commune"] else territoire(options["territoire"])
            )
            journal = importer_sirene(
                dossier=options["dossier"],
                territoire=cible,
                auteur=None,
                au=timezone.now(),
                suivi=SansSuivi(self._dire),
                forcer=options["forcer"],
            )
        except (ImportRefuse, EcritureEnCours, TerritoireInconnu) as refus:
            raise CommandError(str(refus)) from refus
        self._bilan(journal)

    def _mettre_a_jour(self, depuis: date, jusqu_a: date, forcer: bool) -> None:
        cle, adresse = os.environ.get("TISSU_INSEE_CLE", ""), os.environ.get("TISSU_INSEE_ADRESSE", insee_api.ADRESSE)
        try:
            with insee_api.ClientInsee(cle, adresse=adresse) as client:
                journal = mettre_a_jour(
                    client=client, depuis=depuis, jusqu_a=jusqu_a, au=timezone.now(), auteur=None,
                    suivi=SansSuivi(self._dire), forcer=forcer,
                )  # fmt: skip
        except (insee_api.InseeInjoignable, RegistreAbsent, ImportRefuse, EcritureEnCours) as refus:
            raise CommandError(str(refus)) from refus
        if journal is None:
            self.stdout.write("L'Insee n'a rien traité pour ce territoire entre ces dates : le registre est à jour.")
        else:
            self._bilan(journal)

    def _telecharger(self, dossier: Path) -> None:
        adresse = os.environ.get("TISSU_DATAGOUV_ADRESSE", telechargements.ADRESSE)
        try:
            trouvees = telechargements.ressources(adresse=adresse)
            for libelle in telechargements.manquantes(trouvees):
                self.stdout.write(f"Non publié sur data.gouv.fr : {libelle}. L'import s'en passera.")
            for ressource in trouvees:
                taille = f" ({formats.octets(ressource.octets)})" if ressource.octets else ""
                self.stdout.write(f"{ressource.nom}{taille}")
                telechargements.telecharger(ressource, dossier, dire=self._progression())
        except telechargements.TelechargementImpossible as refus:
            raise CommandError(str(refus)) from refus
        self.stdout.write(f"Fichiers prêts : tissu sirene importer {dossier}")

    def _progression(self) -> telechargements.Dire:
        """Dit chaque dixième du fichier, sans redire le même."""
        dits: set[int] = set()

        def dire(recus: int, total: int | None) -> None:
            dixieme = recus * 10 // total if total else 0
            if dixieme and dixieme not in dits:
                dits.add(dixieme)
                self.stdout.write(f"{dixieme * 10:3d} %  {formats.octets(recus)}")
                self.stdout.flush()

        return dire

    def _recomposer(self) -> None:
        try:
            journal = recomposer(suivi=SansSuivi(self._dire), au=timezone.now())
        except (RegistreAbsent, EcritureEnCours) as refus:
            raise CommandError(str(refus)) from refus
        self.stdout.write(journal.message)

    def _dire(self, part: float, message: str) -> None:
        self.stdout.write(f"{round(part * 100):3d} %  {message}")
        self.stdout.flush()

    def _bilan(self, journal: Import) -> None:
        self.stdout.write(f"\n{journal} : {journal.territoire['nom']}")
        for fichier in journal.fichiers.all():
            self.stdout.write(
                f"  {fichier.nom} : {formats.nombre(fichier.lues)} lues, {formats.nombre(fichier.gardees)} gardées, "
                f"{formats.nombre(fichier.refusees)} refusées{' (repris)' if fichier.reprise else ''}"
            )
            for titre, colonnes in (("absentes", fichier.colonnes_absentes), ("inconnues", fichier.colonnes_inconnues)):
                if colonnes:
                    suite = f" et {len(colonnes) - COLONNES_DITES} autres" if len(colonnes) > COLONNES_DITES else ""
                    self.stdout.write(f"    colonnes {titre} : {', '.join(colonnes[:COLONNES_DITES])}{suite}")
            for remarque in fichier.remarques:
                self.stdout.write(f"    {remarque}")
        self.stdout.write(journal.message)
        if journal.refusees:
            self.stdout.write(f"Voir les lignes refusées : tissu sirene quarantaine --import {journal.pk}")

    def _quarantaine(self, numero: int | None, forme: str) -> None:
        imports = Import.objects.filter(pk=numero) if numero else Import.objects.all()
        journal = imports.first()
        if journal is None:
            raise CommandError(f"L'import n° {numero} n'existe pas." if numero else "Aucun import n'a encore eu lieu.")
        lignes = LigneRefusee.objects.filter(importation=journal).order_by("pk")
        if forme == "csv":
            sortie: Any = sys.stdout if self.stdout._out is sys.stdout else self.stdout
            ecrivain = csv.writer(sortie, delimiter=";")
            ecrivain.writerow(COLONNES_QUARANTAINE)
            for ligne in lignes:
                ecrivain.writerow([pour_tableur(getattr(ligne, colonne)) for colonne in COLONNES_QUARANTAINE])
            return
        self.stdout.write(f"{journal} : {formats.nombre(journal.refusees)} lignes refusées")
        for ligne in lignes:
            self.stdout.write(f"  {ligne} {ligne.champ} = « {ligne.valeur[:60]} ». {ligne.motif}")


def _jour(texte: str) -> date:
    try:
        return date.fromisoformat(texte)
    except ValueError as erreur:
        raise argparse.ArgumentTypeError(f"« {texte} » n'est pas un jour ; écrivez-le AAAA-MM-JJ.") from erreur
