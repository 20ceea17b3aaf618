"""La ligne SMPP 3.4, en transceiver, sur smpplib : une fenêtre de PDU sans réponse, des accusés que l'on confirme."""

import contextlib
import re
import select
import socket
import ssl
import time
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from tissu.messages.canaux.ligne import Accepte, Depart, Ecrit, Evenement, LigneCoupee, Operateur, Recu, Refuse
from tissu.messages.canaux.tls import ClientTls, contexte, dire_la_panne
from tissu.messages.rules.alphabet import depuis_septets
from tissu.messages.rules.segmentation import DATA_CODING, UCS2

FREINS = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL})
PASSAGERS = FREINS | {consts.SMPP_ESME_RSYSERR, consts.SMPP_ESME_RSUBMITFAIL, consts.SMPP_ESME_RX_T_APPN}
ETATS = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"}
"""Les états d'un message (SMPP 3.4, §5.2.28)."""
ACCUSE = 0x04
UDHI = 0x40
AVEC_ACCUSE = 0x01
ALPHANUMERIQUE, INTERNATIONAL = 5, 1
SILENCE_S = 30.0
"""Une ligne muette plus longtemps se fait dire qu'elle vit (`enquire_link`)."""
REPONSE_S = 15.0
CHAMP = re.compile(r"(id|stat|err|text):(\S*)", re.IGNORECASE)
PANNES = (OSError, exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError)


class LigneSmpp:
    """Une liaison `bind_transceiver`. `reglages` : hote, port, compte, secret, tls, autorite (PEM)."""

    def __init__(self, operateur: Operateur) -> None:
        self.operateur = operateur
        self.client: Client | None = None
        self.en_vol: dict[int, int] = {}
        self.questions: dict[int, str] = {}
        self.entendue = self.sondee = 0.0

    def ouvrir(self) -> None:
        reglages = self.operateur.reglages
        client = self._client()
        try:
            client.connect()
            client.bind_transceiver(system_id=reglages["compte"], password=reglages["secret"])
        except PANNES as erreur:
            _raccrocher(client)
            dite = f"{self.operateur.nom} ne répond pas ou refuse la liaison : {dire_la_panne(erreur)}"
            raise LigneCoupee(dite) from erreur
        client._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client, self.en_vol, self.questions = client, {}, {}
        self.entendue, self.sondee = time.monotonic(), 0.0

    def _client(self) -> Client:
        reglages = self.operateur.reglages
        classe, chiffre = (ClientTls, contexte(reglages.get("autorite", ""))) if reglages.get("tls") else (Client, None)
        return classe(
            reglages["hote"], reglages["port"], timeout=REPONSE_S, allow_unknown_opt_params=True,
            logger_name="tissu.smpp", ssl_context=chiffre,
        )  # fmt: skip

    def soumettre(self, depart: Depart) -> None:
        expediteur = self.operateur.expediteur
        pdu = smpp.make_pdu(
            "submit_sm", client=self._ouverte(),
            source_addr_ton=INTERNATIONAL if expediteur.isdigit() else ALPHANUMERIQUE,
            source_addr_npi=1 if expediteur.isdigit() else 0, source_addr=expediteur,
            dest_addr_ton=INTERNATIONAL, dest_addr_npi=1, destination_addr=depart.vers.removeprefix("+"),
            esm_class=UDHI if depart.avec_entete else 0, data_coding=depart.data_coding, short_message=depart.octets,
            registered_delivery=AVEC_ACCUSE, user_message_reference=depart.reference,
            validity_period=_duree(depart.valable_s) if depart.valable_s else "",
        )  # fmt: skip
        self.en_vol[pdu.sequence] = depart.partie
        self._envoyer(pdu)

    def lire(self, attente_s: float) -> list[Evenement]:
        client = self._ouverte()
        evenements: list[Evenement] = []
        reste = attente_s
        while _a_lire(client._socket, reste):
            reste = 0.0
            try:
                evenements += self._comprendre(client.read_pdu())
            except PANNES as erreur:
                if evenements:
                    # Ce qui est déjà lu compte ; la coupure se dira à la lecture suivante.
                    return evenements
                raise self._coupure(erreur) from erreur
        self._sonder()
        return evenements

    def accuser(self, evenements: list[Evenement]) -> None:
        for evenement in evenements:
            jeton = getattr(evenement, "jeton", None)
            if jeton is not None:
                reponse = smpp.make_pdu("deliver_sm_resp", client=self._ouverte())
                reponse.sequence = jeton
                self._envoyer(reponse)

    def interroger(self, identifiant: str) -> None:
        expediteur = self.operateur.expediteur
        pdu = smpp.make_pdu(
            "query_sm", client=self._ouverte(), message_id=identifiant, source_addr=expediteur,
            source_addr_ton=INTERNATIONAL if expediteur.isdigit() else ALPHANUMERIQUE,
            source_addr_npi=1 if expediteur.isdigit() else 0,
        )  # fmt: skip
        self.questions[pdu.sequence] = identifiant
        self._envoyer(pdu)

    def fermer(self) -> None:
        if self.client is not None:
            client, self.client = self.client, None
            with contextlib.suppress(*PANNES):
                client.unbind()
            _raccrocher(client)

    def _ouverte(self) -> Client:
        if self.client is None:
            raise LigneCoupee(f"La ligne de {self.operateur.nom} est fermée.")
        return self.client

    def _envoyer(self, pdu: Any) -> None:
        try:
            self._ouverte().send_pdu(pdu)
        except PANNES as erreur:
            raise self._coupure(erreur) from erreur

    def _coupure(self, erreur: BaseException) -> LigneCoupee:
        if self.client is not None:
            client, self.client = self.client, None
            _raccrocher(client)
        return LigneCoupee(f"La ligne de {self.operateur.nom} est coupée : {erreur or type(erreur).__name__}")

    def _sonder(self) -> None:
        maintenant = time.monotonic()
        muette = maintenant - self.entendue
        if muette > SILENCE_S + REPONSE_S:
            raise self._coupure(TimeoutError("aucune réponse à enquire_link"))
        if muette > SILENCE_S and self.sondee < self.entendue:
            self.sondee = maintenant
            self._envoyer(smpp.make_pdu("enquire_link", client=self._ouverte()))

    def _comprendre(self, pdu: Any) -> list[Evenement]:
        self.entendue = time.monotonic()
        if pdu.command == "submit_sm_resp":
            return self._reponse(pdu)
        if pdu.command == "deliver_sm":
            return [_livraison(pdu)]
        if pdu.command == "query_sm_resp":
            identifiant = self.questions.pop(pdu.sequence, "")
            dit = ETATS.get(pdu.message_state or 0, "UNKNOWN") if not pdu.is_error() else "UNKNOWN"
            return [Recu(identifiant, dit)] if identifiant else []
        if pdu.command == "enquire_link":
            reponse = smpp.make_pdu("enquire_link_resp", client=self._ouverte())
            reponse.sequence = pdu.sequence
            self._envoyer(reponse)
        elif pdu.command == "unbind":
            raise exceptions.ConnectionError("l'opérateur a mis fin à la liaison")
        return []

    def _reponse(self, pdu: Any) -> list[Evenement]:
        partie = self.en_vol.pop(pdu.sequence, None)
        if partie is None:
            return []
        if not pdu.is_error():
            return [Accepte(partie, _texte(pdu.message_id))]
        motif = consts.DESCRIPTIONS.get(pdu.status, f"code {pdu.status:#x}")
        return [Refuse(partie, f"Refusé par l'opérateur : {motif}", pdu.status in PASSAGERS, pdu.status in FREINS)]


