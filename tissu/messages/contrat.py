"""Le contrat d'un message : ce qu'une action déclare dans son `messages.py`, et que ce service sait remettre.

Une action écrit une classe par message :

    class AvisDeTravaux(Message):
        slug = "locaux.avis_de_travaux"
        finalite = TRAVAUX
        canaux = (Canal.SMS, Canal.COURRIEL)

        def destinataires(self): ...
        def textes(self): ...

puis, dans la transaction du fait : `deposer(AvisDeTravaux(...), auteur=…, au=…)`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar

from tissu.messages.choices import Canal, Fondement, Priorite


@dataclass(frozen=True)
class Finalite:
    """À quoi sert un message, et ce qui permet de l'envoyer (RGPD, art. 6 ; CPCE, art. L34-5).

    `urgente` : ni heures calmes, ni budget de communication.
    """

    slug: str
    titre: str
    fondement: Fondement = Fondement.OPPOSITION
    urgente: bool = False


@dataclass(frozen=True)
class Textes:
    """Les mots d'un message, par canal. `html` accompagne le courriel ; sans `espace`, l'espace en montre le texte."""

    sms: str = ""
    objet: str = ""
    courriel: str = ""
    html: str = ""
    espace: str = ""

    def en_json(self) -> dict[str, str]:
        """Les textes non vides, par champ."""
        return {cle: valeur for cle, valeur in asdict(self).items() if valeur}


@dataclass(frozen=True)
class Destinataire:
    """Une personne jointe, dans l'ordre où l'action la donne. `cle` : ce que l'action sait d'elle, pas son nom.

    `numeros` en E.164 ; `textes` : ce qui n'est que pour elle.
    """

    cle: str
    nom: str = ""
    numeros: tuple[str, ...] = ()
    courriel: str = ""
    espace: bool = False
    textes: Textes | None = None

    @classmethod
    def de_la_personne(cls, personne: Any) -> "Destinataire":
        """Une personne qui a un compte : son courriel, et son espace."""
        return cls(cle_de(personne.pk), str(personne), courriel=personne.courriel, espace=True)


def cle_de(personne: int) -> str:
    """La clé d'une personne qui a un compte, la même pour toutes les actions."""
    return f"personne:{personne}"


@dataclass(frozen=True)
class Message(ABC):
    """Un message déclaré. Chaque instance dit un fait ; `cle` en est l'identité : le même fait ne part qu'une fois."""

    slug: ClassVar[str]
    finalite: ClassVar[Finalite]
    canaux: ClassVar[tuple[Canal, ...]]
    priorite: ClassVar[Priorite] = Priorite.ORDINAIRE
    valable: ClassVar[timedelta] = timedelta(days=2)
    """Passé ce délai, ce qui n'est pas parti ne part plus."""
    garder: ClassVar[timedelta] = timedelta(days=365)
    """Passé ce délai, les textes et les noms s'effacent ; les comptes restent."""

    @property
    @abstractmethod
    def cle(self) -> str:
        """Ce qui distingue ce fait de tout autre du même message."""

    @abstractmethod
    def destinataires(self) -> Iterable[Destinataire]:
        """Les personnes à joindre, les premières servies d'abord ; peut être lu une fois seulement."""

    @abstractmethod
    def textes(self) -> Textes:
        """Les mots communs à tous."""


@dataclass(frozen=True)
class MessagePersonnel(Message):
    """Un message à une personne qui a un compte, par courriel et dans son espace.

    Il ne presse pas : son courriel attend son heure et son tour, et se lit dans l'espace en attendant.
    """

    personne: Any

    canaux: ClassVar[tuple[Canal, ...]] = (Canal.COURRIEL, Canal.ESPACE)
    priorite: ClassVar[Priorite] = Priorite.CAMPAGNE
    valable: ClassVar[timedelta] = timedelta(days=7)
    garder: ClassVar[timedelta] = timedelta(days=90)

    def destinataires(self) -> Iterable[Destinataire]:
        yield Destinataire.de_la_personne(self.personne)
