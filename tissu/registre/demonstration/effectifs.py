"""Employeurs, tranches d'effectif et années de référence.

La tranche est celle du 31 décembre de l'année dite, publiée environ deux ans après : les
employeurs récents n'en ont pas encore (`NN`), et il manque quelques années.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from .activites import ACTIVITES
from .cibles import ARRET
from .modele import Territoire, Unite

# Tranche, plus petit effectif, plus grand effectif, part chez les employeurs.
TRANCHES = (
    ("00", 0, 0, 0.090),
    ("01", 1, 2, 0.370),
    ("02", 3, 5, 0.215),
    ("03", 6, 9, 0.125),
    ("11", 10, 19, 0.098),
    ("12", 20, 49, 0.066),
    ("21", 50, 99, 0.0195),
    ("22", 100, 199, 0.0098),
    ("31", 200, 249, 0.0024),
    ("32", 250, 499, 0.0030),
    ("41", 500, 999, 0.0009),
    ("42", 1000, 1999, 0.0003),
    ("51", 2000, 4999, 0.0001),
)
BORNES = {code: (bas, haut) for code, bas, haut, _ in TRANCHES} | {"52": (5000, 9999), "53": (10000, 14000)}
DERNIERE_ANNEE_CONNUE = date(2024, 6, 1).toordinal()


def tranche_de(effectif: int) -> str:
    """Code de tranche d'un effectif en personnes."""
    return next(code for code, (bas, haut) in BORNES.items() if effectif <= haut)


def attribuer(rng: np.random.Generator, territoire: Territoire) -> None:
    """Effectif réel, tranche et caractère employeur de chaque établissement ouvert, puis des unités."""
    parts = np.array([part for *_, part in TRANCHES])
    rangs_bas = np.arange(len(TRANCHES))
    lots = {}
    for famille in {a.famille.nom: a.famille for a in ACTIVITES}.values():
        poids = parts * famille.taille ** (np.maximum(0, rangs_bas - 2) * 0.16)
        lots[famille.nom] = np.cumsum(poids / poids.sum())
    tirages = rng.random((len(territoire.etablissements), 5)).tolist()
    for e, (a, b, c, d, f) in zip(territoire.etablissements, tirages, strict=True):
        famille = ACTIVITES[e.activite].famille
        anciennete = (e.fermeture or ARRET) - e.creation
        part = famille.part_employeur * (0.25 if e.unite.physique else 1.45) * (0.45 if anciennete < 500 else 1.0)
        e.registre_metiers = (
            f"{ACTIVITES[e.activite].naf.replace('.', '')[:4]}Z{'ABCD'[int(f * 4)]}"
            if famille.metiers and f < 0.6
            else ""
        )
        e.employeur = a < part
        if not e.employeur or e.fermeture is not None:
            e.tranche = "NN" if e.fermeture is None else ("" if b < 0.7 else "NN")
            continue
        rang = int(np.searchsorted(lots[famille.nom], b))
        rang = min(rang, 3 if e.unite.physique else 12)
        code, bas, haut, _ = TRANCHES[rang]
        territoire.effectifs_reels[e.siret] = bas + int((haut - bas + 1) * c)
        if e.creation > DERNIERE_ANNEE_CONNUE:
            e.tranche = "NN"
        else:
            e.tranche = code
            e.annee_tranche = "2024" if d < 0.62 else "2023" if d < 0.965 else "2022" if d < 0.98 else ""
    for unite in territoire.unites:
        _totaliser(unite, territoire.effectifs_reels)


def _totaliser(unite: Unite, effectifs: dict[str, int]) -> None:
    """Tranche de l'unité, somme de ses établissements connus, et catégorie d'entreprise."""
    connus = [e for e in unite.etablissements if e.tranche not in ("", "NN")]
    total = sum(effectifs.get(e.siret, 0) for e in connus)
    if connus:
        unite.tranche = tranche_de(total)
        unite.annee_tranche = next((e.annee_tranche for e in connus if e.annee_tranche), "")
    elif unite.cessation is None:
        unite.tranche = "NN"
    if unite.cessation is None and unite.creation < DERNIERE_ANNEE_CONNUE - 150:
        unite.categorie_entreprise = "GE" if total >= 4000 else "ETI" if total >= 250 else "PME"
