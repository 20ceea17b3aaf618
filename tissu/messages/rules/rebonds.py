"""Lire un avis de non-remise (RFC 3464) : de quel courriel il parle, et ce qu'il en dit."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart

REFUSE, ABANDONNE = "REJECTD", "EXPIRED"
"""Une adresse qui n'existe pas ou plus ; un serveur qui n'a pas pu remettre à temps. Les mots d'un opérateur."""


class RebondIllisible(ValueError):
    """Ce courriel ne dit pas qu'un autre n'a pas été remis ; le message dit ce qui y manque."""


@dataclass(frozen=True)
class Rebond:
    """Un courriel non remis. `identite` : son Message-ID, sans chevrons ; `etat` : `REFUSE` ou `ABANDONNE`."""

    identite: str
    etat: str
    motif: str


def lire_rebond(octets: bytes) -> Rebond | None:
    """Le rebond que dit cet avis ; None s'il n'annonce qu'un retard ou une remise. Lève `RebondIllisible`."""
    avis = email.message_from_bytes(octets, policy=email.policy.default)
    if avis.get_content_type() != "multipart/report" or avis.get_param("report-type") != "delivery-status":
        raise RebondIllisible("ce n'est pas un avis de non-remise (multipart/report, delivery-status)")
    echecs = [bloc for bloc in _destinataires(avis) if _mot(bloc, "Action") == "failed"]
    if not echecs:
        return None
    statut = _mot(echecs[0], "Status")
    # Un serveur qui renonce après des jours d'essais garde un statut passager (RFC 3463, § 3.1).
    etat = ABANDONNE if statut.startswith("4") else REFUSE
    diagnostic = " ".join(str(echecs[0].get("Diagnostic-Code", "")).partition(";")[2].split())
    return Rebond(_identite(avis), etat, diagnostic or statut)


def _destinataires(avis: EmailMessage) -> Iterator[MIMEPart]:
    """Les blocs d'un avis qui parlent chacun d'un destinataire."""
    for partie in avis.walk():
        if partie.get_content_type() == "message/delivery-status":
            yield from (bloc for bloc in partie.iter_parts() if bloc.get("Action"))


def _mot(bloc: MIMEPart, entete: str) -> str:
    return str(bloc.get(entete, "")).strip().lower()


def _identite(avis: EmailMessage) -> str:
    for partie in avis.walk():
        sorte = partie.get_content_type()
        if sorte == "message/rfc822":
            entetes = next(partie.iter_parts(), None)
        elif sorte == "text/rfc822-headers":
            entetes = email.message_from_string(partie.get_content(), policy=email.policy.default)
        else:
            continue
        if entetes is not None and entetes.get("Message-ID"):
            return str(entetes["Message-ID"]).strip().strip("<>")
    raise RebondIllisible("il ne redit pas le Message-ID du courriel qu'il refuse")
