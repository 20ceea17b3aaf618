"""Le diaporama : textes, tableaux et graphiques natifs, que le partenaire modifie dans son logiciel.

Une idée par diapositive. Aucune couleur n'est écrite ici : toutes viennent du thème du gabarit, le sien ou le nôtre.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tissu.publications.contenu import (
    Bloc,
    Carte,
    Chiffres,
    Document,
    Encadre,
    Figure,
    Intertitre,
    Liste,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.dessins import en_image
from tissu.publications.habillage import Habillage
from tissu.publications.rendus.diapositives import Diapositives
from tissu.publications.valeurs import affichee, enchainer, numerique
from tissu.socle.formats import date_longue, nombre

LIGNES_PAR_DIAPOSITIVE = 12
LIGNES_DE_TEXTE, LIGNES_LONGUES, CELLULE_LONGUE = 7, 9, 32
TOLERANCE = 2
"""Une ou deux lignes de trop ne font pas une diapositive de plus."""
LIGNES_AU_PLUS = 36
COLONNES_AU_PLUS = 8
COLONNES_DE_TEXTE = 5
SIGNES_PAR_DIAPOSITIVE = 1200
CONSTATS_AU_PLUS = 6
TUILES_AU_PLUS = 12
"""Ce qui tient sous des chiffres, sur la même diapositive."""


@dataclass
class _Attente:
    """Les textes d'une section qui attendent leur diapositive."""

    section: Section
    phrases: list[str] = field(default_factory=list)


def rendre_diaporama(document: Document, habillage: Habillage | None = None) -> bytes:
    """Compose le diaporama dans le gabarit de l'organisation, sinon dans celui de la maison.

    Lève `GabaritIllisible` si le fichier du gabarit n'est pas un diaporama.
    """
    habillage = habillage or Habillage()
    diapositives = Diapositives(document, habillage)
    _titre(diapositives, document, habillage)
    essentiel = next((s for s in document.sections if s.identifiant == "essentiel"), None)
    methode = [s for s in document.sections if s.identifiant == "methode"]
    if essentiel is None:
        constats = [b.titre for s in document.sections for b in s.blocs if isinstance(b, Figure | Carte)]
        constats = constats or [s.titre for s in document.sections if s not in methode]
        diapositives.texte("L'essentiel", constats[:CONSTATS_AU_PLUS], puces=True, notes=document.sous_titre)
    for section in (s for s in document.sections if s not in methode):
        _section(diapositives, section)
    for section in methode:
        _section(diapositives, section)
    if document.methode and not methode:
        _textes(diapositives, "Méthode et définitions", list(document.methode), "")
    sortie = io.BytesIO()
    diapositives.enregistrer(sortie)
    return sortie.getvalue()


def _titre(diapositives: Diapositives, document: Document, habillage: Habillage) -> None:
    lignes = [
        document.sous_titre,
        f"{document.territoire} · {document.periode} · données au {date_longue(document.source_au)}",
        " · ".join(texte for texte in (document.version, habillage.edition) if texte),
        habillage.embargo or habillage.reserve,
        " · ".join(document.partenaires) or habillage.organisation,
    ]
    diapositives.ouverture(document.titre, [ligne for ligne in lignes if ligne])


def _section(diapositives: Diapositives, section: Section) -> None:
    attente = _Attente(section)
    blocs = list(section.blocs)
    while blocs:
        bloc = blocs.pop(0)
        if isinstance(bloc, Paragraphe | Intertitre):
            attente.phrases.append(bloc.texte)
        elif isinstance(bloc, Liste):
            attente.phrases += list(bloc.elements)
        elif isinstance(bloc, Encadre):
            _vider(diapositives, attente)
            _textes(diapositives, bloc.titre, list(bloc.texte), section.notes)
        elif isinstance(bloc, Chiffres):
            _chiffres(diapositives, attente, bloc, blocs)
        else:
            notes = "\n".join([*attente.phrases, section.notes]).strip()
            attente.phrases = []
            if isinstance(bloc, Figure):
                _figure(diapositives, bloc, notes)
            elif isinstance(bloc, Carte):
                diapositives.image(bloc, en_image(bloc.dessin), "\n".join(filter(None, (bloc.description, notes))))
                _tableau(diapositives, bloc.tableau, notes)
            else:
                _tableau(diapositives, bloc, notes)
    _vider(diapositives, attente)


def _chiffres(diapositives: Diapositives, attente: _Attente, chiffres: Chiffres, suivants: list[Bloc]) -> None:
    """Les chiffres, et les textes qui closent la section : sous eux s'ils y tiennent, sinon ensemble à la suivante."""
    titre, notes, textes = attente.section.titre, attente.section.notes, _textes_de_fin(suivants)
    signes = sum(len(texte) for encadre in textes for texte in encadre.texte)
    ensemble = bool(textes) and signes <= SIGNES_PAR_DIAPOSITIVE
    dessous = (
        ensemble
        and len(chiffres.chiffres) <= TUILES_AU_PLUS
        and diapositives.tiennent(chiffres.chiffres, attente.phrases, textes)
    )
    diapositives.chiffres(titre, chiffres.chiffres, attente.phrases, notes, textes if dessous else ())
    attente.phrases = []
    if ensemble:
        suivants.clear()
    if ensemble and not dessous:
        diapositives.encadres(f"{titre} (suite)", textes, notes)


