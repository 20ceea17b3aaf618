"""La ligne du courriel : une liaison avec le serveur d'envoi, un message par destinataire."""

from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection

from tissu.messages.canaux.ligne import Accepte, Depart, Evenement, LigneCoupee, Operateur, Refuse

DEFINITIF = 500
"""À partir de ce code, le serveur ne prendra jamais ce message (RFC 5321, § 4.2.1)."""

_signature = signing.Signer(sep=".", salt="messages.courriel")


class LigneCourriel:
    """Le serveur d'envoi des réglages. Un refus définitif du destinataire compte comme un rebond."""

    def __init__(self, operateur: Operateur) -> None:
        self.operateur = operateur
        self.liaison: Any = None
        self.revenus: list[Evenement] = []

    def ouvrir(self) -> None:
        self.liaison = get_connection()
        try:
            self.liaison.open()
        except (SMTPException, OSError) as erreur:
            self.liaison = None
            raise LigneCoupee(f"Le serveur de courriel ne répond pas : {erreur}") from erreur

    def soumettre(self, depart: Depart) -> None:
        if self.liaison is None:
            raise LigneCoupee("La ligne du courriel est fermée.")
        courriel = EmailMultiAlternatives(
            depart.objet, depart.texte, from_email=settings.COURRIEL_RETOURS or None, to=[depart.vers],
            connection=self.liaison, headers=_entetes(depart),
        )  # fmt: skip
        if depart.html:
            courriel.attach_alternative(depart.html, "text/html")
        try:
            courriel.send()
        except (SMTPServerDisconnected, SMTPConnectError) as erreur:
            self.liaison = None
            raise LigneCoupee(f"Le serveur de courriel a coupé : {erreur}") from erreur
        except SMTPRecipientsRefused as erreur:
            code, motif = next(iter(erreur.recipients.values()))
            self._refuser(depart, code, motif)
        except SMTPResponseException as erreur:
            self._refuser(depart, erreur.smtp_code, erreur.smtp_error)
        except OSError as erreur:
            self.liaison = None
            raise LigneCoupee(f"La ligne du courriel est coupée : {erreur}") from erreur
        else:
            self.revenus.append(Accepte(depart.partie, f"{depart.partie}"))

    def _refuser(self, depart: Depart, code: int, motif: bytes | str) -> None:
        dit = motif.decode("utf-8", "replace") if isinstance(motif, bytes) else motif
        self.revenus.append(Refuse(depart.partie, f"{code} {dit}"[:200], passager=code < DEFINITIF))

    def lire(self, attente_s: float) -> list[Evenement]:
        revenus, self.revenus = self.revenus, []
        return revenus

    def accuser(self, evenements: list[Evenement]) -> None:
        """Un serveur de courriel n'attend pas de réponse."""

    def interroger(self, identifiant: str) -> None:
        """Un serveur de courriel ne dit pas ce qu'un message est devenu."""

    def fermer(self) -> None:
        if self.liaison is not None:
            self.liaison.close()
            self.liaison = None


def identite(partie: int) -> str:
    """L'identité d'un courriel : sa partie, signée, pour qu'un avis de non-remise inventé n'en désigne aucune."""
    return f"tissu-{_signature.sign(str(partie))}@tissu"


def partie_de(identite: str) -> int | None:
    """La partie que désigne cette identité ; None si elle n'est pas de nous."""
    try:
        return int(_signature.unsign(identite.removeprefix("tissu-").removesuffix("@tissu")))
    except (signing.BadSignature, ValueError):
        return None


def _entetes(depart: Depart) -> dict[str, str]:
    """L'identité du message, la même à chaque essai, et l'arrêt en un geste (RFC 8058)."""
    entetes = {
        "From": settings.DEFAULT_FROM_EMAIL, "Message-ID": f"<{identite(depart.partie)}>",
        "Auto-Submitted": "auto-generated",
    }  # fmt: skip
    if depart.arreter:
        entetes |= {"List-Unsubscribe": f"<{depart.arreter}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return entetes
