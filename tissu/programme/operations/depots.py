"""Déposer un programme depuis l'écran : le garder le temps de le vérifier, l'essayer à blanc, puis le charger."""

import hashlib
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation
from tissu.entrepot.emplacements import dossier_donnees
from tissu.programme import permissions
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.importation import Rapport, importer_programme, partenaires_connus
from tissu.programme.sources.depot import EXTENSIONS, lire_depot
from tissu.programme.sources.lecture import ProgrammeLu
from tissu.socle.formats import octets

PAS_PARTENAIRE = (
    "Seul un chargé de mission d'un partenaire de cette convention, pour toutes ses actions, peut la charger."
)


@dataclass(frozen=True)
class Apercu:
    """Ce que le chargement ferait, sans rien écrire. `organisations` : les partenaires, déjà là ou à créer.

    `accord` : l'organisation qui signe en chargeant, si la personne le peut ; `attendus` : celles qui signent ensuite.
    """

    rapport: Rapport
    organisations: tuple[Organisation, ...]
    convention_nouvelle: bool
    accord: Organisation | None
    attendus: tuple[Organisation, ...]


@dataclass(frozen=True)
class Depot:
    """Un programme reçu et lu. `reference` désigne le fichier gardé, de quoi le charger après l'avoir relu."""

    reference: str
    programme: ProgrammeLu
    apercu: Apercu


def recevoir(*, fichier: File, auteur: Any, au: datetime) -> Depot:
    """Lit le fichier, l'essaie à blanc et le garde sous son empreinte ; refusé, rien n'en reste.

    Lève `ModificationRefusee` (droit, sorte, taille) ou `ProgrammeIllisible`.
    """
    _exiger_le_role(auteur)
    extension = Path(fichier.name or "").suffix.lower()
    if extension not in EXTENSIONS:
        raise ModificationRefusee("Ce fichier n'est ni un classeur XLSX ni un YAML : repartez du modèle.")
    if fichier.size > settings.PIECE_OCTETS_MAX:
        raise ModificationRefusee(
            f"Ce fichier pèse {octets(fichier.size)}, pour {octets(settings.PIECE_OCTETS_MAX)} au plus : ce n'est sans "
            "doute pas un programme. Repartez du modèle."
        )
    contenu = b"".join(fichier.chunks())
    dossier = _dossier()
    dossier.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dossier) as essai:
        recu = Path(essai) / f"recu{extension}"
        recu.write_bytes(contenu)
        programme = lire_depot(recu, Path(fichier.name or "").name)
        apercu = _apercevoir(programme, auteur, au)
        reference = f"{hashlib.sha256(contenu).hexdigest()}{extension}"
        recu.replace(dossier / reference)
    return Depot(reference, programme, apercu)


def _apercevoir(programme: ProgrammeLu, auteur: Any, au: datetime) -> Apercu:
    """Charge à blanc : tout est fait puis défait. Lève `ModificationRefusee` à qui n'est pas d'un partenaire."""
    _exiger_un_partenaire(auteur, programme)
    with transaction.atomic():
        connues = set(Organisation.objects.values_list("pk", flat=True))
        rapport = importer_programme(programme=programme, auteur=auteur, au=au, signees=False)
        organisations = tuple(rapport.convention.partenaires.order_by("nom"))
        nouvelle = rapport.convention.fiches.count() == len(rapport.creees)
        transaction.set_rollback(True)
    for organisation in organisations:
        organisation.a_creer = organisation.pk not in connues  # type: ignore[attr-defined]
    accord = auteur.organisation if permissions.est_redacteur_du_programme(auteur) else None
    attendus = tuple(une for une in organisations if accord is None or une.pk != accord.pk)
    return Apercu(rapport, organisations, nouvelle, accord, attendus)


def charger(*, reference: str, nom: str, auteur: Any, au: datetime) -> Rapport:
    """Charge le programme reçu sous cette référence, tout ou rien ; `nom` est celui des messages.

    Lève `ModificationRefusee` (droit, référence inconnue) ou `ProgrammeIllisible`.
    """
    _exiger_le_role(auteur)
    # Une référence revient d'un formulaire : elle ne se croit pas.
    if not re.fullmatch(r"[0-9a-f]{64}\.(xlsx|yaml|yml)", reference) or not (_dossier() / reference).is_file():
        raise ModificationRefusee("Le fichier déposé n'est plus là : déposez-le à nouveau.")
    programme = lire_depot(_dossier() / reference, nom)
    _exiger_un_partenaire(auteur, programme)
    return importer_programme(programme=programme, auteur=auteur, au=au, signees=False)


def _exiger_le_role(auteur: Any) -> None:
    """L'import touche toutes les actions : un rôle donné pour une seule n'y suffit pas."""
    if {Role.ADMINISTRATEUR, Role.CHARGE_MISSION}.isdisjoint(auteur.roles_actifs("programme")):
        raise ModificationRefusee(PAS_PARTENAIRE)


def _exiger_un_partenaire(auteur: Any, programme: ProgrammeLu) -> None:
    _exiger_le_role(auteur)
    if Role.ADMINISTRATEUR in auteur.roles_actifs("programme"):
        return
    if auteur.organisation_id not in partenaires_connus(programme):
        raise ModificationRefusee(PAS_PARTENAIRE)


def _dossier() -> Path:
    return dossier_donnees() / "depots" / "programme"
