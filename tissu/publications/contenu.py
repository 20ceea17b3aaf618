"""Le contenu d'un document, sans rien de sa mise en forme : un plan de sections faites de blocs.

Un même `Document` est rendu en page web, en PDF, en classeur et en CSV par `tissu.publications.rendus`.
Les valeurs sont brutes (int, Decimal, date, str) : chaque rendu les met en forme à la française.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Nature(StrEnum):
    """La nature d'une colonne ou d'un chiffre : décide de l'alignement et de la mise en forme."""

    TEXTE = "texte"
    NOMBRE = "nombre"
    DECIMAL = "decimal"
    VARIATION = "variation"
    TAUX = "taux"
    EUROS = "euros"
    DATE = "date"
    SIREN = "siren"
    SIRET = "siret"
    CODE = "code"


@dataclass(frozen=True)
class Colonne:
    """Une colonne de tableau. `adresse` : clé de la ligne portant le lien de la cellule (page web seulement).

    Une colonne `secondaire` se lit à l'écran et dans les tableurs ; le papier, trop étroit, s'en passe.
    """

    cle: str
    titre: str
    nature: Nature = Nature.TEXTE
    adresse: str = ""
    secondaire: bool = False


@dataclass(frozen=True)
class Tableau:
    """Un tableau titré et sourcé. `total` : une ligne de totaux, toujours montrée quand elle a un sens.

    `identifiant` nomme la feuille du classeur et le fichier CSV.
    """

    identifiant: str
    titre: str
    colonnes: Sequence[Colonne]
    lignes: Sequence[dict[str, Any]]
    total: dict[str, Any] | None = None
    source: str = ""
    note: str = ""
    vide: str = "Aucune ligne."


@dataclass(frozen=True)
class Chiffre:
    """Un chiffre clé : valeur, unité, comparaison, et l'adresse des lignes derrière lui."""

    titre: str
    valeur: Any
    nature: Nature = Nature.NOMBRE
    unite: str = ""
    comparaison: str = ""
    definition: str = ""
    adresse: str = ""


@dataclass(frozen=True)
class Chiffres:
    """Une rangée de trois à six chiffres clés."""

    chiffres: Sequence[Chiffre]


@dataclass(frozen=True)
class Figure:
    """Un graphique : le titre dit le constat, le sous-titre la mesure ; `tableau` porte ses données."""

    titre: str
    sous_titre: str
    graphique: dict[str, Any]
    description: str
    tableau: Tableau | None = None
    source: str = ""


@dataclass(frozen=True)
class Paragraphe:
    texte: str


@dataclass(frozen=True)
class Liste:
    elements: Sequence[str]


@dataclass(frozen=True)
class Encadre:
    """Une boîte de méthode ou d'avertissement."""

    titre: str
    texte: Sequence[str]


Bloc = Tableau | Chiffres | Figure | Paragraphe | Liste | Encadre


@dataclass(frozen=True)
class Section:
    identifiant: str
    titre: str
    blocs: Sequence[Bloc]


@dataclass(frozen=True)
class Document:
    """Un document publié. `source_au` : date des données ; `version` : édition ou révision."""

    titre: str
    sous_titre: str
    territoire: str
    periode: str
    source_au: date | None
    version: str
    sections: Sequence[Section]
    partenaires: Sequence[str] = ()
    methode: Sequence[str] = field(default=())

    def tableaux(self) -> list[Tableau]:
        """Tous les tableaux, ceux des figures compris, dans l'ordre du document."""
        trouves = []
        for section in self.sections:
            for bloc in section.blocs:
                if isinstance(bloc, Tableau):
                    trouves.append(bloc)
                elif isinstance(bloc, Figure) and bloc.tableau is not None:
                    trouves.append(bloc.tableau)
        return trouves
