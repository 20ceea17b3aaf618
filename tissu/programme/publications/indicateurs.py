"""Les figures et les fichiers des critères : la courbe des périodes, les lignes d'une valeur en CSV."""

from typing import Any

from django.utils.safestring import mark_safe

from tissu.programme.queries.indicateurs import EtatCritere
from tissu.programme.queries.pages_indicateurs import LignesDeMesure, periode_en_mots, valeur_en_mots
from tissu.publications.contenu import Colonne, Document, Section, Tableau
from tissu.publications.graphiques import barres, svg_de_page


def figure_des_periodes(etat: EtatCritere) -> dict[str, Any] | None:
    """Le dessin des valeurs par période ; None tant qu'il n'y en a pas deux."""
    connues = [m for m in etat.mesures if m.valeur is not None]
    if len(connues) < 2:
        return None
    lignes = [{"periode": periode_en_mots(m.periode), "valeur": float(m.valeur or 0)} for m in connues]
    haute = max(connues, key=lambda m: m.valeur or 0)
    unite = etat.critere.unite
    return {
        # Un dessin fait par nous, sans un mot de la personne.
        "svg": mark_safe(svg_de_page(barres(lignes, categorie="periode", valeur="valeur"))),  # noqa: S308
        "constat": f"Plus haut en {periode_en_mots(haute.periode)} : {valeur_en_mots(haute.valeur, unite)}",
        "mesure": f"{etat.critere.libelle}, {unite or 'en nombre'}, par période",
    }


def document_des_lignes(resultat: LignesDeMesure) -> Document:
    """Les lignes qu'un lecteur peut lire, pour un tableur."""
    mesure = resultat.mesure
    colonnes = [Colonne(cle, titre) for cle, titre in resultat.colonnes]
    lignes = [
        {cle: cellule["texte"] for (cle, _), cellule in zip(resultat.colonnes, ligne["cellules"], strict=True)}
        for ligne in resultat.lignes
    ]
    tableau = Tableau("lignes", mesure.critere.libelle, colonnes, lignes, source=mesure.source)
    return Document(
        titre=mesure.critere.libelle,
        sous_titre=f"Lignes de la valeur {mesure.periode}",
        territoire="",
        periode=mesure.periode,
        source_au=mesure.source_au,
        version=mesure.version_methode,
        sections=[Section("lignes", "Lignes", [tableau])],
    )
