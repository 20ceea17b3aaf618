"""`tissu demonstration generer DOSSIER` : les fichiers du territoire fictif, aux formats officiels."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tissu.registre.demonstration import cibles, generation
from tissu.socle.formats import nombre


def taille_valide(texte: str) -> float:
    """Part de la taille vraie, entre 0,002 et 2,5 ; au-delà, les numéros fictifs viendraient à manquer."""
    try:
        valeur = float(texte.replace(",", "."))
    except ValueError:
        valeur = 0.0
    if not 0.002 <= valeur <= 2.5:
        raise ArgumentTypeError(f"taille « {texte} » : donnez un nombre entre 0.002 et 2.5 (1 pour la taille vraie).")
    return valeur


class Command(BaseCommand):
    help = "Écrit les fichiers du territoire de démonstration (Sirene, BODACC, fichier consulaire), tous fictifs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        gestes = parser.add_subparsers(dest="geste", required=True)
        generer = gestes.add_parser("generer", help="écrit les fichiers dans un dossier")
        generer.add_argument("dossier", type=Path, help="dossier où écrire ; créé au besoin")
        generer.add_argument(
            "--graine", type=int, default=cibles.GRAINE, help="graine du hasard (mêmes octets à graine égale)"
        )
        generer.add_argument(
            "--taille", type=taille_valide, default=1.0, help="1 pour la taille vraie, 0.01 pour un essai"
        )
        generer.add_argument("--sans-compression", action="store_true", help="écrit les CSV sans gzip")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fichiers = generation.generer(
                options["dossier"],
                graine=options["graine"],
                taille=options["taille"],
                compresse=not options["sans_compression"],
            )
        except OSError as erreur:
            raise CommandError(f"Impossible d'écrire dans {options['dossier']} : {erreur.strerror}.") from erreur
        for fichier in fichiers:
            self.stdout.write(f"{fichier.chemin.name} : {nombre(round(fichier.octets / 1000))} ko")
