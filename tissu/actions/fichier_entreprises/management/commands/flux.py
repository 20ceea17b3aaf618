"""`tissu flux` : les flux d'un mois, pour un script ou pour un envoi."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.actions.fichier_entreprises.management import sortie
from tissu.actions.fichier_entreprises.publications.donnees import donnees_flux
from tissu.actions.fichier_entreprises.publications.flux import document_flux
from tissu.actions.fichier_entreprises.queries.flux import rapport
from tissu.actions.fichier_entreprises.queries.lignes import lignes_du_mois
from tissu.publications.rendus import rendre


class Command(BaseCommand):
    help = f"Créations, transferts, fermetures et actes de registre d'un mois. {sortie.CODES}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mois", required=True, metavar="AAAA-MM", help="le mois, par exemple 2026-10")
        parser.add_argument("--secteurs", choices=Secteurs.values, default=Secteurs.INDUSTRIE_SERVICES.value)
        sortie.ajouter_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with sortie.refus_dits():
            octets = produire(options["mois"], options["secteurs"], options["format"])
        sortie.ecrire(octets, format_=options["format"], sortie=options["sortie"], stdout=self.stdout)


def produire(mois: str, secteurs: str, format_: str) -> bytes:
    """Le rapport d'un mois dans le format demandé. Le JSON ne calcule que ce qu'il contient."""
    if format_ == "json":
        return (json.dumps(donnees_flux(mois, secteurs), ensure_ascii=False, indent=1) + "\n").encode()
    resultat = rapport(mois, secteurs)
    lignes = lignes_du_mois(resultat.flux.periode, resultat.flux.perimetre)
    return rendre(document_flux(resultat, lignes), format_)
