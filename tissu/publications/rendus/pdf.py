"""Le PDF balisé (PDF/UA-1), composé par typst : les données passent en JSON, jamais comme balisage."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typst

from tissu.publications.contenu import (
    Bloc,
    Carte,
    Chiffres,
    Document,
    Encadre,
    Figure,
    Intertitre,
    Liste,
    Nature,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.dessins import verifier
from tissu.publications.graphiques import POLICES, svg
from tissu.publications.habillage import Habillage
from tissu.publications.valeurs import affichee, enchainer, numerique
from tissu.socle.formats import date_longue

GABARIT = Path(__file__).resolve().parents[1] / "gabarits" / "document.typ"
ACCENT = "#0b5cad"
LIGNES_AU_PLUS = 400
# Longueurs de texte, en signes.
COURTE, LONGUE = 10, 60
MOT_LE_PLUS_LONG = 18
COLONNES_EN_HAUTEUR = 7
# Ce qui tient dans la largeur d'une page A4, au corps des tableaux.
SIGNES_EN_HAUTEUR, SIGNES_EN_TRAVERS = 95, 165
# Ce qui tient d'un seul tenant sur une demi-page.
TUILES_ENSEMBLE, SIGNES_ENSEMBLE = 12, 1500
INSECABLES = {Nature.SIRET, Nature.SIREN, Nature.DATE, Nature.CODE}


def rendre_pdf(document: Document, habillage: Habillage | None = None) -> bytes:
    """Compose le document, aux couleurs et aux mentions de son `habillage`.

    Un tableau de plus de 400 lignes y est coupé, et le dit : le classeur les porte toutes.
    """
    habillage = habillage or Habillage()
    donnees = {
        "titre": document.titre,
        "sous_titre": document.sous_titre,
        "territoire": document.territoire,
        "periode": document.periode,
        "source_au": date_longue(document.source_au),
        "version": document.version,
        "partenaires": list(document.partenaires),
        # Un document qui a déjà sa section de méthode ne la répète pas à la fin.
        "methode": [] if any(s.identifiant == "methode" for s in document.sections) else list(document.methode),
        "pied": " · ".join(
            filter(
                None,
                (
                    document.territoire,
                    f"données au {date_longue(document.source_au)}",
                    document.version,
                ),
            )
        ),
        "accent": habillage.accent or ACCENT,
        "organisation": habillage.organisation,
        "mention": habillage.embargo or habillage.reserve,
        "edition": habillage.edition,
        "pied_organisation": habillage.pied,
        "logo": list(habillage.logo),
        "fiche": document.fiche,
        "sections": [_section(section) for section in document.sections],
    }
    return typst.compile(
        GABARIT,
        format="pdf",
        font_paths=[POLICES],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(donnees, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def _section(section: Section) -> dict[str, Any]:
    blocs = [_bloc(morceau) for bloc in section.blocs for morceau in _morceaux(bloc)]
    # Le titre suit sur sa page en travers le tableau qui ouvre la section.
    en_travers = bool(blocs) and bool(blocs[0].get("en_travers"))
    return {
        "titre": section.titre,
        "blocs": blocs,
        "en_travers": en_travers,
        "ensemble": _tient_ensemble(section),
        "essentiel": section.identifiant == "essentiel",
    }


def _morceaux(bloc: Bloc) -> list[Bloc]:
    """Une carte se lit sur le papier avec son tableau, qui dit la même chose."""
    return [bloc, bloc.tableau] if isinstance(bloc, Carte) else [bloc]


def _tient_ensemble(section: Section) -> bool:
    """Une section courte, sans tableau ni figure, ne se coupe pas d'une page à l'autre."""
    if not section.blocs or any(isinstance(bloc, Tableau | Figure | Carte) for bloc in section.blocs):
        return False
    tuiles = sum(len(bloc.chiffres) for bloc in section.blocs if isinstance(bloc, Chiffres))
    signes = sum(
        len(texte)
        for bloc in section.blocs
        for texte in (
            [bloc.texte] if isinstance(bloc, Paragraphe)
            else bloc.elements if isinstance(bloc, Liste)
            else bloc.texte if isinstance(bloc, Encadre)
            else []
        )
    )  # fmt: skip
    return tuiles <= TUILES_ENSEMBLE and signes <= SIGNES_ENSEMBLE


def _bloc(bloc: Bloc) -> dict[str, Any]:
    if isinstance(bloc, Tableau):
        return _tableau(bloc)
    if isinstance(bloc, Chiffres):
        chiffres = [
            {"titre": c.titre, "valeur": affichee(c.valeur, c.nature), "unite": c.unite, "comparaison": c.comparaison}
            for c in bloc.chiffres
        ]
        return {"sorte": "chiffres", "chiffres": chiffres}
    if isinstance(bloc, Figure | Carte):
        return {
            "sorte": "figure",
            "titre": bloc.titre,
            "sous_titre": bloc.sous_titre,
            "description": bloc.description,
            "source": bloc.source,
            "svg": svg(bloc.graphique) if isinstance(bloc, Figure) else verifier(bloc.dessin),
        }
    if isinstance(bloc, Encadre):
        return {"sorte": "encadre", "titre": bloc.titre, "texte": list(bloc.texte)}
    if isinstance(bloc, Liste):
        return {"sorte": "liste", "elements": list(bloc.elements)}
    if isinstance(bloc, Intertitre):
        return {"sorte": "intertitre", "texte": bloc.texte}
    assert isinstance(bloc, Paragraphe)
    return {"sorte": "paragraphe", "texte": bloc.texte}


def _tableau(complet: Tableau) -> dict[str, Any]:
    tableau = replace(complet, colonnes=[colonne for colonne in complet.colonnes if not colonne.secondaire])
    gardees = tableau.lignes[:LIGNES_AU_PLUS]
    coupees = len(tableau.lignes) - len(gardees)
    suite = f"Les {coupees} lignes suivantes sont dans le classeur et le CSV." if coupees else ""
    source = enchainer(tableau.note, tableau.source, suite)
    return {
        "sorte": "tableau",
        "titre": tableau.titre,
        "colonnes": [{"titre": c.titre, "numerique": numerique(c.nature)} for c in tableau.colonnes],
        "largeurs": _largeurs(tableau),
        "en_travers": en_travers(tableau),
        "lignes": [[affichee(ligne.get(c.cle), c.nature) for c in tableau.colonnes] for ligne in gardees],
        "total": [_texte_total(tableau.total.get(c.cle), c) for c in tableau.colonnes] if tableau.total else None,
        "source": source.strip(),
        "vide": tableau.vide,
    }


def _texte_total(valeur: Any, colonne: Any) -> str:
    return "" if valeur is None else affichee(valeur, colonne.nature)


def _largeurs(tableau: Tableau) -> list[float]:
    """La part de largeur de chaque colonne ; zéro : la colonne prend juste sa largeur (nombres, dates, identifiants).

    Quand tout ne tient pas ainsi, chaque colonne reçoit de quoi loger son plus long mot, puis selon son texte moyen.
    """
    mesures = [_mesurer(tableau, rang) for rang in range(len(tableau.colonnes))]
    justes = [
        mesure.longueur <= COURTE or colonne.nature in INSECABLES
        for mesure, colonne in zip(mesures, tableau.colonnes, strict=True)
    ]
    besoin = sum(mesure.longueur if juste else mesure.mot for mesure, juste in zip(mesures, justes, strict=True))
    if besoin > (SIGNES_EN_TRAVERS if en_travers(tableau) else SIGNES_EN_HAUTEUR):
        return [max(float(mesure.mot), min(mesure.moyenne, LONGUE / 2)) for mesure in mesures]
    parts = [
        0.0 if juste else min(mesure.moyenne, LONGUE) ** 0.5 for mesure, juste in zip(mesures, justes, strict=True)
    ]
    return parts if any(parts) else [1.0, *parts[1:]]


@dataclass(frozen=True)
class _Mesure:
    """Ce qu'une colonne demande, en signes : sa plus longue cellule, sa moyenne, son plus long mot."""

    longueur: int
    moyenne: float
    mot: int


def _mesurer(tableau: Tableau, rang: int) -> _Mesure:
    colonne = tableau.colonnes[rang]
    cellules = [affichee(ligne.get(colonne.cle), colonne.nature) for ligne in tableau.lignes[:LIGNES_AU_PLUS]]
    longueurs = [len(cellule) for cellule in cellules] or [0]
    mots = [len(mot) for texte in (*cellules, colonne.titre) for mot in re.split(r"[ \-]", texte)]
    return _Mesure(max(longueurs), sum(longueurs) / len(longueurs), min(max(mots), MOT_LE_PLUS_LONG))


def en_travers(tableau: Tableau) -> bool:
    """Un tableau de plus de sept colonnes dont plusieurs de texte se lit sur une page en travers."""
    textes = sum(not numerique(colonne.nature) for colonne in tableau.colonnes)
    return len(tableau.colonnes) > COLONNES_EN_HAUTEUR and textes > COLONNES_EN_HAUTEUR / 2
