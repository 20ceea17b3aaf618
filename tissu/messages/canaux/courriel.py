"""La ligne du courriel : une liaison avec le serveur d'envoi, un message par destinataire."""

from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection

from tissu.messages.canaux.ligne import Accepte, Depart, Evenement, LigneCoupee, Operateur, Refuse

DEFINITIF = 500
"""À partir de ce code, le serveur ne prendra jamais ce message (RFC 5321, § 4.2.1)."""


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
            depart.objet, depart.texte, to=[depart.vers], connection=self.liaison, headers=_entetes(depart)
        )
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


def _entetes(depart: Depart) -> dict[str, str]:
    """L'identité du message, la même à chaque essai, et l'arrêt en un geste (RFC 8058)."""
    entetes = {"Message-ID": f"<tissu-{depart.partie}@tissu>", "Auto-Submitted": "auto-generated"}
    if depart.arreter:
        entetes |= {"List-Unsubscribe": f"<{depart.arreter}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return entetes
