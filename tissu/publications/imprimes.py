"""Ce qui se distribue ou se poste : un dépliant d'une page, des lettres. Des textes, jamais de mise en forme."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tissu.publications.contenu import Bloc


class Papier(StrEnum):
    A4 = "a4"
    A5 = "a5"


@dataclass(frozen=True)
class Logo:
    """Le logo d'une organisation. `sorte` : « png », « jpg » ou « svg »."""

    organisation: str
    sorte: str
    octets: bytes


@dataclass(frozen=True)
class Invitation:
    """Ce que l'on invite à faire, et où : le code QR mène à `adresse` ; `courte` est celle que l'on tape."""

    appel: str
    adresse: str
    courte: str


@dataclass(frozen=True)
class Depliant:
    """Une page en grands caractères. `blocs` : paragraphes, intertitres et listes ; `contacts` : une ligne chacun."""

    titre: str
    accroche: str
    blocs: Sequence[Bloc]
    invitation: Invitation
    contacts: Sequence[str] = ()
    logos: Sequence[Logo] = ()
    mention: str = ""


@dataclass(frozen=True)
class Lettre:
    """Une lettre : les lignes de l'adresse, telles qu'elles se lisent dans la fenêtre, et le texte déjà rempli."""

    destinataire: Sequence[str]
    objet: str
    blocs: Sequence[Bloc]


@dataclass(frozen=True)
class Courrier:
    """Des lettres du même expéditeur, le même jour. `fait` : « Dijon, le 26 novembre 2026 »."""

    titre: str
    fait: str
    lettres: Sequence[Lettre]
    invitation: Invitation
    signature: str = ""
