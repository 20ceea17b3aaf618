"""Les lignes du courriel, de la passerelle et du fichier, contre de vrais serveurs locaux."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tissu.messages.canaux.courriel import identite
from tissu.messages.canaux.ligne import Accepte, Depart, Ligne, LigneCoupee, Operateur, Recu, Refuse
from tissu.messages.canaux.reglages import COURRIEL, OperateursMalDeclares, lire_operateurs, ouvrir_ligne
from tissu.messages.rules.segmentation import pdus, segmenter
from tissu.messages.tests.passerelle import Passerelle, passerelle_ouverte

LETTRE = Depart(7, "lea@boutique.example", 7, objet="Alerte", texte="Bonjour", html="<p>Bonjour</p>",
                arreter="https://tissu.example/messages/arret/x/")  # fmt: skip


class Boite:
    """Un serveur de courriel qui garde ce qu'il prend, et refuse certaines adresses."""

    def __init__(self) -> None:
        self.lettres: list[Any] = []
        self.refus: dict[str, str] = {}

    async def handle_RCPT(self, serveur: Any, session: Any, enveloppe: Any, adresse: str, options: Any) -> str:
        if adresse in self.refus:
            return self.refus[adresse]
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, serveur: Any, session: Any, enveloppe: Any) -> str:
        self.lettres.append(enveloppe)
        return "250 OK"


@pytest.fixture
def boite(settings: Any) -> Iterator[Boite]:
    boite = Boite()
    serveur = Controller(boite, hostname="127.0.0.1", port=_port_libre())
    serveur.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", serveur.port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield boite
    serveur.stop()


def _port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return int(prise.getsockname()[1])


def ouverte(operateur: Operateur) -> Ligne:
    ligne = ouvrir_ligne(operateur)
    ligne.ouvrir()
    return ligne


def test_un_courriel_porte_son_identite_et_son_arret(boite: Boite) -> None:
    ligne = ouverte(COURRIEL)
    ligne.soumettre(LETTRE)
    assert ligne.lire(0) == [Accepte(7, "7")]
    ligne.fermer()
    lettre = boite.lettres[0].content.decode()
    assert boite.lettres[0].rcpt_tos == ["lea@boutique.example"]
    for entete in (f"Message-ID: <{identite(7)}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
                   "List-Unsubscribe: <https://tissu.example/messages/arret/x/>"):  # fmt: skip
        assert entete in lettre
    assert "text/html" in lettre


@pytest.mark.parametrize(("reponse", "passager"), [("550 Inconnu ici", False), ("451 Plus tard", True)])
def test_un_refus_du_serveur_est_definitif_ou_non(boite: Boite, reponse: str, passager: bool) -> None:
    boite.refus["lea@boutique.example"] = reponse
    ligne = ouverte(COURRIEL)
    ligne.soumettre(LETTRE)
    assert ligne.lire(0) == [Refuse(7, reponse, passager=passager)]
    ligne.soumettre(replace(LETTRE, partie=8, vers="ana@boutique.example"))
    assert ligne.lire(0) == [Accepte(8, "8")]
    ligne.fermer()


def test_sans_serveur_de_courriel_la_ligne_est_coupee(boite: Boite, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    with pytest.raises(LigneCoupee, match="Le serveur de courriel ne répond pas"):
        ouvrir_ligne(COURRIEL).ouvrir()


@pytest.fixture
def passerelle(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[type[Passerelle], Operateur]]:
    monkeypatch.setenv("SECRET_ESSAI", "chut")
    with passerelle_ouverte() as classe:
        adresse = f"http://127.0.0.1:{classe.port}/v1/"
        declaration = f"[{{nom: p, genre: passerelle, adresse: '{adresse}', secret: SECRET_ESSAI, expediteur: Alerte}}]"
        yield classe, lire_operateurs(declaration)[0]


def test_la_passerelle_recoit_chaque_partie_avec_sa_cle(passerelle: tuple[type[Passerelle], Operateur]) -> None:
    classe, operateur = passerelle
    decoupe = segmenter("a" * 200)
    ligne = ouverte(operateur)
    for rang, octets in enumerate(pdus(decoupe, 5)):
        ligne.soumettre(
            Depart(rang, "+33639980001", rang, octets, avec_entete=True, texte=decoupe.segments[rang].texte)
        )
    assert ligne.lire(0) == [Accepte(0, "m1"), Accepte(1, "m2")]
    ligne.interroger("m1")
    assert ligne.lire(0) == [Recu("m1", "DELIVRD")]
    ligne.fermer()
    entetes, corps = classe.recus[1]
    assert entetes["Idempotency-Key"] == "tissu-1"
    assert entetes["Authorization"] == "Bearer chut"
    assert (corps["text"], corps["udh"]) == ("a" * 48, "06080400050202")


@pytest.mark.parametrize(("code", "passager", "freiner"), [(429, True, True), (503, True, False), (400, False, False)])
def test_la_passerelle_qui_refuse(
    passerelle: tuple[type[Passerelle], Operateur], code: int, passager: bool, freiner: bool
) -> None:
    classe, operateur = passerelle
    classe.code = code
    ligne = ouverte(operateur)
    ligne.soumettre(Depart(1, "+33639980001", 1, texte="a"))
    assert ligne.lire(0) == [Refuse(1, f"La passerelle répond {code}", passager, freiner)]
    ligne.fermer()


def test_le_fichier_de_la_demonstration(tmp_path: Path) -> None:
    operateur = Operateur(
        "demo", "fichier", expediteur="Alerte", reglages={"fichier": str(tmp_path / "sms" / "d.jsonl")}
    )
    ligne = ouverte(operateur)
    ligne.soumettre(Depart(3, "+33639980001", 3, texte="Bonjour"))
    accepte, recu = ligne.lire(0)
    assert isinstance(accepte, Accepte) and recu == Recu(accepte.identifiant, "DELIVRD")
    ligne.fermer()
    ecrit = json.loads((tmp_path / "sms" / "d.jsonl").read_text(encoding="utf-8"))
    assert (ecrit["vers"], ecrit["texte"]) == ("+33639980001", "Bonjour")


@pytest.mark.parametrize(
    ("declaration", "motif"),
    [
        ("- {genre: fichier}", "n° 1 : il lui faut un nom"),
        ("- {nom: a, genre: pigeon}", "« a » : genre « pigeon » inconnu"),
        ("- {nom: a, genre: smpp, hote: h, port: 1}", "« a » : il manque compte, secret"),
        ("- {nom: a, genre: smpp, hote: h, port: 1, compte: c, secret: PAS_POSEE}", "PAS_POSEE n'est pas posée"),
        ("- {nom: a, genre: fichier, expediteur: UnNomBienTropLong}", "passe 11 caractères"),
        ("[{nom: a, genre: fichier}, {nom: a, genre: console}]", "portent le même nom"),
        ("- {nom: a, genre: fichier, debit: vite}", "sont des nombres"),
        ("nom: a", "doit être une liste"),
    ],
)
def test_une_declaration_fausse_dit_quoi_ecrire(declaration: str, motif: str) -> None:
    with pytest.raises(OperateursMalDeclares, match=motif):
        lire_operateurs(declaration)
