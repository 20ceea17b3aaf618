"""Enregistrer le gabarit d'une organisation : ses fichiers sont vérifiés avant d'être gardés."""

import io
from datetime import date, datetime
from typing import Any

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from tissu.comptes.models import Organisation
from tissu.publications import permissions
from tissu.publications.models import GabaritDOrganisation
from tissu.publications.rendus.gabarit_recu import GabaritIllisible, ouvrir_gabarit
from tissu.socle import formats

LOGO_OCTETS = 500_000
LOGO_COTE = 3000


class GabaritRefuse(ValueError):
    """Le gabarit ne convient pas : `champ` dit où, le message pourquoi et quoi faire."""

    def __init__(self, champ: str, message: str) -> None:
        super().__init__(message)
        self.champ = champ


def enregistrer_gabarit(
    *,
    organisation: Organisation,
    nom: str,
    depuis: date,
    auteur: Any,
    au: datetime,
    accent: str = "",
    pied: str = "",
    logo: bytes = b"",
    diapositives: bytes = b"",
    diapositives_nom: str = "",
) -> GabaritDOrganisation:
    """Garde un gabarit, en service à partir de `depuis` ; un fichier absent est repris du gabarit précédent.

    Lève `GabaritRefuse`.
    """
    if not permissions.peut_modifier_gabarit(auteur, organisation):
        raise GabaritRefuse("organisation", "Seuls les chargés de mission de cette organisation tiennent son gabarit.")
    precedent = GabaritDOrganisation.objects.filter(organisation=organisation, depuis__lte=depuis).first()
    champs: dict[str, Any] = {
        "nom": nom, "accent": accent, "pied": pied, "enregistre_le": au, "enregistre_par": auteur,
    }  # fmt: skip
    if logo:
        champs |= {"logo_nature": verifier_logo(logo), "logo": logo}
    elif precedent:
        champs |= {"logo_nature": precedent.logo_nature, "logo": bytes(precedent.logo)}
    if diapositives:
        verifier_diapositives(diapositives, diapositives_nom)
        champs |= {"diapositives": diapositives, "diapositives_nom": diapositives_nom[:200]}
    elif precedent:
        champs |= {
            "diapositives": bytes(precedent.diapositives), "diapositives_nom": precedent.diapositives_nom,
        }  # fmt: skip
    gabarit, _ = GabaritDOrganisation.objects.update_or_create(
        organisation=organisation, depuis=depuis, defaults=champs
    )
    return gabarit


def verifier_logo(octets: bytes) -> str:
    """La nature d'un logo, « image/png » ou « image/jpeg ». Lève `GabaritRefuse`."""
    if len(octets) > LOGO_OCTETS:
        raise GabaritRefuse("logo", "Ce logo pèse plus de 500 ko : réduisez-le.")
    try:
        with Image.open(io.BytesIO(octets)) as image:
            image.verify()
            forme, cotes = image.format, image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as erreur:
        raise GabaritRefuse("logo", "Ce fichier n'est pas une image : donnez un PNG ou un JPEG.") from erreur
    if forme not in {"PNG", "JPEG"}:
        raise GabaritRefuse("logo", f"Ce logo est au format {forme} : donnez un PNG ou un JPEG.")
    if max(cotes) > LOGO_COTE:
        raise GabaritRefuse("logo", f"Ce logo dépasse {LOGO_COTE} points de côté : réduisez-le.")
    return "image/png" if forme == "PNG" else "image/jpeg"


def verifier_diapositives(octets: bytes, nom: str) -> None:
    """Lève `GabaritRefuse` si le fichier ne peut pas servir de gabarit."""
    if len(octets) > settings.PIECE_OCTETS_MAX:
        permis = formats.octets(settings.PIECE_OCTETS_MAX)
        raise GabaritRefuse("diapositives", f"Ce diaporama pèse plus de {permis} : retirez-en les images inutiles.")
    if not nom.lower().endswith(".pptx"):
        raise GabaritRefuse("diapositives", "Donnez un diaporama PPTX, sans macro (ni PPT, ni PPTM, ni POTX).")
    try:
        ouvrir_gabarit(octets)
    except GabaritIllisible as erreur:
        raise GabaritRefuse("diapositives", str(erreur)) from erreur
