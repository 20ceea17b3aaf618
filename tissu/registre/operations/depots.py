"""Garder un fichier reçu d'un écran, sous son empreinte, le temps de le vérifier puis de l'appliquer."""

import hashlib
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tissu.entrepot.emplacements import dossier_donnees


class FichierRecu(Protocol):
    """Ce que Django donne d'un fichier téléversé."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


class DepotIntrouvable(LookupError):
    """Le fichier déposé n'est plus là, ou sa désignation est fausse."""


@dataclass(frozen=True)
class Depot:
    """Un fichier gardé. `reference` le désigne dans un formulaire ; `nom` est celui que la personne lui donnait."""

    reference: str
    nom: str
    chemin: Path
    sha256: str
    octets: int


def deposer(recu: FichierRecu, *, rayon: str) -> Depot:
    """Écrit le fichier dans le rayon (« zones », « consulaire »…) ; le même contenu n'y est qu'une fois."""
    dossier = _dossier(rayon)
    dossier.mkdir(parents=True, exist_ok=True)
    nom = Path(recu.name or "fichier").name
    calcul, octets = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=dossier, prefix=".reception-", delete=False) as sortie:
        for morceau in recu.chunks():
            calcul.update(morceau)
            octets += len(morceau)
            sortie.write(morceau)
    empreinte = calcul.hexdigest()
    chemin = dossier / f"{empreinte}{_extension(nom)}"
    Path(sortie.name).replace(chemin)
    return Depot(chemin.name, nom, chemin, empreinte, octets)


def retrouver(reference: str, *, rayon: str) -> Path:
    """Le chemin d'un fichier déposé. Lève `DepotIntrouvable` : une référence reçue d'un formulaire ne se croit pas."""
    if not re.fullmatch(r"[0-9a-f]{64}\.[a-z0-9]{1,10}", reference):
        raise DepotIntrouvable("Ce fichier déposé n'existe pas : déposez-le à nouveau.")
    chemin = _dossier(rayon) / reference
    if not chemin.is_file():
        raise DepotIntrouvable("Le fichier déposé n'est plus là : déposez-le à nouveau.")
    return chemin


def _dossier(rayon: str) -> Path:
    return dossier_donnees() / "depots" / rayon


def _extension(nom: str) -> str:
    suffixe = Path(nom).suffix.lower()
    return suffixe if re.fullmatch(r"\.[a-z0-9]{1,10}", suffixe) else ".bin"


def recevoir_lot(recus: Iterable[FichierRecu]) -> Path:
    """Range des fichiers officiels ensemble, sous leur nom, dans un dossier neuf ; le rend.

    L'appelant a déjà vérifié les noms : ils servent à reconnaître la sorte de chaque fichier.
    """
    racine = _dossier("sirene")
    racine.mkdir(parents=True, exist_ok=True)
    dossier = Path(tempfile.mkdtemp(dir=racine, prefix="envoi-"))
    for recu in recus:
        with (dossier / Path(recu.name or "fichier").name).open("wb") as sortie:
            for morceau in recu.chunks():
                sortie.write(morceau)
    return dossier
