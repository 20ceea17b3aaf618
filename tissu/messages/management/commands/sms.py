"""`tissu sms segmenter` : dire en combien de SMS part un texte, et quels caractères y coûtent."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tissu.messages.rules.caracteres import CaractereCouteux, caracteres_couteux, economie, nommer
from tissu.messages.rules.segmentation import Segmentation, TexteRefuse, segmenter
from tissu.socle.formats import nombre, pluriel


class Command(BaseCommand):
    help = "Mesure un texte : son alphabet, son nombre de SMS, les caractères qui coûtent."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbes = parser.add_subparsers(dest="verbe", required=True, metavar="VERBE")
        aide = (
            "Lit un texte en UTF-8 sur l'entrée standard. Le retour à la ligne qui le termine, s'il y en a un, n'en "
            "fait pas partie : il est ôté, lui seul."
        )
        segmenter_ = verbes.add_parser("segmenter", help=aide, description=aide)
        segmenter_.add_argument("--format", choices=("texte", "json"), default="texte")

    def handle(self, *args: Any, **options: Any) -> None:
        texte = _lire()
        try:
            segmentation = segmenter(texte)
        except TexteRefuse as refus:
            raise CommandError(str(refus)) from refus
        couteux = caracteres_couteux(texte)
        if options["format"] == "json":
            mesure = {
                "encodage": segmentation.encodage,
                "segments": segmentation.combien,
                "caracteres_couteux": [asdict(caractere) for caractere in couteux],
            }
            self.stdout.write(json.dumps(mesure, ensure_ascii=False, indent=1))
            return
        self._dire(segmentation, couteux)
        if gain := economie(texte).gain:
            self.stdout.write(f"Avec tous ces remplacements : {pluriel(segmentation.combien - gain, 'SMS', 'SMS')}.")

    def _dire(self, segmentation: Segmentation, couteux: tuple[CaractereCouteux, ...]) -> None:
        combien = pluriel(segmentation.combien, "SMS", "SMS")
        self.stdout.write(f"{combien} en {segmentation.encodage}, {pluriel(segmentation.unites, 'place')}.")
        for caractere in couteux:
            effet = "impose 70 places par SMS" if caractere.motif == "ucs2" else "prend deux places"
            rangs = ", ".join(nombre(position + 1) for position in caractere.positions)
            self.stdout.write(f"{nommer(caractere.caractere)} (rang {rangs}) {effet} ; {_proposition(caractere)}.")


def _proposition(caractere: CaractereCouteux) -> str:
    if caractere.remplacement is None:
        return "rien ne le remplace"
    return (
        f"remplacer par « {nommer(caractere.remplacement)} »" if caractere.remplacement else "il suffit de le retirer"
    )


def _lire() -> str:
    """Le texte de l'entrée standard, sans le retour à la ligne qu'ajoute presque tout outil en ligne de commande."""
    recu = sys.stdin.buffer.read()
    try:
        texte = recu.decode("utf-8")
    except UnicodeDecodeError as defaut:
        raise CommandError(
            f"L'entrée n'est pas de l'UTF-8 : l'octet {defaut.start + 1} vaut 0x{recu[defaut.start]:02X}. Enregistrez "
            "le texte en UTF-8."
        ) from defaut
    return texte.removesuffix("\n").removesuffix("\r") if texte.endswith("\n") else texte
