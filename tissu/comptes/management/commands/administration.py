"""`tissu administration` : crée la première personne qui administre une plateforme neuve."""

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from tissu.comptes import operations
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Organisation


class Command(BaseCommand):
    help = "Crée une personne qui administre la plateforme ; elle invitera les autres."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("courriel")
        parser.add_argument("--prenom", default="")
        parser.add_argument("--nom", default="")
        parser.add_argument("--organisation", required=True, help="Nom de la chambre ou de la métropole.")
        parser.add_argument("--type", choices=("cci", "metropole"), default="cci")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        maintenant = timezone.now()
        organisation = Organisation.objects.filter(nom=options["organisation"]).first()
        try:
            organisation = organisation or operations.enregistrer_organisation(
                nom=options["organisation"], type=TypeOrganisation(options["type"]), auteur=None, au=maintenant
            )
            personne = operations.creer_personne(
                courriel=options["courriel"],
                prenom=options["prenom"],
                nom=options["nom"],
                organisation=organisation,
                mot_de_passe=self._demander_mot_de_passe(),
                auteur=None,
                au=maintenant,
            )
            operations.attribuer_role(personne=personne, role=Role.ADMINISTRATEUR, auteur=None, au=maintenant)
        except operations.OperationRefusee as erreur:
            raise CommandError(str(erreur)) from None
        self.stdout.write(f"{personne.courriel} administre maintenant la plateforme.")

    def _demander_mot_de_passe(self) -> str:
        secret = getpass("Mot de passe : ")
        if secret != getpass("Le même, pour vérifier : "):
            raise CommandError("Les deux mots de passe diffèrent.")
        try:
            validate_password(secret)
        except ValidationError as erreur:
            raise CommandError(" ".join(erreur.messages)) from None
        return secret
