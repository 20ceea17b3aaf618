"""Recevoir une photographie : une image, de taille raisonnable, débarrassée de ce qu'elle dit de son auteur."""

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from tissu.locaux.models import Local, Photo
from tissu.locaux.operations.ecriture import LocalRefuse, enregistrer, exiger_de_modifier, supprimer
from tissu.socle.formats import octets

OCTETS_MAX = 15 * 1024 * 1024
PIXELS_MAX = 60_000_000
COTE_MAX = 2048
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITE = 85


@transaction.atomic
def deposer_photo(*, local: Local, fichier: File, auteur: Any, au: datetime, legende: str = "") -> Photo:
    """Ajoute une photographie, redressée, réduite et sans métadonnées (lieu, appareil, auteur).

    La même image n'est gardée qu'une fois. Lève `LocalRefuse` : vide, trop grande, ou pas une image.
    """
    exiger_de_modifier(auteur)
    return ranger_photo(local=local, fichier=fichier, legende=legende, prise_le=au, auteur=auteur, au=au)


def ranger_photo(*, local: Local, fichier: File, legende: str, prise_le: datetime, auteur: Any, au: datetime) -> Photo:
    """L'ajout lui-même, dans la transaction et sous le droit vérifiés par qui l'appelle. Lève `LocalRefuse`."""
    contenu = _nettoyer(fichier)
    empreinte = hashlib.sha256(contenu).hexdigest()
    deja = local.photos.filter(empreinte=empreinte).first()
    if deja is not None:
        return deja
    photo = Photo(local=local, empreinte=empreinte, legende=legende.strip()[:200], prise_le=prise_le, auteur=auteur)
    # Le nom sur le disque ne doit rien à celui de la personne.
    photo.fichier.save(f"{empreinte[:24]}.jpg", ContentFile(contenu), save=False)
    enregistrer(photo, auteur=auteur, au=au, motif="Photographie ajoutée")
    return photo


def _nettoyer(fichier: File) -> bytes:
    """L'image refaite en JPEG : il n'en reste que les pixels."""
    nom, taille = fichier.name or "Ce fichier", fichier.size or 0
    if not taille:
        raise LocalRefuse(f"« {nom} » est vide : prenez la photographie à nouveau.")
    if taille > OCTETS_MAX:
        raise LocalRefuse(f"« {nom} » pèse {octets(taille)}, pour {octets(OCTETS_MAX)} au plus : réduisez-la.")
    fichier.seek(0)
    try:
        with Image.open(fichier, formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise LocalRefuse(f"« {nom} » a trop de pixels ({image.width} × {image.height}) : réduisez-la.")
            redressee = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as erreur:
        raise LocalRefuse(f"« {nom} » n'est pas une image JPEG, PNG ou WebP lisible.") from erreur
    redressee.thumbnail((COTE_MAX, COTE_MAX))
    propre = Image.new("RGB", redressee.size)
    propre.paste(redressee)
    sortie = BytesIO()
    propre.save(sortie, "JPEG", quality=QUALITE, optimize=True)
    return sortie.getvalue()


@transaction.atomic
def retirer_photo(*, photo: Photo, auteur: Any, au: datetime) -> None:
    """Retire la photographie et efface son fichier. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    stockage, nom = photo.fichier.storage, photo.fichier.name
    supprimer(photo, auteur=auteur, au=au, motif="Photographie retirée")
    # Une fois la base d'accord : une transaction défaite ne rend pas un fichier.
    transaction.on_commit(lambda: stockage.delete(str(nom)))
