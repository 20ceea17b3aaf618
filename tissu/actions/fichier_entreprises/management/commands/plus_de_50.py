"""`tissu plus-de-50` : la liste semestrielle, pour un script ou pour un envoi."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tissu.actions.fichier_entreprises.management import sortie
from tissu.actions.fichier_entreprises.publications.grands import document_plus_de_50, donnees_plus_de_50
from tissu.actions.fichier_entreprises.queries.grands import liste
from tissu.publications.rendus import rendre


class Command(BaseCommand):
    help = f"Établissements et unités légales de plus de 50 salariés d'un semestre, sans dirigeant. {sortie.CODES}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--semestre", required=True, metavar="AAAA-S1", help="le semestre, par exemple 2026-S1")
        sortie.ajouter_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with sortie.refus_dits():
            octets = produire(options["semestre"], options["format"])
        sortie.ecrire(octets, format_=options["format"], sortie=options["sortie"], stdout=self.stdout)


def produire(semestre: str, format_: str) -> bytes:
    """La liste d'un semestre dans le format demandé."""
    resultat = liste(semestre)
    if format_ == "json":
        return (json.dumps(donnees_plus_de_50(resultat), ensure_ascii=False, indent=1) + "\n").encode()
    return rendre(document_plus_de_50(resultat), format_)
