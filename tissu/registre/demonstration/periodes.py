"""Périodes de chaque établissement : nomenclatures successives, changements, fermetures.

Une période s'ouvre à chaque changement d'une variable historisée. Le 1er janvier 2008 tous les
établissements ouverts passent à la NAF rév. 2 ; ceux fermés avant gardent leur ancien code. Une
seconde période fermée est une correction : elle ne déplace pas la fermeture.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from . import noms
from .activites import ACTIVITES
from .cibles import ARRET, INCONNUE, NAF_2003, NAF_2008
from .modele import Etablissement, Periode, Territoire

FAMILLES_A_ENSEIGNE = frozenset(
    ("agroalimentaire", "automobile", "detail", "restauration", "personnels", "loisirs", "agences", "sante")
)
# Début fréquent des périodes reprises de l'ancien répertoire, et reprise générale des dates de traitement.
PREMIERE_DATE_SIRENE = date(1995, 12, 25).toordinal()
REPRISE_DU_REPERTOIRE = date(2024, 3, 22).toordinal()

# Une correction après fermeture : le caractère employeur s'efface, l'état ne change pas.
CORRECTION = {"employeur": ""}


class Tirages:
    """Réserve de tirages, consommés dans l'ordre : un seul appel à numpy pour tout le territoire."""

    def __init__(self, rng: np.random.Generator, nombre: int) -> None:
        self._valeurs = iter(rng.random(nombre).tolist())

    def suivant(self) -> float:
        """Prochain nombre de [0, 1[."""
        return next(self._valeurs)

    def jour(self, debut: int, fin: int) -> int:
        """Jour entre deux bornes, la première incluse."""
        return debut + int(self.suivant() * max(1, fin - debut))


def historiser(rng: np.random.Generator, territoire: Territoire) -> None:
    """Remplit `periodes` (de la plus ancienne à la plus récente) et les dates de traitement."""
    tirages = Tirages(rng, 40 * len(territoire.etablissements))
    for e in territoire.etablissements:
        evenements = _evenements(e, tirages)
        e.periodes = _enchainer(evenements)
        e.traitement = _traitement(e.periodes[-1].debut, tirages)
    for unite in territoire.unites:
        unite.traitement = max(e.traitement for e in unite.etablissements)


def _evenements(e: Etablissement, tirages: Tirages) -> list[tuple[int, dict]]:
    activite = ACTIVITES[e.activite]
    debut = e.creation
    if debut == INCONNUE:
        debut = (
            PREMIERE_DATE_SIRENE
            if (e.fermeture or ARRET) > PREMIERE_DATE_SIRENE + 400
            else (e.fermeture or ARRET) - 300
        )
    fin = e.fermeture if e.fermeture is not None else ARRET
    etat = {"etat": "A", "employeur": "O" if e.employeur else "N", **_code_a(debut, e.activite)}
    if activite.famille.nom in FAMILLES_A_ENSEIGNE and tirages.suivant() < 0.42:
        etat["enseigne"] = noms.enseigne(int(tirages.suivant() * 1e6))
    if tirages.suivant() < (0.05 if e.unite.physique else 0.02):
        etat["usuelle"] = noms.enseigne(int(tirages.suivant() * 1e6))
    evenements = [(debut, etat)]
    if debut < NAF_2003 < fin and tirages.suivant() < 0.3:
        evenements.append((NAF_2003, {"nomenclature": "NAF2003"}))
    if debut < NAF_2008 < fin:
        evenements.append((NAF_2008, _code_a(NAF_2008, e.activite)))
    evenements += _changements(activite.naf, max(debut, NAF_2008) + 60, fin - 30, tirages, etat["employeur"])
    if e.interruption and debut < e.interruption[0] and e.interruption[1] < fin:
        ferme, rouvre = e.interruption
        evenements = [x for x in evenements if x[0] <= ferme or x[0] > rouvre]
        evenements += [(ferme, {"etat": "F"}), (rouvre, {"etat": "A", **_code_a(rouvre, e.activite)})]
    if e.fermeture is not None:
        evenements = [x for x in evenements if x[0] < fin] + [(fin, {"etat": "F"})]
        if tirages.suivant() < 0.012 and fin + 400 < ARRET:
            evenements.append((fin + 1 + int(tirages.suivant() * 380), CORRECTION))
    return sorted(evenements, key=lambda x: x[0])


def _code_a(jour: int, rang: int) -> dict:
    """Code d'activité et nomenclature en vigueur un jour donné."""
    activite = ACTIVITES[rang]
    if jour >= NAF_2008:
        return {"naf": activite.naf, "nomenclature": "NAFRev2"}
    if jour >= NAF_2003:
        return {"naf": activite.famille.ancien[1], "nomenclature": "NAF2003"}
    return {"naf": activite.famille.ancien[0], "nomenclature": "NAF1993"}


def _changements(naf: str, debut: int, fin: int, tirages: Tirages, employeur: str) -> list[tuple[int, dict]]:
    """Changements ordinaires pendant la vie : employeur, enseigne, nom usuel, activité affinée."""
    if fin - debut < 200:
        return []
    attendus = min(2.6, (fin - debut) / 365.25 * 0.05)
    nombre = int(attendus + tirages.suivant())
    changements = []
    if employeur == "O" and tirages.suivant() < 0.5:
        changements.append((debut - 59, {"employeur": "N"}))
        changements.append((debut - 59 + int(tirages.suivant() * 140), {"employeur": "O"}))
    for _ in range(nombre):
        jour, genre = tirages.jour(debut + 100, fin), tirages.suivant()
        if genre < 0.4 and employeur == "N":
            changements.append((jour, {"employeur": "O"}))
            changements.append((tirages.jour(jour + 1, fin), {"employeur": "N"}))
        elif genre < 0.65:
            changements.append((jour, {"enseigne": noms.enseigne(int(tirages.suivant() * 1e6))}))
        elif genre < 0.85:
            changements.append((jour, {"usuelle": noms.enseigne(int(tirages.suivant() * 1e6))}))
        elif naf != "00.00Z":
            # Un code d'attente, puis le bon : l'activité finale reste celle du tirage.
            changements.append((max(debut, jour - 400), {"naf": "74.90B"}))
            changements.append((jour, {"naf": naf}))
    return changements


def _enchainer(evenements: list[tuple[int, dict]]) -> list[Periode]:
    """Périodes successives ; un événement qui ne change rien n'en ouvre pas."""
    debut, premier = evenements[0]
    periodes = [Periode(debut, **premier)]
    for jour, changement in evenements[1:]:
        derniere = periodes[-1]
        if any(getattr(derniere, nom) != valeur for nom, valeur in changement.items()):
            periodes.append(derniere.suivante(max(jour, derniere.debut + 1), changement))
    return periodes


def _traitement(debut: int, tirages: Tirages) -> int:
    """Jour du dernier traitement : d'ordinaire sous trois semaines, parfois des mois après l'effet."""
    tirage = tirages.suivant()
    delai = 70 + int(tirages.suivant() * 330) if tirage < 0.07 else 3 + int(tirages.suivant() * 22)
    jour = debut + delai
    if jour < REPRISE_DU_REPERTOIRE:
        jour = REPRISE_DU_REPERTOIRE + int(tirages.suivant() * 12)
    return min(jour, ARRET - 1 - int(tirages.suivant() * 3))
