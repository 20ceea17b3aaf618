"""`tissu demo` : le territoire de démonstration, fabriqué puis importé comme n'importe quel fichier officiel."""

import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

import tissu
from tissu.comptes.demo import MOT_DE_PASSE, comptes_de_demonstration
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.demonstration.generation import generer
from tissu.socle.action import portes
from tissu.socle.travaux import SansSuivi


class Command(BaseCommand):
    help = "Prépare la démonstration : fichiers fabriqués, import, comptes. La relancer ne refait rien."
    requires_system_checks: list[str] = []  # noqa: RUF012

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--taille", type=float, default=1.0, help="1 : une métropole entière.")
        parser.add_argument("--refaire", action="store_true", help="Refait les fichiers et l'import.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError(
                "Ceci est un service en production : la démonstration y écrirait de faux établissements."
            )
        debut = time.monotonic()
        comptes = comptes_de_demonstration(au=timezone.now())
        temoin = settings.DONNEES / "demonstration.json"
        attendu = {"empreinte": empreinte_du_generateur(), "taille": options["taille"]}
        if options["refaire"] or not _deja_faite(temoin, attendu):
            self._charger(options["taille"])
            temoin.write_text(json.dumps(attendu), encoding="utf-8")
        self.stdout.write(
            f"\nDémonstration prête en {time.monotonic() - debut:.0f} s. Comptes (mot de passe {MOT_DE_PASSE}) :"
        )
        for compte in comptes:
            self.stdout.write(f"  {compte.personne.courriel:<36} {', '.join(compte.roles)}")

    def _charger(self, taille: float) -> None:
        dossier = settings.DONNEES / "demonstration"
        shutil.rmtree(dossier, ignore_errors=True)
        dossier.mkdir(parents=True)
        self.stdout.write("Fabrication des fichiers au format de l'Insee…")
        generer(dossier, taille=taille)
        suivi = SansSuivi(lambda part, message: self.stdout.write(f"  {message}"))
        # Le partenariat en dernier : ses indicateurs mesurent ce que les actions ont fait, et ses revues le figent.
        for porte in sorted(portes(), key=lambda porte: porte.slug == "programme"):
            if porte.demo:
                self.stdout.write(f"{porte.titre_court}…")
                porte.appeler("demo", dossier=dossier, au=timezone.now(), suivi=suivi)


def empreinte_du_generateur() -> str:
    """L'empreinte du code qui fabrique la démonstration, dans toutes les pièces : le changer la refait."""
    racine = Path(tissu.__file__).parent
    somme = hashlib.sha256()
    for fichier in sorted({*racine.rglob("demonstration/*.py"), *racine.rglob("demo.py"), *racine.rglob("demo/*.py")}):
        somme.update(fichier.read_bytes())
    return somme.hexdigest()


def _deja_faite(temoin: Path, attendu: dict[str, Any]) -> bool:
    try:
        courant()
    except RegistreAbsent:
        return False
    return temoin.is_file() and json.loads(temoin.read_text(encoding="utf-8")) == attendu
