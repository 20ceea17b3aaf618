"""SMPP sur TLS, contre le vrai serveur : le certificat est vérifié, et un mauvais se dit en clair."""

import ipaddress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tissu.messages.canaux.ligne import Accepte, Depart, Evenement, Ligne, LigneCoupee, Operateur, Recu
from tissu.messages.canaux.reglages import OperateursMalDeclares, lire_operateurs, ouvrir_ligne
from tissu.messages.rules.segmentation import pdus, segmenter
from tissu.messages.tests.fabrique import par_smpp
from tissu.messages.tests.smsc import Smsc

BONJOUR = pdus(segmenter("Bonjour"), 1)[0]


@dataclass
class Autorite:
    """Une autorité faite pour l'essai ; elle signe le certificat d'un hôte, écrit avec sa clé dans le dossier."""

    dossier: Path

    def __post_init__(self) -> None:
        self.cle = ec.generate_private_key(ec.SECP256R1())
        self.nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité d'essai")])
        self.fichier = self.dossier / "autorite.pem"
        certificat = self._certifier(self.nom, self.cle, x509.BasicConstraints(ca=True, path_length=0))
        self.fichier.write_bytes(certificat.public_bytes(serialization.Encoding.PEM))

    def pour(self, hote: str = "127.0.0.1", *, jours: int = 1) -> tuple[Path, Path]:
        """La clé et le certificat d'un hôte, valable jusque dans `jours` jours (négatif : expiré)."""
        cle = ec.generate_private_key(ec.SECP256R1())
        adresse = x509.IPAddress(ipaddress.ip_address(hote)) if hote[0].isdigit() else x509.DNSName(hote)
        nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Opérateur d'essai")])
        certificat = self._certifier(nom, cle, x509.SubjectAlternativeName([adresse]), jours)
        fichiers = self.dossier / "hote.cle", self.dossier / "hote.pem"
        fichiers[0].write_bytes(
            cle.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        fichiers[1].write_bytes(certificat.public_bytes(serialization.Encoding.PEM))
        return fichiers

    def _certifier(self, nom: x509.Name, cle: Any, extension: x509.ExtensionType, jours: int = 1) -> x509.Certificate:
        fin = datetime.now(UTC) + timedelta(days=jours)
        demande = x509.CertificateBuilder(
            self.nom, nom, cle.public_key(), x509.random_serial_number(), fin - timedelta(days=30), fin
        )
        signee = demande.add_extension(extension, critical=True)
        return signee.sign(self.cle, hashes.SHA256())


@pytest.fixture
def autorite(tmp_path: Path) -> Autorite:
    return Autorite(tmp_path)


def par_tls(smsc: Smsc, **reglages: Any) -> Operateur:
    operateur = par_smpp(smsc.port)
    return replace(operateur, reglages={**operateur.reglages, "tls": True, **reglages})


def lire(ligne: Ligne, recus: int) -> list[Evenement]:
    """Lit et accuse jusqu'à ce nombre d'accusés : l'opérateur n'en garde que quelques-uns sans réponse."""
    lus: list[Evenement] = []
    for _ in range(400):
        neufs = ligne.lire(0.05)
        ligne.accuser(neufs)
        lus += neufs
        if sum(isinstance(un, Recu) for un in lus) >= recus:
            break
    return lus


def test_les_sms_partent_et_se_disent_recus_sur_la_liaison_chiffree(autorite: Autorite) -> None:
    with Smsc(tls=autorite.pour()) as smsc:
        ligne = ouvrir_ligne(par_tls(smsc, autorite=str(autorite.fichier)))
        ligne.ouvrir()
        # Assez pour que plusieurs réponses tiennent dans un même enregistrement chiffré.
        for rang in range(300):
            ligne.soumettre(Depart(rang, f"+336{rang:08d}", rang, BONJOUR, texte="Bonjour"))
        lus = lire(ligne, recus=300)
        ligne.fermer()
        assert sorted(un.partie for un in lus if isinstance(un, Accepte)) == list(range(300))
        assert sum(isinstance(un, Recu) for un in lus) == 300
        assert len(smsc.comptes("tissu")) == 300


@pytest.mark.parametrize(
    ("hote", "jours", "connue", "motif"),
    [
        ("127.0.0.1", 1, False, "son autorité n'est pas connue : donnez-la « autorite »"),
        ("127.0.0.1", -1, True, "il a expiré"),
        ("127.0.0.2", 1, True, "il n'est pas au nom de cette adresse"),
    ],
)
def test_un_mauvais_certificat_est_refuse_en_clair(
    autorite: Autorite, hote: str, jours: int, connue: bool, motif: str
) -> None:
    with Smsc(tls=autorite.pour(hote, jours=jours)) as smsc:
        reglages = {"autorite": str(autorite.fichier)} if connue else {}
        with pytest.raises(LigneCoupee) as refus:
            ouvrir_ligne(par_tls(smsc, **reglages)).ouvrir()
        assert str(refus.value).replace("(", "").replace(")", "") == (
            f"tissu ne répond pas ou refuse la liaison : son certificat n'est pas accepté : {motif}"
        )
        assert smsc.etat()["identifications"] == 0


def test_un_port_sans_tls_se_dit(autorite: Autorite) -> None:
    with Smsc() as smsc, pytest.raises(LigneCoupee, match="ce port attend-il TLS"):
        ouvrir_ligne(par_tls(smsc, autorite=str(autorite.fichier))).ouvrir()


def test_une_declaration_tls_fausse_dit_quoi_ecrire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_ESSAI", "chut")
    illisible = tmp_path / "autorite.pem"
    illisible.write_text("ceci n'est pas un certificat")
    for reste, motif in (
        ("tls: oui-da", "tls vaut true ou false"),
        (f"autorite: {illisible}", "« autorite » ne sert qu'avec « tls: true »"),
        ("tls: true, autorite: /absent.pem", "« /absent.pem » ne se lit pas"),
        (f"tls: true, autorite: {illisible}", "ne se lit pas"),
    ):
        with pytest.raises(OperateursMalDeclares, match=motif):
            lire_operateurs(f"[{{nom: a, genre: smpp, hote: h, port: 1, compte: c, secret: SECRET_ESSAI, {reste}}}]")
