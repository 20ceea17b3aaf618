"""`tissu plus-de-50` : la liste semestrielle, pour un script ou pour un envoi."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tissu.actions.fichier_entreprises.management import sortie
from tissu.actions.fichier_entreprises.publications.grands import document_plus_de_50, donnees_plus_de_50
from tissu.actions.fichier_entreprises.queries.cadre import MoisHorsDesDonnees
from tissu.actions.fichier_entreprises.queries.grands import liste
from tissu.entrepot.instantane import RegistreAbsent
from tissu.publications.rendus import rendre
from tissu.socle.periodes import PeriodeInvalide


class Command(BaseCommand):
    help = f"Établissements et unités légales de plus de 50 salariés d'un semestre, sans dirigeant. {sortie.CODES}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--semestre", required=True, metavar="AAAA-S1", help="le semestre, par exemple 2026-S1")
        parser.add_argument("--format", choices=["json", "csv", "xlsx", "pdf"], default="json")
        parser.add_argument("--sortie", metavar="FICHIER", help="fichier à écrire (sinon : sortie standard)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            octets = produire(options["semestre"], options["format"])
        except PeriodeInvalide as erreur:
            raise CommandError(str(erreur), returncode=sortie.CODE_DEMANDE) from erreur
        except RegistreAbsent as erreur:
            raise CommandError(str(erreur), returncode=sortie.CODE_REGISTRE_ABSENT) from erreur
        except MoisHorsDesDonnees as erreur:
            raise CommandError(str(erreur), returncode=sortie.CODE_HORS_DES_DONNEES) from erreur
        sortie.ecrire(octets, format_=options["format"], sortie=options["sortie"], stdout=self.stdout)


def produire(semestre: str, format_: str) -> bytes:
    """La liste d'un semestre dans le format demandé."""
    resultat = liste(semestre)
    if format_ == "json":
        return (json.dumps(donnees_plus_de_50(resultat), ensure_ascii=False, indent=1) + "\n").encode()
    return rendre(document_plus_de_50(resultat), format_)
