"""Le contrat d'une ligne : on y soumet des départs, on y lit ce qui revient, quand cela revient."""

from dataclasses import dataclass, field
from typing import Any, Protocol


class LigneCoupee(Exception):
    """La ligne n'est pas ou plus ouverte ; le message est pour la personne qui suit les envois."""


@dataclass(frozen=True)
class Depart:
    """Ce qui part : un PDU pour un numéro, ou un courriel pour une adresse.

    `partie` est sa clé chez nous, `reference` ce que l'opérateur nous redira de lui (16 bits).
    """

    partie: int
    vers: str
    reference: int
    octets: bytes = b""
    data_coding: int = 0
    avec_entete: bool = False
    valable_s: int = 0
    objet: str = ""
    texte: str = ""
    html: str = ""
    arreter: str = ""


@dataclass(frozen=True)
class Accepte:
    """L'opérateur a pris ce départ, sous cet identifiant."""

    partie: int
    identifiant: str


@dataclass(frozen=True)
class Refuse:
    """L'opérateur refuse ce départ. `passager` : il le prendra plus tard ; `freiner` : il demande de ralentir."""

    partie: int
    motif: str
    passager: bool = False
    freiner: bool = False


@dataclass(frozen=True)
class Recu:
    """Ce que l'opérateur dit d'un message déjà pris. `etat` est un de ceux de SMPP ; `jeton` sert à en accuser."""

    identifiant: str
    etat: str
    reference: int | None = None
    numero: str = ""
    motif: str = ""
    jeton: Any = None


@dataclass(frozen=True)
class Ecrit:
    """Un SMS venu d'un téléphone."""

    numero: str
    texte: str
    jeton: Any = None


Evenement = Accepte | Refuse | Recu | Ecrit


@dataclass(frozen=True)
class Operateur:
    """Un opérateur, tel que le dossier d'exploitation le déclare (voir docs/exploitation).

    `debit` en SMS par seconde (0 : sans limite), `fenetre` en PDU sans réponse, `cout` en euros par segment.
    """

    nom: str
    genre: str
    expediteur: str = ""
    debit: float = 0.0
    fenetre: int = 50
    cout: float = 0.0
    reglages: dict[str, Any] = field(default_factory=dict)


class Ligne(Protocol):
    """Une ligne ouverte vers un opérateur. Toutes ses méthodes lèvent `LigneCoupee` quand elle ne l'est plus."""

    def ouvrir(self) -> None:
        """Ouvre la ligne."""

    def soumettre(self, depart: Depart) -> None:
        """Remet un départ ; la réponse viendra par `lire`."""

    def lire(self, attente_s: float) -> list[Evenement]:
        """Ce qui est revenu, en attendant au plus `attente_s` la première chose."""

    def accuser(self, evenements: list[Evenement]) -> None:
        """Dit à l'opérateur que l'on a gardé ces accusés et ces textes : il peut les oublier."""

    def interroger(self, identifiant: str) -> None:
        """Demande ce qu'est devenu un message ; la réponse viendra par `lire`."""

    def fermer(self) -> None:
        """Ferme la ligne, sans erreur si elle l'est déjà."""