def _textes_de_fin(suivants: list[Bloc]) -> list[Encadre]:
    """Les textes et les encadrés qui restent, s'il ne reste qu'eux."""
    textes = []
    for bloc in suivants:
        if isinstance(bloc, Paragraphe | Intertitre | Liste):
            textes.append(Encadre("", bloc.elements if isinstance(bloc, Liste) else [bloc.texte]))
        elif isinstance(bloc, Encadre):
            textes.append(bloc)
    return textes if len(textes) == len(suivants) else []


def _vider(diapositives: Diapositives, attente: _Attente) -> None:
    if attente.phrases:
        _textes(diapositives, attente.section.titre, attente.phrases, attente.section.notes)
        attente.phrases = []


def _textes(diapositives: Diapositives, titre: str, phrases: Sequence[str], notes: str) -> None:
    """Des paragraphes, coupés en autant de diapositives qu'il faut pour rester lisibles."""
    paquets: list[list[str]] = [[]]
    for phrase in phrases:
        if paquets[-1] and sum(map(len, paquets[-1])) + len(phrase) > SIGNES_PAR_DIAPOSITIVE:
            paquets.append([])
        paquets[-1].append(phrase)
    for rang, paquet in enumerate(paquets, start=1):
        diapositives.texte(_suite(titre, rang, len(paquets)), paquet, notes=notes)


def _figure(diapositives: Diapositives, figure: Figure, notes: str) -> None:
    commentaire = "\n".join(texte for texte in (figure.sous_titre, figure.description, notes, figure.source) if texte)
    if figure.natif is not None:
        diapositives.graphique(figure, commentaire)
    elif figure.tableau is not None:
        _tableau(diapositives, replace(figure.tableau, titre=figure.titre), commentaire)
    else:
        diapositives.texte(figure.titre, [figure.sous_titre, figure.description], notes=commentaire)


def _tableau(diapositives: Diapositives, complet: Tableau, notes: str) -> None:
    """Douze lignes par diapositive, l'en-tête répété, le total à la fin ; une longue liste renvoie au classeur."""
    tableau, omises = _colonnes_gardees(complet)
    if not tableau.lignes:
        diapositives.texte(tableau.titre, [tableau.vide[:1].upper() + tableau.vide[1:]], notes=notes)
        return
    longue = len(tableau.lignes) > LIGNES_AU_PLUS
    pas = _pas(tableau, verbeux=_verbeux(complet))
    lignes = list(tableau.lignes[:pas] if longue else tableau.lignes)
    paquets = _paquets(lignes, pas)
    renvois = []
    if longue:
        renvois.append(f"Les {nombre(len(tableau.lignes) - len(lignes))} lignes suivantes sont dans le classeur.")
    if omises:
        renvois.append(f"Dans le classeur aussi : {', '.join(omises)}.")
    definitions = [f"{c.titre} : {c.definition}" for c in tableau.colonnes if c.definition]
    commentaire = "\n".join(texte for texte in (notes, tableau.note, *definitions, tableau.source) if texte)
    for rang, paquet in enumerate(paquets, start=1):
        dernier = rang == len(paquets)
        cellules = [[affichee(ligne.get(c.cle), c.nature) for c in tableau.colonnes] for ligne in paquet]
        total = tableau.total if dernier else None
        if total is not None:
            cellules.append(
                ["" if total.get(c.cle) is None else affichee(total[c.cle], c.nature) for c in tableau.colonnes]
            )
        diapositives.tableau(
            _suite(tableau.titre, rang, len(paquets)), tableau, cellules, a_total=total is not None,
            source=enchainer(tableau.source, tableau.note, *renvois), notes=commentaire,
        )  # fmt: skip


def _paquets(lignes: list[dict[str, Any]], pas: int) -> list[list[dict[str, Any]]]:
    """Des paquets égaux à une ligne près : jamais une dernière diapositive d'une ligne."""
    combien = 1 if len(lignes) <= pas + TOLERANCE else -(-len(lignes) // pas)
    taille = -(-len(lignes) // combien)
    return [lignes[debut : debut + taille] for debut in range(0, len(lignes), taille)]


def _pas(tableau: Tableau, *, verbeux: bool) -> int:
    """Combien de lignes par diapositive : moins quand leurs cellules passent à la ligne."""
    if verbeux:
        return LIGNES_DE_TEXTE
    textes = [affichee(ligne.get(c.cle), c.nature) for ligne in tableau.lignes for c in tableau.colonnes]
    return LIGNES_LONGUES if any(len(texte) > CELLULE_LONGUE for texte in textes) else LIGNES_PAR_DIAPOSITIVE


def _verbeux(tableau: Tableau) -> bool:
    """Un tableau surtout de textes : ses cellules tiennent sur plusieurs lignes."""
    textes = sum(not numerique(c.nature) for c in tableau.colonnes if not c.secondaire)
    return textes > COLONNES_DE_TEXTE


def _colonnes_gardees(tableau: Tableau) -> tuple[Tableau, list[str]]:
    principales = [colonne for colonne in tableau.colonnes if not colonne.secondaire]
    gardees = principales[: COLONNES_DE_TEXTE + 1 if _verbeux(tableau) else COLONNES_AU_PLUS]
    omises = [colonne.titre.lower() for colonne in tableau.colonnes if colonne not in gardees]
    return replace(tableau, colonnes=gardees), omises


def _suite(titre: str, rang: int, combien: int) -> str:
    return (
        titre if combien == 1 else f"{titre} ({rang}/{combien})" if rang == 1 else f"{titre} (suite {rang}/{combien})"
    )
