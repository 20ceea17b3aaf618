"""Le contenu d'un document, sans rien de sa mise en forme : un plan de sections faites de blocs.

Un même `Document` est rendu en page web, PDF, diaporama, classeur et CSV par `tissu.publications.rendus`.
Les valeurs sont brutes (int, Decimal, date, str) : chaque rendu les met en forme à la française.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    # Ce qui se justifie ou se paie : au centime ; un temps : au centième de jour.
    CENTIMES = "centimes"
    CENTIEMES = "centiemes"
    DATE = "date"
    SIREN = "siren"
    SIRET = "siret"
    CODE = "code"


@dataclass(frozen=True)
class Colonne:
    """Une colonne de tableau. `adresse` : clé de la ligne portant le lien de la cellule (page web seulement).

    Une colonne `secondaire` se lit à l'écran et dans les tableurs ; le papier, trop étroit, s'en passe.
    `definition` dit ce que la colonne mesure, pour le schéma des données ouvertes.
    """

    cle: str
    titre: str
    nature: Nature = Nature.TEXTE
    adresse: str = ""
    secondaire: bool = False
    definition: str = ""


@dataclass(frozen=True)
class Tableau:
    """Un tableau titré et sourcé. `total` : une ligne de totaux, toujours montrée quand elle a un sens.

    `identifiant` nomme la feuille du classeur et le fichier CSV. Un tableau `ouvert` est servi en données ouvertes
    quand son édition est publique ; `geometrie` nomme alors les clés de longitude et de latitude (WGS 84), et
    `cle_primaire` les colonnes qui désignent une ligne. Une valeur absente (None) n'est jamais un zéro.
    """

    identifiant: str
    titre: str
    colonnes: Sequence[Colonne]
    lignes: Sequence[dict[str, Any]]
    total: dict[str, Any] | None = None
    source: str = ""
    note: str = ""
    vide: str = "Aucune ligne."
    ouvert: bool = False
    geometrie: tuple[str, str] | None = None
    cle_primaire: tuple[str, ...] = ()


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


class SorteDeGraphique(StrEnum):
    """La forme qu'un graphique prend dans un diaporama, où il reste modifiable."""

    BARRES = "barres"
    BARRES_COUCHEES = "barres_couchees"
    BARRES_EMPILEES = "barres_empilees"
    COURBE = "courbe"


@dataclass(frozen=True)
class SerieNative:
    """Une série d'un graphique natif : son nom et une valeur par catégorie (None : valeur absente)."""

    titre: str
    valeurs: Sequence[Any]


@dataclass(frozen=True)
class GraphiqueNatif:
    """Un graphique que le partenaire pourra modifier dans son diaporama : des catégories et des séries.

    `nature` met les étiquettes en forme ; avec `oppose`, la dernière série se dessine sous zéro, sans signe.
    """

    sorte: SorteDeGraphique
    categories: Sequence[str]
    series: Sequence[SerieNative]
    nature: Nature = Nature.NOMBRE
    oppose: bool = False


def graphique_natif(
    lignes: Sequence[dict[str, Any]],
    sorte: SorteDeGraphique,
    *,
    categorie: str,
    valeurs: Mapping[str, str],
    nature: Nature = Nature.NOMBRE,
    oppose: bool = False,
) -> GraphiqueNatif:
    """Le graphique natif de lignes : `categorie` : clé de l'abscisse ; `valeurs` : de la clé au nom de chaque série."""
    series = [SerieNative(titre, [ligne[cle] for ligne in lignes]) for cle, titre in valeurs.items()]
    return GraphiqueNatif(sorte, [str(ligne[categorie]) for ligne in lignes], series, nature, oppose)


@dataclass(frozen=True)
class Figure:
    """Un graphique : le titre dit le constat, le sous-titre la mesure ; `tableau` porte ses données.

    `natif` en donne la forme modifiable ; sans elle, un diaporama montre le tableau.
    """

    titre: str
    sous_titre: str
    graphique: dict[str, Any]
    description: str
    tableau: Tableau | None = None
    source: str = ""
    natif: GraphiqueNatif | None = None


