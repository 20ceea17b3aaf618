"""L'opérateur d'essai tient SMPP 3.4 : vu par smpplib, une autre lecture de la norme que la sienne."""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from smpplib import consts, exceptions
from smpplib.client import Client
from smpplib.gsm import gsm_encode

from tissu.messages.tests.smsc import Smsc

MEMBRE = "33612345678"
ENTETE_16_BITS = bytes.fromhex("06080412340201")


class Ecoute:
    """Un client SMPP et ce qu'il a entendu."""

    def __init__(self, smsc: Smsc, identifiant: str = "tissu", mot_de_passe: str = "demo") -> None:
        self.client = Client("127.0.0.1", smsc.port, timeout=5, allow_unknown_opt_params=True)
        self.reponses: list[Any] = []
        self.remises: list[Any] = []
        self.client.set_message_sent_handler(lambda pdu: self.reponses.append(pdu))
        self.client.set_message_received_handler(lambda pdu: self.remises.append(pdu))
        self.client.set_query_resp_handler(lambda pdu: self.reponses.append(pdu))
        # smpplib passe aussi une réponse en erreur à la réception ordinaire.
        self.client.set_error_pdu_handler(lambda pdu: None)
        self.client.connect()
        try:
            self.client.bind_transceiver(system_id=identifiant, password=mot_de_passe)
        except exceptions.PDUError:
            self.client.disconnect()
            raise

    def envoyer(self, texte: bytes = b"Bonjour", numero: str = MEMBRE, **champs: Any) -> None:
        self.client.send_message(
            source_addr_ton=consts.SMPP_TON_ALNUM,
            source_addr="AlerteCom",
            dest_addr_ton=consts.SMPP_TON_INTL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=numero,
            short_message=texte,
            registered_delivery=True,
            **champs,
        )

    def lire(self, *, reponses: int = 0, remises: int = 0) -> None:
        while len(self.reponses) < reponses or len(self.remises) < remises:
            self.client.read_once(auto_send_enquire_link=False)


@pytest.fixture
def brancher(smsc: Smsc) -> Iterator[Callable[..., Ecoute]]:
    with contextlib.ExitStack() as pile:

        def ouvrir(*identite: str) -> Ecoute:
            ecoute = Ecoute(smsc, *identite)
            pile.callback(ecoute.client.disconnect)
            return ecoute

        yield ouvrir


@pytest.mark.parametrize(
    ("identifiant", "mot_de_passe", "statut"),
    [
        ("tissu", "faux", consts.SMPP_ESME_RINVPASWD),
        ("inconnu", "demo", consts.SMPP_ESME_RINVSYSID),
    ],
)
def test_une_fausse_identite_est_refusee(smsc: Smsc, identifiant: str, mot_de_passe: str, statut: int) -> None:
    with pytest.raises(exceptions.PDUError) as refus:
        Ecoute(smsc, identifiant, mot_de_passe)
    assert refus.value.args[1] == statut


