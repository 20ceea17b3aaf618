"""Le jeton d'un agenda : la plateforme n'en garde que l'empreinte."""

from hashlib import sha256


def empreinte_du_jeton(jeton: str) -> str:
    """L'empreinte SHA-256 d'un jeton secret."""
    return sha256(jeton.encode()).hexdigest()
