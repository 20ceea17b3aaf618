"""La liaison chiffrée d'une ligne : le certificat de l'opérateur est vérifié, son nom aussi ; ce qui cloche se dit."""

import socket
import ssl
from typing import Any

from smpplib.client import Client

MOTIFS = {
    10: "il a expiré",
    9: "il n'est pas encore valable",
    18: "il est signé par lui-même : donnez son autorité (« autorite »)",
    19: "son autorité n'est pas connue : donnez-la (« autorite »)",
    20: "son autorité n'est pas connue : donnez-la (« autorite »)",
    21: "son autorité n'est pas connue : donnez-la (« autorite »)",
    62: "il n'est pas au nom de cet hôte",
    64: "il n'est pas au nom de cette adresse",
}
"""Par code d'OpenSSL (X509_V_ERR_*)."""


def contexte(autorite: str) -> ssl.SSLContext:
    """Vérifie le certificat et le nom, avec les autorités de la machine ou celle de ce fichier (PEM).

    Lève `OSError` ou `ssl.SSLError` si le fichier ne se lit pas.
    """
    choisi = ssl.create_default_context(cafile=autorite or None)
    choisi.minimum_version = ssl.TLSVersion.TLSv1_2
    return choisi


class ClientTls(Client):  # type: ignore[misc]
    """Le client de smpplib, qui dit à qui il croit parler : sans cela, le nom du certificat ne se vérifie pas."""

    def _create_socket(self) -> Any:
        nue = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        nue.settimeout(self.timeout)
        return self._ssl_context.wrap_socket(nue, server_hostname=self.host)


def dire_la_panne(erreur: BaseException) -> str:
    """La panne d'une ouverture en clair ; smpplib en cache la cause derrière « Connection refused »."""
    cause = erreur.__context__ if isinstance(erreur.__context__, ssl.SSLError) else erreur
    if isinstance(cause, ssl.SSLCertVerificationError):
        motif = MOTIFS.get(cause.verify_code, cause.verify_message)
        return f"son certificat n'est pas accepté : {motif}"
    if isinstance(cause, ssl.SSLError):
        return f"la liaison chiffrée échoue (ce port attend-il TLS ?) : {cause.reason or cause}"
    return str(erreur)
