"""Les messages de la fiche 3 : code, lien vers l'espace, suite d'une demande. Chacun répond à une demande."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from tissu.actions.alerte_commerce.choices import VERIFICATION
from tissu.messages.choices import Canal, Priorite
from tissu.messages.contrat import Destinataire, Finalite, Message, Textes


@dataclass(frozen=True)
class _AUnContact(Message):
    """Un message à une seule adresse : le mobile, ou le courriel."""

    fait: str
    adherent: int
    nom: str
    mobile: str = ""
    courriel: str = ""

    finalite: ClassVar[Finalite] = VERIFICATION
    canaux: ClassVar[tuple[Canal, ...]] = (Canal.SMS, Canal.COURRIEL)

    @property
    def cle(self) -> str:
        return self.fait

    def destinataires(self) -> Iterable[Destinataire]:
        numeros = (self.mobile,) if self.mobile else ()
        yield Destinataire(f"adherent:{self.adherent}", self.nom, numeros=numeros, courriel=self.courriel)


@dataclass(frozen=True)
class CodeParSms(_AUnContact):
    """Le code à six chiffres ; il ne vaut et ne se garde que quelques minutes."""

    code: str = ""
    minutes: int = 10

    slug: ClassVar[str] = "alerte_commerce.code"
    priorite: ClassVar[Priorite] = Priorite.URGENTE
    canaux: ClassVar[tuple[Canal, ...]] = (Canal.SMS,)
    valable: ClassVar[timedelta] = timedelta(minutes=10)
    garder: ClassVar[timedelta] = timedelta(minutes=15)

    def textes(self) -> Textes:
        return Textes(sms=f"Alerte Commerce : votre code est {self.code}. Il vaut {self.minutes} minutes. Ne le donnez "
                          "à personne.")  # fmt: skip


@dataclass(frozen=True)
class LienVersLEspace(_AUnContact):
    """L'adresse de l'espace, pour un temps."""

    adresse: str = ""
    heures: int = 48

    slug: ClassVar[str] = "alerte_commerce.lien"
    priorite: ClassVar[Priorite] = Priorite.URGENTE
    valable: ClassVar[timedelta] = timedelta(hours=2)
    garder: ClassVar[timedelta] = timedelta(hours=48)

    def textes(self) -> Textes:
        phrase = f"Votre espace Alerte Commerce, ouvert {self.heures} heures : {self.adresse}"
        return Textes(
            sms=phrase, objet="Votre espace Alerte Commerce",
            courriel=f"Bonjour,\n\n{phrase}\n\nCe lien est à vous seul. Si vous ne l'avez pas demandé, ne faites rien.",
        )  # fmt: skip


@dataclass(frozen=True)
class SuiteDeLaDemande(_AUnContact):
    """La demande est acceptée, refusée, ou il manque quelque chose : la chambre le dit."""

    objet: str = ""
    corps: str = ""
    adresse: str = ""

    slug: ClassVar[str] = "alerte_commerce.suite"
    valable: ClassVar[timedelta] = timedelta(days=3)
    garder: ClassVar[timedelta] = timedelta(days=90)

    def textes(self) -> Textes:
        ou = f" {self.adresse}" if self.adresse else ""
        bas = f"\n\nVotre espace : {self.adresse}" if self.adresse else ""
        return Textes(
            sms=f"Alerte Commerce : {self.corps}{ou}", objet=self.objet,
            courriel=f"Bonjour,\n\n{self.corps}{bas}\n\nL'équipe Alerte Commerce de la chambre",
        )  # fmt: skip
