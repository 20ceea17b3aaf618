"""Transferts, reprises, établissements secondaires, interruptions : qui tient à qui.

On travaille sur des rangs, avant de créer les objets. Une paire réunit une fermeture et une
naissance du même mois : les nombres mensuels du calendrier n'en sont pas changés.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from . import calendrier, cibles
from .activites import ACTIVITES
from .calendrier import JAMAIS, Vies
from .cibles import ARRET, NOMBRE_MOIS

FAMILLES_A_SECONDAIRES = frozenset(
    (
        "agroalimentaire",
        "industrie",
        "gros",
        "detail",
        "restauration",
        "finance",
        "agences",
        "conseil",
        "soutien",
        "administration",
        "enseignement",
        "sante",
        "social",
        "associations",
        "automobile",
        "transport",
        "numerique",
        "personnels",
    )
)


@dataclass
class Mouvements:
    """Paires de rangs (prédécesseur, successeur) et interruptions (rang, début, reprise)."""

    internes: list[tuple[int, int]] = field(default_factory=list)
    reprises: list[tuple[int, int]] = field(default_factory=list)
    entrants: list[int] = field(default_factory=list)
    sortants: list[int] = field(default_factory=list)
    interruptions: dict[int, tuple[int, int]] = field(default_factory=dict)
    parent: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def _rangs_par_mois(jours: np.ndarray) -> list[np.ndarray]:
    limites = np.array([calendrier.bornes(rang)[0] for rang in range(NOMBRE_MOIS + 1)])
    cases = np.searchsorted(limites, jours, side="right") - 1
    ordre = np.argsort(cases, kind="stable")
    coupes = np.searchsorted(cases[ordre], np.arange(NOMBRE_MOIS + 1))
    return [ordre[coupes[mois] : coupes[mois + 1]] for mois in range(NOMBRE_MOIS)]


def _par_mois(nombre: float, taille: float, rng: np.random.Generator) -> int:
    """Nombre du mois, arrondi au hasard pour garder la moyenne aux petites tailles."""
    voulu = nombre * taille
    return int(voulu) + int(rng.random() < voulu % 1)


def former(rng: np.random.Generator, vies: Vies, taille: float, individuels: np.ndarray) -> Mouvements:
    """Mouvements de toute la fenêtre ; ajuste dates et activités des successeurs dans `vies`."""
    mouvements = Mouvements(parent=np.arange(len(vies.creation)))
    fermetures, naissances = _rangs_par_mois(vies.fermeture), _rangs_par_mois(vies.creation)
    for mois in range(NOMBRE_MOIS):
        fermes, nes = rng.permutation(fermetures[mois]), rng.permutation(naissances[mois])
        fermes = fermes[vies.creation[fermes] < calendrier.bornes(mois)[0]]
        internes = _par_mois(cibles.TRANSFERTS_INTERNES, taille, rng)
        reprises = _par_mois(cibles.REPRISES, taille, rng)
        entrants = _par_mois(cibles.TRANSFERTS_ENTRANTS, taille, rng)
        sortants = _par_mois(cibles.TRANSFERTS_SORTANTS, taille, rng)
        paires = list(zip(fermes.tolist(), nes.tolist(), strict=False))[: internes + reprises]
        for rang, (ancien, nouveau) in enumerate(paires):
            _enchainer(vies, ancien, nouveau)
            if rang < internes:
                mouvements.internes.append((ancien, nouveau))
                mouvements.parent[nouveau] = ancien
            else:
                mouvements.reprises.append((ancien, nouveau))
        suite = len(paires)
        mouvements.entrants += nes[suite : suite + entrants].tolist()
        mouvements.sortants += fermes[suite : suite + sortants].tolist()
    _rattacher_secondaires(rng, vies, mouvements, individuels)
    _interrompre(rng, vies, mouvements, taille)
    return mouvements


def _enchainer(vies: Vies, ancien: int, nouveau: int) -> None:
    """Le successeur naît le jour où ferme le prédécesseur, avec la même activité."""
    jour = int(vies.fermeture[ancien])
    vies.creation[nouveau] = jour
    vies.activite[nouveau] = vies.activite[ancien]
    if vies.fermeture[nouveau] != JAMAIS and vies.fermeture[nouveau] <= jour:
        vies.fermeture[nouveau] = jour + 25


def _rattacher_secondaires(
    rng: np.random.Generator, vies: Vies, mouvements: Mouvements, individuels: np.ndarray
) -> None:
    """Des établissements sont les secondaires d'une société déjà là ; les groupes sont inégaux."""
    nombre = len(vies.creation)
    admis = np.array([activite.famille.nom in FAMILLES_A_SECONDAIRES for activite in ACTIVITES])[vies.activite]
    libres = mouvements.parent == np.arange(nombre)
    tetes = np.flatnonzero(admis & ~individuels & libres)
    tetes = tetes[np.argsort(vies.creation[tetes], kind="stable")]
    tetes = tetes[rng.random(len(tetes)) < 0.3]
    candidats = np.flatnonzero(admis & libres & ~individuels & (rng.random(nombre) < 0.75))
    candidats = np.setdiff1d(
        candidats, np.array(mouvements.entrants + [n for _, n in mouvements.reprises], dtype=np.int64)
    )
    candidats = np.setdiff1d(candidats, tetes)
    if not len(tetes):
        return
    # Carré d'un tirage uniforme : quelques têtes attirent beaucoup de secondaires.
    ordre = rng.permutation(len(tetes))
    for candidat, tirage in zip(candidats.tolist(), rng.random(len(candidats)).tolist(), strict=True):
        tete = int(tetes[ordre[int(tirage**2.6 * len(tetes))]])
        ouverte = vies.fermeture[tete] == JAMAIS or vies.fermeture[tete] > vies.creation[candidat]
        if vies.creation[tete] < vies.creation[candidat] and ouverte:
            mouvements.parent[candidat] = tete
            if rng.random() < 0.8:
                vies.activite[candidat] = vies.activite[tete]


def _interrompre(rng: np.random.Generator, vies: Vies, mouvements: Mouvements, taille: float) -> None:
    """Fermés puis rouverts : plus d'un an (réactivation) ou moins (interruption courte)."""
    fins = np.where(vies.fermeture == JAMAIS, ARRET, vies.fermeture)
    longs = np.flatnonzero((fins - vies.creation > 1900) & (vies.creation > calendrier.bornes(0)[0] - 3000))
    reactivations = cibles.a_l_echelle(cibles.REACTIVATIONS * NOMBRE_MOIS, taille)
    courtes = cibles.a_l_echelle(cibles.INTERRUPTIONS_COURTES * NOMBRE_MOIS, taille)
    choisis = rng.permutation(longs)[: reactivations + courtes]
    for rang, etablissement in enumerate(choisis.tolist()):
        duree = int(rng.integers(380, 1300)) if rang < reactivations else int(rng.integers(20, 340))
        premier = int(vies.creation[etablissement]) + 200
        ouvert = vies.fermeture[etablissement] == JAMAIS
        dernier = int(fins[etablissement]) - duree - (1 if ouvert else 60)
        if dernier > premier:
            debut = int(rng.integers(premier, dernier))
            mouvements.interruptions[etablissement] = (debut, debut + duree)


def racines(parent: np.ndarray, creation: np.ndarray) -> np.ndarray:
    """Tête de chaque chaîne ; les parents naissent avant leurs suites, un passage suffit."""
    resultat = np.arange(len(parent))
    for rang in np.argsort(creation, kind="stable").tolist():
        if parent[rang] != rang:
            resultat[rang] = resultat[parent[rang]]
    return resultat
