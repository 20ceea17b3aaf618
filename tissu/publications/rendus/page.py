"""La page web d'un document : les blocs prêts à être lus par le gabarit `publications/_document.html`."""

from dataclasses import replace
from typing import Any

from django.utils.safestring import mark_safe

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
    Tableau,
)
from tissu.publications.dessins import pour_la_page
from tissu.publications.graphiques import svg_de_page
from tissu.publications.valeurs import affichee, numerique
from tissu.socle.formats import nombre

CHIFFRES_A_COMPARER = 3


def contexte_page(document: Document, *, lignes_au_plus: int | None = None) -> dict[str, Any]:
    """Le document et ses sections, chaque bloc étant un dictionnaire qui nomme son gabarit (`sorte`).

    `lignes_au_plus` : un tableau plus long est coupé, et le dit ; ses totaux restent ceux de toutes ses lignes.
    """
    return {
        "document": document,
        "sections": [
            {
                "identifiant": s.identifiant,
                "titre": s.titre,
                "blocs": [_bloc(_couper(bloc, lignes_au_plus)) for bloc in s.blocs],
            }
            for s in document.sections
        ],
    }


def _couper(bloc: Bloc, lignes_au_plus: int | None) -> Bloc:
    if lignes_au_plus is None or not isinstance(bloc, Tableau) or len(bloc.lignes) <= lignes_au_plus:
        return bloc
    reste = len(bloc.lignes) - lignes_au_plus
    note = f"{bloc.note} Les {nombre(reste)} lignes suivantes sont dans les fichiers à télécharger.".strip()
    return replace(bloc, lignes=bloc.lignes[:lignes_au_plus], note=note)


def _bloc(bloc: Bloc) -> dict[str, Any]:
    if isinstance(bloc, Tableau):
        return {"sorte": "tableau", "tableau": tableau_affiche(bloc)}
    if isinstance(bloc, Chiffres):
        return {
            "sorte": "chiffres",
            "chiffres": [{"chiffre": c, "valeur": affichee(c.valeur, c.nature)} for c in bloc.chiffres],
        }
    if isinstance(bloc, Figure):
        # Le SVG vient de notre moteur de rendu, jamais d'une saisie.
        dessin = mark_safe(svg_de_page(bloc.graphique))  # noqa: S308
        tableau = tableau_affiche(bloc.tableau) if bloc.tableau else None
        return {"sorte": "figure", "figure": bloc, "svg": dessin, "tableau": tableau}
    if isinstance(bloc, Carte):
        # Le SVG est vérifié : il n'y a que des traits, des aplats et des textes.
        dessin = mark_safe(pour_la_page(bloc.dessin))  # noqa: S308
        return {"sorte": "figure", "figure": bloc, "svg": dessin, "tableau": tableau_affiche(bloc.tableau)}
    if isinstance(bloc, Encadre):
        return {"sorte": "encadre", "encadre": bloc}
    if isinstance(bloc, Liste):
        return {"sorte": "liste", "liste": bloc}
    if isinstance(bloc, Intertitre):
        return {"sorte": "intertitre", "intertitre": bloc}
    assert isinstance(bloc, Paragraphe)
    return {"sorte": "paragraphe", "paragraphe": bloc}


def tableau_affiche(tableau: Tableau) -> dict[str, Any]:
    """Le tableau en cellules de texte : {colonnes, lignes: [[cellule]], total: [cellule] | None}."""
    chiffres = sum(numerique(colonne.nature) for colonne in tableau.colonnes)
    return {
        "contenu": tableau,
        # Au téléphone, une ligne de texte se lit en carte ; une ligne de chiffres se compare, et défile de côté.
        "en_cartes": chiffres < CHIFFRES_A_COMPARER,
        "colonnes": [{"titre": c.titre, "numerique": numerique(c.nature)} for c in tableau.colonnes],
        "lignes": [_cellules(tableau, ligne) for ligne in tableau.lignes],
        "total": _cellules(tableau, tableau.total) if tableau.total is not None else None,
    }


def _cellules(tableau: Tableau, ligne: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "titre": colonne.titre,
            "texte": affichee(ligne.get(colonne.cle), colonne.nature),
            "adresse": ligne.get(colonne.adresse) if colonne.adresse else None,
            "numerique": numerique(colonne.nature),
        }
        for colonne in tableau.colonnes
    ]
