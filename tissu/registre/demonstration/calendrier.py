"""Naissances et fermetures mois par mois : le rythme du territoire.

Trois populations : les établissements fermés avant la fenêtre de quinze ans, ceux qui y entrent
ouverts, ceux qui y naissent. Les nombres mensuels sont fixés (tendance, saison, année 2020), puis
les fermetures sont tirées parmi les ouverts selon l'activité et l'âge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from . import activites
from .cibles import ACTIFS, INCONNUE, NOMBRE_MOIS, PREMIER_MOIS, TOTAL, a_l_echelle

SAISON_NAISSANCES = (1.15, 1.0, 1.04, 0.99, 0.94, 1.0, 0.93, 0.8, 1.15, 1.13, 0.98, 0.89)
SAISON_FERMETURES = (1.02, 0.92, 1.03, 0.95, 0.92, 1.09, 0.96, 0.82, 1.02, 0.99, 0.97, 1.31)
JAMAIS = -1


@dataclass(frozen=True)
class Vies:
    """Dates (jours ordinaux) et activités de chaque établissement ; fermeture `JAMAIS` si ouvert."""

    creation: np.ndarray
    fermeture: np.ndarray
    activite: np.ndarray


def mois(rang: int) -> tuple[int, int]:
    """Année et mois du rang compté depuis le premier mois de la fenêtre."""
    total = PREMIER_MOIS[0] * 12 + PREMIER_MOIS[1] - 1 + rang
    return total // 12, total % 12 + 1


def bornes(rang: int) -> tuple[int, int]:
    """Premier et dernier jour (ordinaux) d'un mois de la fenêtre."""
    annee, numero = mois(rang)
    suite_annee, suite_numero = mois(rang + 1)
    return date(annee, numero, 1).toordinal(), date(suite_annee, suite_numero, 1).toordinal() - 1


def nombres_mensuels(rng: np.random.Generator, taille: float) -> tuple[np.ndarray, np.ndarray]:
    """Naissances et fermetures visées pour chaque mois de la fenêtre."""
    naissances, fermetures = [], []
    for rang in range(NOMBRE_MOIS):
        annee, numero = mois(rang)
        tendance = 385 + 145 * rang / NOMBRE_MOIS
        choc = {(2020, 3): 0.72, (2020, 4): 0.5, (2020, 5): 0.68, (2023, 1): 0.85, (2023, 2): 0.9}.get(
            (annee, numero), 1.0
        )
        naissances.append(tendance * SAISON_NAISSANCES[numero - 1] * choc * rng.normal(1, 0.035))
        creux = 0.78 if annee in (2020, 2021) else 1.0
        fermetures.append(
            (300 + 90 * rang / NOMBRE_MOIS) * SAISON_FERMETURES[numero - 1] * creux * rng.normal(1, 0.035)
        )

    def echelle(valeurs: list[float]) -> np.ndarray:
        return np.maximum(1, np.round(np.array(valeurs) * taille)).astype(int)

    return echelle(naissances), echelle(fermetures)


def _jours(rng: np.random.Generator, rang: int, nombre: int, *, fin: bool) -> np.ndarray:
    """Jours d'un mois : le premier attire les naissances, le dernier les fermetures."""
    debut, dernier = bornes(rang)
    jours = rng.integers(debut, dernier + 1, nombre)
    attires = rng.random(nombre) < (0.33 if fin else 0.2)
    jours[attires] = dernier if fin else debut
    return jours


def _anciens(rng: np.random.Generator, nombre: int, veille: int, moyenne: float) -> np.ndarray:
    """Naissances d'avant la fenêtre ; une sur trente est inconnue (1900-01-01)."""
    ages = np.minimum(rng.gamma(1.3, moyenne / 1.3, nombre), 58) * 365.25
    creation = veille - 1 - ages.astype(int)
    creation[rng.random(nombre) < 0.033] = INCONNUE
    return creation


def simuler(rng: np.random.Generator, taille: float) -> Vies:
    """Vies de tous les établissements du territoire, aux totaux visés."""
    total, actifs = a_l_echelle(TOTAL, taille), a_l_echelle(ACTIFS, taille)
    naissances, fermetures = nombres_mensuels(rng, taille)
    ouverts_au_debut = actifs - int(naissances.sum()) + int(fermetures.sum())
    deja_fermes = total - ouverts_au_debut - int(naissances.sum())
    veille = bornes(0)[0]

    activite = activites.tirer(rng, total)
    creation, fermeture = np.empty(total, dtype=np.int64), np.full(total, JAMAIS, dtype=np.int64)
    creation[:ouverts_au_debut] = _anciens(rng, ouverts_au_debut, veille, 8.5)
    fin_anciens = ouverts_au_debut + deja_fermes
    fins = veille - 1 - (rng.beta(1.1, 2.0, deja_fermes) * 18 * 365.25).astype(int)
    vies = np.maximum(25, rng.gamma(1.2, 5.5, deja_fermes) * 365.25).astype(int)
    fermeture[ouverts_au_debut:fin_anciens] = fins
    creation[ouverts_au_debut:fin_anciens] = np.where(rng.random(deja_fermes) < 0.05, INCONNUE, fins - vies)

    rang_suivant = fin_anciens
    risques = activites.RISQUES[activite]
    ouverts = np.arange(ouverts_au_debut)
    for rang in range(NOMBRE_MOIS):
        debut, _ = bornes(rang)
        age = np.clip((debut - creation[ouverts]) / 365.25, 0, 30)
        poids = risques[ouverts] * (0.35 + np.exp(-((age - 2.2) ** 2) / 7)) * (age > 0.25) + 1e-9
        cles = np.log(rng.random(len(ouverts))) / poids
        choisis = np.argpartition(-cles, int(fermetures[rang]))[: int(fermetures[rang])]
        fermeture[ouverts[choisis]] = _jours(rng, rang, len(choisis), fin=True)
        nouveaux = np.arange(rang_suivant, rang_suivant + int(naissances[rang]))
        creation[nouveaux] = _jours(rng, rang, len(nouveaux), fin=False)
        rang_suivant += len(nouveaux)
        ouverts = np.concatenate([np.delete(ouverts, choisis), nouveaux])
    return Vies(creation, fermeture, activite)
