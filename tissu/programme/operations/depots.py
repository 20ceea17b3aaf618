"""Déposer un programme depuis l'écran : le garder le temps de le vérifier, l'essayer à blanc, puis le charger."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation
from tissu.entrepot.emplacements import dossier_donnees
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.importation import Rapport, importer_programme
from tissu.programme.sources.depot import EXTENSIONS, lire_depot
from tissu.programme.sources.lecture import ProgrammeLu

OCTETS_MAX = 20 * 1024 * 1024


@dataclass(frozen=True)
class Apercu:
    """Ce que le chargement ferait, sans rien écrire. `organisations` : les partenaires, déjà là ou à créer."""

    rapport: Rapport
    organisations: tuple[Organisation, ...]
    convention_nouvelle: bool


def deposer(fichier: File) -> str:
    """Garde le fichier sous son empreinte et rend la référence qui le désigne. Lève `ModificationRefusee`."""
    extension = Path(fichier.name or "").suffix.lower()
    if extension not in EXTENSIONS:
        raise ModificationRefusee("Ce fichier n'est ni un classeur XLSX ni un YAML : repartez du modèle.")
    if fichier.size > OCTETS_MAX:
        raise ModificationRefusee("Ce fichier dépasse 20 Mo : ce n'est sans doute pas un programme.")
    contenu = b"".join(fichier.chunks())
    dossier = _dossier()
    dossier.mkdir(parents=True, exist_ok=True)
    reference = f"{hashlib.sha256(contenu).hexdigest()}{extension}"
    (dossier / reference).write_bytes(contenu)
    return reference


def relire(reference: str, nom: str) -> ProgrammeLu:
    """Le programme déposé. Lève `ModificationRefusee` (référence inconnue) ou `ProgrammeIllisible`."""
    # Une référence revient d'un formulaire : elle ne se croit pas.
    if not re.fullmatch(r"[0-9a-f]{64}\.(xlsx|yaml|yml)", reference) or not (_dossier() / reference).is_file():
        raise ModificationRefusee("Le fichier déposé n'est plus là : déposez-le à nouveau.")
    return lire_depot(_dossier() / reference, nom)


def apercevoir(*, programme: ProgrammeLu, auteur: Any, au: datetime) -> Apercu:
    """Charge à blanc : tout est fait puis défait. Lève `ModificationRefusee` à qui n'est pas d'un partenaire."""
    with transaction.atomic():
        connues = set(Organisation.objects.values_list("pk", flat=True))
        rapport = importer_programme(programme=programme, auteur=auteur, au=au)
        organisations = tuple(rapport.convention.partenaires.order_by("nom"))
        nouvelle = rapport.convention.fiches.count() == len(rapport.creees)
        transaction.set_rollback(True)
    _exiger_un_partenaire(auteur, organisations)
    for organisation in organisations:
        organisation.a_creer = organisation.pk not in connues  # type: ignore[attr-defined]
    return Apercu(rapport, organisations, nouvelle)


def charger(*, programme: ProgrammeLu, auteur: Any, au: datetime) -> Rapport:
    """Charge le programme, tout ou rien. Lève `ModificationRefusee` si la personne n'est pas d'un partenaire."""
    with transaction.atomic():
        rapport = importer_programme(programme=programme, auteur=auteur, au=au)
        _exiger_un_partenaire(auteur, tuple(rapport.convention.partenaires.order_by("nom")))
    return rapport


def _exiger_un_partenaire(auteur: Any, organisations: tuple[Organisation, ...]) -> None:
    """L'import touche toutes les actions : un rôle donné pour une seule n'y suffit pas."""
    roles = auteur.roles_actifs("programme")
    if Role.ADMINISTRATEUR in roles:
        return
    if Role.CHARGE_MISSION not in roles or auteur.organisation_id not in {une.pk for une in organisations}:
        raise ModificationRefusee(
            "Seul un chargé de mission d'un partenaire de cette convention, pour toutes ses actions, peut la charger."
        )


def _dossier() -> Path:
    return dossier_donnees() / "depots" / "programme"
