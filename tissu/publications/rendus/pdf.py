"""Le PDF balisé (PDF/UA-1), composé par typst : les données passent en JSON, jamais comme balisage."""

import json
from pathlib import Path
from typing import Any

import typst

from tissu.publications.contenu import Bloc, Chiffres, Document, Encadre, Figure, Liste, Nature, Paragraphe, Tableau
from tissu.publications.graphiques import POLICES, svg
from tissu.publications.valeurs import affichee, numerique
from tissu.socle.formats import date_longue

GABARIT = Path(__file__).resolve().parents[1] / "gabarits" / "document.typ"
ACCENT = "#0b5cad"
LIGNES_AU_PLUS = 400
# Longueurs de texte, en signes.
COURTE, LONGUE = 10, 60
INSECABLES = {Nature.SIRET, Nature.SIREN, Nature.DATE, Nature.CODE}


def rendre_pdf(document: Document, *, accent: str = ACCENT) -> bytes:
    """Compose le document. Un tableau de plus de 400 lignes y est coupé, et le dit : le classeur les porte toutes."""
    donnees = {
        "titre": document.titre,
        "sous_titre": document.sous_titre,
        "territoire": document.territoire,
        "periode": document.periode,
        "source_au": date_longue(document.source_au),
        "version": document.version,
        "partenaires": list(document.partenaires),
        "methode": list(document.methode),
        "pied": f"{document.territoire} · données au {date_longue(document.source_au)} · {document.version}",
        "accent": accent,
        "sections": [{"titre": s.titre, "blocs": [_bloc(bloc) for bloc in s.blocs]} for s in document.sections],
    }
    return typst.compile(
        GABARIT,
        format="pdf",
        font_paths=[POLICES],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(donnees, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def _bloc(bloc: Bloc) -> dict[str, Any]:
    if isinstance(bloc, Tableau):
        return _tableau(bloc)
    if isinstance(bloc, Chiffres):
        chiffres = [
            {"titre": c.titre, "valeur": affichee(c.valeur, c.nature), "unite": c.unite, "comparaison": c.comparaison}
            for c in bloc.chiffres
        ]
        return {"sorte": "chiffres", "chiffres": chiffres}
    if isinstance(bloc, Figure):
        return {
            "sorte": "figure",
            "titre": bloc.titre,
            "sous_titre": bloc.sous_titre,
            "description": bloc.description,
            "source": bloc.source,
            "svg": svg(bloc.graphique),
        }
    if isinstance(bloc, Encadre):
        return {"sorte": "encadre", "titre": bloc.titre, "texte": list(bloc.texte)}
    if isinstance(bloc, Liste):
        return {"sorte": "liste", "elements": list(bloc.elements)}
    assert isinstance(bloc, Paragraphe)
    return {"sorte": "paragraphe", "texte": bloc.texte}


def _tableau(tableau: Tableau) -> dict[str, Any]:
    gardees = tableau.lignes[:LIGNES_AU_PLUS]
    coupees = len(tableau.lignes) - len(gardees)
    source = tableau.source
    if coupees:
        source += f" Les {coupees} lignes suivantes sont dans le classeur et le CSV."
    return {
        "sorte": "tableau",
        "titre": tableau.titre,
        "colonnes": [{"titre": c.titre, "numerique": numerique(c.nature)} for c in tableau.colonnes],
        "largeurs": _largeurs(tableau),
        "lignes": [[affichee(ligne.get(c.cle), c.nature) for c in tableau.colonnes] for ligne in gardees],
        "total": [_texte_total(tableau.total.get(c.cle), c) for c in tableau.colonnes] if tableau.total else None,
        "source": source.strip(),
        "vide": tableau.vide,
    }


def _texte_total(valeur: Any, colonne: Any) -> str:
    return "" if valeur is None else affichee(valeur, colonne.nature)


def _largeurs(tableau: Tableau) -> list[float]:
    """La part de largeur de chaque colonne : selon sa longueur moyenne, sans qu'un texte long écrase les autres.

    Zéro : la colonne prend juste sa largeur (nombres, dates, identifiants).
    """
    parts = []
    for colonne in tableau.colonnes:
        longueurs = [len(affichee(ligne.get(colonne.cle), colonne.nature)) for ligne in tableau.lignes[:200]]
        courte = max(longueurs, default=0) <= COURTE or colonne.nature in INSECABLES
        parts.append(0.0 if courte else min(sum(longueurs) / len(longueurs), LONGUE) ** 0.5)
    return parts if any(parts) else [1.0, *parts[1:]]
