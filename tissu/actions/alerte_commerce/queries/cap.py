"""Retrouver l'alerte qu'un message CAP cite : une des nôtres, ou une reprise d'un autre outil."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from tissu.actions.alerte_commerce.models import Alerte, OrigineCap

Reference = tuple[str, str, datetime]


def emetteur_cap() -> str:
    """Le nom sous lequel ce serveur signe ses messages CAP."""
    return urlsplit(settings.ADRESSE).hostname or "tissu"


def alerte_citee(reference: Reference) -> Alerte | None:
    """L'alerte que désigne (émetteur, identifiant, envoi), à la seconde près ; None si l'on n'en tient pas."""
    emetteur, identifiant, envoye_le = reference
    if emetteur == emetteur_cap():
        return _la_notre(identifiant, envoye_le)
    origine = (
        OrigineCap.objects.filter(
            emetteur=emetteur, identifiant=identifiant, envoye_le=envoye_le.replace(microsecond=0)
        )
        .select_related("alerte__premiere")
        .first()
    )
    return origine.alerte if origine else None


def _la_notre(identifiant: str, envoye_le: datetime) -> Alerte | None:
    try:
        cle = UUID(identifiant)
    except ValueError:
        return None
    trouvee = Alerte.objects.filter(identifiant=cle).select_related("premiere").first()
    if trouvee is None:
        return None
    envoi = trouvee.envoyee_le or trouvee.redigee_le
    return trouvee if envoi.replace(microsecond=0) == envoye_le.replace(microsecond=0) else None


def fil_cite(references: Iterable[Reference]) -> set[Alerte]:
    """Les premières alertes des fils que ces références désignent."""
    citees = [une for reference in references if (une := alerte_citee(reference)) is not None]
    return {une.premiere or une for une in citees}
