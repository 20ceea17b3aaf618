"""Enchaînement : du hasard réglé aux fichiers écrits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import (
    anomalies,
    bodacc,
    calendrier,
    cas,
    cas_identites,
    consulaire,
    effectifs,
    fichiers,
    lignes,
    mouvements,
    periodes,
    peuplement,
)
from .cibles import GRAINE, PART_TRANSFERTS_SANS_LIEN, hasard
from .lieux import Plan
from .modele import Territoire, nic_valide, siren_fictif


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
    plan = Plan(hasard(graine, "plan"))
    territoire = peuplement.peupler(hasard(graine, "peuplement"), vies, liaisons, individuels)
    peuplement.relier(hasard(graine, "liens"), territoire, liaisons, PART_TRANSFERTS_SANS_LIEN)
    peuplement.ajouter_sieges_et_voisins(hasard(graine, "sieges"), territoire, taille)
    peuplement.situer(hasard(graine, "lieux"), territoire, plan)
    peuplement.numeroter(territoire)
    peuplement.restreindre_diffusion(hasard(graine, "diffusion"), territoire)
    effectifs.attribuer(hasard(graine, "effectifs"), territoire)
    periodes.historiser(hasard(graine, "periodes"), territoire)
    _ajouter_cas(territoire, plan)
    return territoire


def _ajouter_cas(territoire: Territoire, plan: Plan) -> None:
    """Les situations choisies, après le peuplement et dans un ordre fixe : leurs SIREN ne bougent pas."""
    atelier = cas.Atelier(territoire, plan)
    cas.ajouter_vies(atelier)
    cas.ajouter_transferts(atelier)
    cas_identites.ajouter_effectifs(atelier)
    cas_identites.ajouter_diffusion(atelier)
    cas_identites.ajouter_noms(atelier)


def _etablissements_et_anomalies(territoire: Territoire) -> Iterator[tuple[str, ...]]:
    """Lignes justes, puis lignes fausses tirées des premières diffusibles."""
    bonnes: list[tuple[str, ...]] = []
    for etablissement, ligne in zip(territoire.etablissements, lignes.etablissements(territoire), strict=True):
        if len(bonnes) < len(anomalies.FAUSSES) and etablissement.diffusion == "O" and etablissement.lon:
            bonnes.append(ligne)
        yield ligne
    libres = [siren_fictif(880_000 + rang) + nic_valide(siren_fictif(880_000 + rang), 1) for rang in range(10)]
    for _, ligne in anomalies.lignes_fausses(bonnes, libres):
        yield ligne


def ecrire(
    dossier: Path, territoire: Territoire, *, graine: int = GRAINE, taille: float = 1.0, compresse: bool = True
) -> list[Fichier]:
    """Écrit tous les fichiers dans le dossier : Sirene, BODACC, fichier consulaire, sommaire des cas."""
    dossier.mkdir(parents=True, exist_ok=True)
    lots = (
        (fichiers.NOM_UNITE, fichiers.ENTETE_UNITE, lignes.unites(territoire), ","),
        (fichiers.NOM_ETABLISSEMENT, fichiers.ENTETE_ETABLISSEMENT, _etablissements_et_anomalies(territoire), ","),
        (fichiers.NOM_HISTORIQUE, fichiers.ENTETE_HISTORIQUE, lignes.periodes(territoire), ","),
        (fichiers.NOM_LIENS, fichiers.ENTETE_LIENS, lignes.liens(territoire), ","),
        (fichiers.NOM_GEOLOCALISATION, fichiers.ENTETE_GEOLOCALISATION, lignes.geolocalisations(territoire), ";"),
    )
    chemins = [
        fichiers.ecrire_csv(dossier / nom, entete, contenu, separateur=separateur, compresse=compresse)
        for nom, entete, contenu, separateur in lots
    ]
    entete_cas = ("cas", "siret", "siren", "description")
    chemins.append(
        fichiers.ecrire_csv(
            dossier / "cas_particuliers.csv", entete_cas, territoire.cas, separateur=";", compresse=False
        )
    )
    chemins.append(bodacc.ecrire(dossier / "bodacc_annonces.json", hasard(graine, "bodacc"), territoire))
    chemins += consulaire.ecrire(dossier, hasard(graine, "consulaire"), territoire, taille)
    return [Fichier(chemin, chemin.stat().st_size) for chemin in chemins]


def generer(dossier: Path, *, graine: int = GRAINE, taille: float = 1.0, compresse: bool = True) -> list[Fichier]:
    """Compose et écrit le territoire de démonstration ; même graine et même taille, mêmes octets."""
    return ecrire(dossier, composer(graine, taille), graine=graine, taille=taille, compresse=compresse)