def _livraison(pdu: Any) -> Recu | Ecrit:
    """Un accusé, ou le texte d'un téléphone. Les champs en TLV priment sur ceux du texte de l'accusé."""
    numero = "+" + _texte(pdu.source_addr).removeprefix("+")
    if not (pdu.esm_class or 0) & ACCUSE:
        return Ecrit(numero, _ecrit(pdu.short_message or b"", pdu.data_coding or 0), pdu.sequence)
    champs = {nom.lower(): valeur for nom, valeur in CHAMP.findall(_texte(pdu.short_message))}
    etat = ETATS.get(pdu.message_state or 0) or champs.get("stat", "UNKNOWN").upper()
    code = champs.get("err", "")
    return Recu(
        _texte(pdu.receipted_message_id) or champs.get("id", ""), etat, reference=pdu.user_message_reference,
        numero=numero, motif=f"code {code}" if code.strip("0") else "", jeton=pdu.sequence,
    )  # fmt: skip


def _ecrit(octets: bytes, data_coding: int) -> str:
    """Le texte qu'un téléphone a envoyé."""
    return octets.decode("utf-16-be", "replace") if data_coding == DATA_CODING[UCS2] else depuis_septets(octets)


def _texte(brut: bytes | str | None) -> str:
    lu = brut.decode("latin-1") if isinstance(brut, bytes) else brut or ""
    return lu.rstrip("\x00")


def _duree(secondes: int) -> str:
    """Une durée relative de SMPP 3.4 (§7.1.1.1) : AAMMJJhhmmss000R, de moins d'un mois."""
    minutes, s = divmod(secondes, 60)
    heures, m = divmod(minutes, 60)
    jours, h = divmod(heures, 24)
    return f"0000{min(jours, 29):02d}{h:02d}{m:02d}{s:02d}000R"


def _a_lire(prise: Any, attente_s: float) -> bool:
    """Y a-t-il de quoi lire ? Une prise chiffrée peut l'avoir déjà déchiffré : le système n'en sait rien."""
    return (isinstance(prise, ssl.SSLSocket) and prise.pending() > 0) or bool(
        select.select([prise], [], [], attente_s)[0]
    )


def _raccrocher(client: Client) -> None:
    client.state = consts.SMPP_CLIENT_STATE_OPEN
    client.disconnect()