def test_un_message_accepte_revient_en_recu_avec_sa_reference(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    ecoute = brancher()
    ecoute.envoyer(gsm_encode("Rideau baissé à 12 €"), user_message_reference=4242)
    ecoute.lire(reponses=1, remises=1)
    [reponse], [recu] = ecoute.reponses, ecoute.remises
    assert recu.receipted_message_id == reponse.message_id
    assert (recu.esm_class, recu.message_state, recu.user_message_reference) == (
        4,
        consts.SMPP_MESSAGE_STATE_DELIVERED,
        4242,
    )
    assert (recu.source_addr, recu.destination_addr) == (MEMBRE.encode(), b"AlerteCom")
    assert (
        re.fullmatch(
            rb"id:(\w+) sub:001 dlvrd:001 submit date:\d{10} done date:\d{10} stat:DELIVRD err:000 text:.*",
            recu.short_message,
        ).group(1)
        == reponse.message_id
    )
    [ligne] = smsc.journal()
    assert (ligne["destination"], ligne["ref"], ligne["data_coding"]) == (MEMBRE, 4242, 0)
    assert bytes.fromhex(ligne["short_message"]) == gsm_encode("Rideau baissé à 12 €")


def test_interroger_dit_l_etat_meme_si_le_recu_s_est_perdu(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    smsc.regler(part_recus_perdus=1, numeros_en_echec=[f"+{MEMBRE}"])
    ecoute = brancher()
    ecoute.envoyer()
    ecoute.lire(reponses=1)
    smsc.attendre(lambda: smsc.journal()[0]["etat"] != 1)
    ecoute.client.query_message(message_id=ecoute.reponses[0].message_id.decode(), source_addr="AlerteCom")
    ecoute.lire(reponses=2)
    assert ecoute.reponses[1].message_state == consts.SMPP_MESSAGE_STATE_UNDELIVERABLE
    assert ecoute.remises == []


def test_au_dela_du_debit_le_message_est_refuse_et_n_est_pas_parti(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    smsc.regler(debit=5)
    ecoute = brancher()
    for _ in range(8):
        ecoute.envoyer()
    ecoute.lire(reponses=8)
    assert [reponse.status for reponse in ecoute.reponses] == [0] * 5 + [consts.SMPP_ESME_RTHROTTLED] * 3
    assert smsc.comptes() == {MEMBRE: {"pdu": 5, "distincts": 1}}


def test_un_recu_sans_accuse_revient_a_la_connexion_suivante(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    smsc.regler(fenetre_recus=3)
    premiere = brancher()
    for reference in range(1, 6):
        premiere.envoyer(user_message_reference=reference)
    # Aucun accusé n'est envoyé : trois reçus attendent sur la ligne, deux dans la file.
    smsc.attendre(lambda: smsc.etat()["remises_en_cours"] == 3 and smsc.etat()["remises_en_attente"] == 2)
    smsc.couper()
    seconde = brancher()
    seconde.lire(remises=5)
    assert [recu.user_message_reference for recu in seconde.remises] == [1, 2, 3, 4, 5]
    smsc.attendre(lambda: all(ligne["recu"] for ligne in smsc.journal()))


def test_une_reponse_avalee_ou_une_coupure_n_efface_pas_l_envoi(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    smsc.regler(avaler_reponses=1, fermer_apres=2, delai_recu_ms=5)
    ecoute = brancher()
    ecoute.envoyer(user_message_reference=1)
    ecoute.envoyer(user_message_reference=2)
    ecoute.envoyer(user_message_reference=3)
    with pytest.raises(exceptions.ConnectionError):
        ecoute.lire(reponses=1)
    assert ecoute.reponses == []
    assert [ligne["ref"] for ligne in smsc.journal()] == [1, 2]


def test_un_telephone_repond_a_qui_lui_a_ecrit(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    ecoute = brancher("secours")
    ecoute.envoyer()
    ecoute.lire(reponses=1, remises=1)
    smsc.repondre(f"+{MEMBRE}", "STOP")
    smsc.repondre(MEMBRE, "Noël ?")
    ecoute.lire(remises=3)
    stop, accent = ecoute.remises[1:]
    assert (stop.source_addr, stop.destination_addr, stop.esm_class) == (MEMBRE.encode(), b"AlerteCom", 0)
    assert (stop.data_coding, stop.short_message) == (0, b"STOP")
    assert (accent.data_coding, accent.short_message.decode("utf-16-be")) == (8, "Noël ?")


@pytest.mark.parametrize(
    ("octets", "champs", "statut"),
    [
        (b"a" * 160, {}, 0),
        (b"a" * 161, {}, consts.SMPP_ESME_RINVMSGLEN),
        (ENTETE_16_BITS + b"a" * 152, {"esm_class": consts.SMPP_GSMFEAT_UDHI}, 0),
        (ENTETE_16_BITS + b"a" * 153, {"esm_class": consts.SMPP_GSMFEAT_UDHI}, consts.SMPP_ESME_RINVMSGLEN),
        ("ç".encode("utf-16-be") * 70, {"data_coding": 8}, 0),
        ("ç".encode("utf-16-be") * 71, {"data_coding": 8}, consts.SMPP_ESME_RINVMSGLEN),
    ],
)
def test_ce_qui_ne_tient_pas_dans_un_sms_est_refuse(
    brancher: Callable[..., Ecoute], octets: bytes, champs: dict[str, int], statut: int
) -> None:
    ecoute = brancher()
    ecoute.envoyer(octets, **champs)
    ecoute.lire(reponses=1)
    assert ecoute.reponses[0].status == statut


def test_une_panne_se_regle_et_se_leve(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    ecoute = brancher()
    smsc.regler("tissu", rejeter={"statut": "ESME_RSYSERR", "nombre": 1})
    ecoute.envoyer()
    ecoute.envoyer()
    ecoute.lire(reponses=2)
    assert [reponse.status for reponse in ecoute.reponses] == [consts.SMPP_ESME_RSYSERR, 0]
    smsc.regler("tissu", refuser_connexion=True)
    with pytest.raises(exceptions.PDUError) as refus:
        brancher()
    assert refus.value.args[1] == consts.SMPP_ESME_RBINDFAIL
    assert smsc.etat()["connexions"] == ["bind_transceiver"]


def test_une_part_d_echecs_est_tenue_exactement(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    smsc.regler(part_echecs=0.25, delai_reponse_ms=[1, 5], delai_recu_ms={"mediane": 4, "p95": 20})
    ecoute = brancher()
    for _ in range(8):
        ecoute.envoyer()
    ecoute.lire(reponses=8, remises=8)
    textes = [bytes(recu.short_message) for recu in ecoute.remises]
    assert [sum(stat in texte for texte in textes) for stat in (b"stat:DELIVRD", b"stat:UNDELIV")] == [6, 2]


def test_un_operateur_muet_ne_repond_plus_et_ne_compte_rien(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    ecoute = brancher()
    smsc.regler(muet=True)
    ecoute.client._socket.settimeout(0.1)
    ecoute.envoyer()
    with pytest.raises(TimeoutError):
        ecoute.lire(reponses=1)
    assert smsc.journal() == []


def test_une_commande_inconnue_est_rejetee_sans_couper(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    ecoute = brancher()
    ecoute.client._socket.sendall(bytes.fromhex("00000010 00000999 00000000 00000063"))
    rejet = ecoute.client.read_pdu()
    assert (rejet.command, rejet.status, rejet.sequence) == ("generic_nack", consts.SMPP_ESME_RINVCMDID, 0x63)
    ecoute.envoyer()
    ecoute.lire(reponses=1)
    assert ecoute.reponses[0].status == 0


def test_un_telephone_recolle_les_parties(smsc: Smsc, brancher: Callable[..., Ecoute]) -> None:
    texte = "a" * 65 + "🚨 Vol à l’étalage, rue de la Liberté. " * 3
    octets = texte.encode("utf-16-be")
    parties = [octets[debut : debut + 132] for debut in range(0, len(octets), 132)]
    ecoute = brancher()
    # La dernière arrive d'abord, et une coupe partage un signe : le téléphone recolle les octets avant de lire.
    for rang, partie in reversed(list(enumerate(parties, 1))):
        entete = bytes([6, 8, 4, 0x12, 0x34, len(parties), rang])
        ecoute.envoyer(entete + partie, data_coding=8, esm_class=consts.SMPP_GSMFEAT_UDHI)
    ecoute.lire(reponses=len(parties))
    smsc.repondre(MEMBRE, "STOP")
    [telephone] = smsc.telephones("06 12 34")
    message, reponse = telephone["messages"]
    assert (telephone["numero"], message["texte"], message["segments"]) == (MEMBRE, texte, len(parties))
    assert (message["expediteur"], message["etat"]) == ("AlerteCom", "reçu")
    assert (reponse["texte"], reponse["vers"]) == ("STOP", "AlerteCom")
    assert smsc.comptes() == {MEMBRE: {"pdu": len(parties), "distincts": len(parties)}}
    assert smsc.telephones("07") == []


def test_un_serveur_tue_retrouve_son_journal_et_ce_qu_il_doit(tmp_path: Path) -> None:
    with Smsc(donnees=tmp_path / "journal.jsonl") as smsc:
        smsc.regler(delai_recu_ms=60_000)
        ecoute = Ecoute(smsc)
        ecoute.envoyer(user_message_reference=7)
        ecoute.lire(reponses=1)
        smsc.tuer()
        ecoute.client.disconnect()
        smsc.demarrer()
        retour = Ecoute(smsc)
        retour.lire(remises=1)
        assert retour.remises[0].user_message_reference == 7
        assert smsc.comptes() == {MEMBRE: {"pdu": 1, "distincts": 1}}
        retour.client.disconnect()


def test_un_reglage_faux_est_refuse_en_disant_lequel(smsc: Smsc) -> None:
    with pytest.raises(ValueError, match=r"Réglage « part_echecs » : 2 n'est pas admis, il attend une part de 0 à 1\."):
        smsc.regler(part_echecs=2)
