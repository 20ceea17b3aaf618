"""Enchaînement : du hasard réglé aux fichiers écrits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import calendrier, effectifs, fichiers, lignes, mouvements, periodes, peuplement
from .cibles import GRAINE, PART_TRANSFERTS_SANS_LIEN, hasard
from .lieux import Plan
from .modele import Territoire


@dataclass(frozen=True)
class Fichier:
    """Un fichier écrit et sa taille en octets."""

    chemin: Path
    octets: int


def composer(graine: int = GRAINE, taille: float = 1.0) -> Territoire:
    """Territoire complet en mémoire ; `taille` 1.0 pour la grandeur vraie, 0.01 pour un essai."""
    vies = calendrier.simuler(hasard(graine, "calendrier"), taille)
    individuels = peuplement.tirer_individuels(hasard(graine, "formes"), vies.activite)
    liaisons = mouvements.former(hasard(graine, "mouvements"), vies, taille, individuels)
    territoire = peuplement.peupler(hasard(graine, "peuplement"), vies, liaisons, individuels)
    peuplement.relier(hasard(graine, "liens"), territoire, liaisons, PART_TRANSFERTS_SANS_LIEN)
    peuplement.ajouter_sieges_et_voisins(hasard(graine, "sieges"), territoire, taille)
    peuplement.situer(hasard(graine, "lieux"), territoire, Plan(hasard(graine, "plan")))
    peuplement.numeroter(territoire)
    peuplement.restreindre_diffusion(hasard(graine, "diffusion"), territoire)
    effectifs.attribuer(hasard(graine, "effectifs"), territoire)
    periodes.historiser(hasard(graine, "periodes"), territoire)
    return territoire


def ecrire(dossier: Path, territoire: Territoire, *, compresse: bool = True) -> list[Fichier]:
    """Écrit les fichiers Sirene dans le dossier."""
    dossier.mkdir(parents=True, exist_ok=True)
    lots = (
        (fichiers.NOM_UNITE, fichiers.ENTETE_UNITE, lignes.unites(territoire), ","),
        (fichiers.NOM_ETABLISSEMENT, fichiers.ENTETE_ETABLISSEMENT, lignes.etablissements(territoire), ","),
        (fichiers.NOM_HISTORIQUE, fichiers.ENTETE_HISTORIQUE, lignes.periodes(territoire), ","),
        (fichiers.NOM_LIENS, fichiers.ENTETE_LIENS, lignes.liens(territoire), ","),
        (fichiers.NOM_GEOLOCALISATION, fichiers.ENTETE_GEOLOCALISATION, lignes.geolocalisations(territoire), ";"),
    )
    ecrits = []
    for nom, entete, contenu, separateur in lots:
        chemin = fichiers.ecrire_csv(dossier / nom, entete, contenu, separateur=separateur, compresse=compresse)
        ecrits.append(Fichier(chemin, chemin.stat().st_size))
    return ecrits