@dataclass(frozen=True)
class Carte:
    """Une carte déjà dessinée : le titre dit le constat, le sous-titre la mesure ; `tableau` en est l'équivalent.

    `dessin` : un SVG autonome, légende comprise, sans script ni lien (voir `tissu.publications.dessins`).
    """

    titre: str
    sous_titre: str
    dessin: str
    description: str
    tableau: Tableau
    source: str = ""


@dataclass(frozen=True)
class Paragraphe:
    texte: str


@dataclass(frozen=True)
class Intertitre:
    """Le titre d'une partie de section."""

    texte: str


@dataclass(frozen=True)
class Liste:
    elements: Sequence[str]


@dataclass(frozen=True)
class Encadre:
    """Une boîte de méthode ou d'avertissement."""

    titre: str
    texte: Sequence[str]


Bloc = Tableau | Chiffres | Figure | Carte | Paragraphe | Intertitre | Liste | Encadre


@dataclass(frozen=True)
class Section:
    """Une partie du document. `notes` : ce que dira l'orateur, dans les commentaires d'un diaporama."""

    identifiant: str
    titre: str
    blocs: Sequence[Bloc]
    notes: str = ""


@dataclass(frozen=True)
class Document:
    """Un document publié. `source_au` : date des données ; `version` : édition ou révision.

    Une `fiche` tient sur une page ou deux : le papier n'y met ni page de titre, ni sommaire.
    """

    titre: str
    sous_titre: str
    territoire: str
    periode: str
    source_au: date | None
    version: str
    sections: Sequence[Section]
    partenaires: Sequence[str] = ()
    methode: Sequence[str] = field(default=())
    fiche: bool = False

    def tableaux(self) -> list[Tableau]:
        """Tous les tableaux, ceux des figures et des cartes compris, dans l'ordre du document."""
        trouves = []
        for section in self.sections:
            for bloc in section.blocs:
                if isinstance(bloc, Tableau):
                    trouves.append(bloc)
                elif isinstance(bloc, Figure | Carte) and bloc.tableau is not None:
                    trouves.append(bloc.tableau)
        return trouves

    def tableaux_ouverts(self) -> list[Tableau]:
        """Les tableaux que l'auteur du document a déclarés ouverts."""
        return [tableau for tableau in self.tableaux() if tableau.ouvert]


def epure(document: Document) -> Document:
    """Le document sans rien de ce qu'il ne montre pas : ni liens, ni clés de ligne hors des colonnes.

    C'est ce qui se fige et se diffuse : une donnée que le lecteur ne voit pas ne doit pas voyager avec lui.
    """
    return avec_blocs(avec_tableaux(document, _tableau_epure), _sans_adresses)


def avec_tableaux(document: Document, changer: Callable[[Tableau], Tableau]) -> Document:
    """Le document, chacun de ses tableaux changé, ceux des figures et des cartes compris."""

    def change(bloc: Bloc) -> Bloc:
        if isinstance(bloc, Tableau):
            return changer(bloc)
        if isinstance(bloc, Figure | Carte) and bloc.tableau is not None:
            return replace(bloc, tableau=changer(bloc.tableau))
        return bloc

    return avec_blocs(document, change)


def avec_blocs(document: Document, changer: Callable[[Bloc], Bloc]) -> Document:
    """Le document, chacun de ses blocs changé."""
    sections = [replace(une, blocs=[changer(bloc) for bloc in une.blocs]) for une in document.sections]
    return replace(document, sections=sections)


def _sans_adresses(bloc: Bloc) -> Bloc:
    if isinstance(bloc, Chiffres):
        return replace(bloc, chiffres=[replace(chiffre, adresse="") for chiffre in bloc.chiffres])
    return bloc


def _tableau_epure(tableau: Tableau) -> Tableau:
    gardees = [colonne.cle for colonne in tableau.colonnes] + list(tableau.geometrie or ())

    def ligne_epuree(ligne: dict[str, Any]) -> dict[str, Any]:
        return {cle: ligne[cle] for cle in dict.fromkeys(gardees) if cle in ligne}

    return replace(
        tableau,
        colonnes=[replace(colonne, adresse="") for colonne in tableau.colonnes],
        lignes=[ligne_epuree(ligne) for ligne in tableau.lignes],
        total=None if tableau.total is None else ligne_epuree(tableau.total),
    )
