"""Déposer une pièce : un type permis, reconnu à son contenu, de taille raisonnable, gardée avec son empreinte."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File

from tissu.programme.models import Fiche, Piece
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.socle.formats import octets

_ZIP = (b"PK\x03\x04",)
_BUREAU = "application/vnd.openxmlformats-officedocument."
# extension → (type, premiers octets admis) ; un type de texte n'a pas de signature.
TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".xlsx": (f"{_BUREAU}spreadsheetml.sheet", _ZIP),
    ".docx": (f"{_BUREAU}wordprocessingml.document", _ZIP),
    ".pptx": (f"{_BUREAU}presentationml.presentation", _ZIP),
    ".odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    ".csv": ("text/csv", ()),
    ".eml": ("message/rfc822", ()),
}


class PieceRefusee(ModificationRefusee):
    """Le fichier ne peut pas être joint ; le message dit pourquoi et quoi faire."""


def deposer_piece(*, fiche: Fiche, fichier: File, auteur: Any, au: datetime) -> Piece:
    """Joint un fichier à une fiche. Lève `PieceRefusee` : trop grand, vide, d'un type non permis ou qui ment."""
    nom = Path(fichier.name or "").name[:200]
    type_mime = verifier_piece(fichier)
    somme = hashlib.sha256()
    fichier.seek(0)
    for morceau in fichier.chunks():
        somme.update(morceau)
    piece = Piece(
        fiche=fiche, nom=nom, type_mime=type_mime, octets=fichier.size, empreinte=somme.hexdigest(),
        deposee_par=auteur, deposee_le=au,
    )  # fmt: skip
    fichier.seek(0)
    # Le nom sur le disque ne doit rien à celui de la personne.
    piece.fichier.save(f"{piece.empreinte[:16]}{Path(nom).suffix.lower()}", fichier, save=True)
    return piece


def verifier_piece(fichier: File) -> str:
    """Rend le type du fichier. Lève `PieceRefusee`."""
    nom = Path(fichier.name or "").name
    extension = Path(nom).suffix.lower()
    if extension not in TYPES:
        permis = ", ".join(sorted(ext.removeprefix(".").upper() for ext in TYPES))
        raise PieceRefusee(f"« {nom} » n'est pas d'un type permis. Joignez un fichier {permis}.")
    if not fichier.size:
        raise PieceRefusee(f"« {nom} » est vide : vérifiez le fichier, puis joignez-le à nouveau.")
    if fichier.size > settings.PIECE_OCTETS_MAX:
        raise PieceRefusee(
            f"« {nom} » pèse {octets(fichier.size)}, pour {octets(settings.PIECE_OCTETS_MAX)} au plus : réduisez-le ou "
            "joignez-le en plusieurs fichiers."
        )
    type_mime, signatures = TYPES[extension]
    fichier.seek(0)
    debut = fichier.read(16)
    if signatures and not debut.startswith(signatures):
        raise PieceRefusee(
            f"« {nom} » ne contient pas ce que son extension annonce : ouvrez-le et enregistrez-le à nouveau en "
            f"{extension.removeprefix('.').upper()}."
        )
    return type_mime
