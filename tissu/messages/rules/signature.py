"""La signature d'un appel d'une passerelle : qui le fait tient le secret, et le fait maintenant."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

FORME = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


class SignatureRefusee(Exception):
    """L'appel n'est pas signé comme il faut ; le message dit en quoi, sans rien apprendre du secret."""


def signer(corps: bytes, *, secret: str, le: datetime) -> str:
    """« t=secondes,v1=empreinte » : HMAC-SHA256, sous le secret, de « secondes.corps »."""
    secondes = str(int(le.timestamp()))
    return f"t={secondes},v1={_empreinte(corps, secret, secondes)}"


def verifier(signature: str, corps: bytes, *, secret: str, au: datetime, fenetre: timedelta) -> None:
    """Lève `SignatureRefusee` si elle n'est pas celle de ce corps, ou si elle date de plus que `fenetre`."""
    lue = FORME.fullmatch(signature)
    if lue is None:
        raise SignatureRefusee("La signature s'écrit « t=secondes,v1=empreinte en hexadécimal ».")
    # L'empreinte d'abord : qui ne tient pas le secret n'apprend rien de notre heure.
    if not hmac.compare_digest(lue[2], _empreinte(corps, secret, lue[1])):
        raise SignatureRefusee("La signature n'est pas celle de ce corps.")
    if abs(au - datetime.fromtimestamp(int(lue[1]), UTC)) > fenetre:
        raise SignatureRefusee("La signature est trop ancienne, ou d'une horloge en avance : mettez-la à l'heure.")


def _empreinte(corps: bytes, secret: str, secondes: str) -> str:
    return hmac.new(secret.encode(), f"{secondes}.".encode() + corps, hashlib.sha256).hexdigest()
