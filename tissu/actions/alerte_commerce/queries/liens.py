"""Les adresses qui identifient sans mot de passe : l'espace d'un adhérent, et son départ."""

import hashlib
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse

from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent, LienPersonnel

_DEPART = signing.Signer(salt="alerte_commerce.depart")
_AVIS = signing.Signer(salt="alerte_commerce.avis")


def empreinte_du_lien(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()


def adherent_du_lien(jeton: str, *, au: datetime) -> Adherent | None:
    """L'adhérent dont ce lien ouvre l'espace ; None s'il est faux ou a expiré."""
    lien = (
        LienPersonnel.objects.filter(empreinte=empreinte_du_lien(jeton), expire_le__gt=au)
        .select_related("adherent")
        .first()
    )
    return lien.adherent if lien else None


def adresse_de_l_espace(jeton: str) -> str:
    return urljoin(settings.ADRESSE, reverse("adhesion:espace", args=[jeton]))


def lien_de_depart(contact: int) -> str:
    """L'adresse où ce contact quitte le réseau en un geste ; elle ne change ni n'expire. Sans lecture en base."""
    return urljoin(settings.ADRESSE, reverse("adhesion:quitter", args=[_DEPART.sign(str(contact))]))


def contact_du_depart(signe: str) -> ContactAdherent | None:
    """Le contact de ce lien de départ ; None s'il est faux, ou déjà parti."""
    try:
        pk = int(_DEPART.unsign(signe))
    except (signing.BadSignature, ValueError):
        return None
    return ContactAdherent.objects.select_related("adherent").filter(pk=pk).first()


def lien_d_avis(alerte: int | None, adherent: int) -> str:
    """L'adresse où cet adhérent dit si cette alerte lui est utile. Sans lecture en base, toujours la même."""
    return urljoin(settings.ADRESSE, reverse("adhesion:avis", args=[_AVIS.sign(f"{alerte}-{adherent}")]))


def alerte_et_adherent_de_l_avis(signe: str) -> tuple[int, int] | None:
    """L'alerte et l'adhérent d'un lien d'avis ; None s'il est faux."""
    try:
        alerte, adherent = _AVIS.unsign(signe).split("-")
        return int(alerte), int(adherent)
    except (signing.BadSignature, ValueError):
        return None
