"""Ce qu'une fiche dit d'un établissement : chaque valeur avec sa provenance, l'état expliqué, l'histoire.

Rien ici ne lit ni n'écrit : un dossier entre, des lignes et des phrases en sortent.
"""

from tissu.registre.fiche.etats import Etat, etat, etat_unite
from tissu.registre.fiche.histoire import chronologie, chronologie_unite, liens
from tissu.registre.fiche.valeurs import Valeur, activite, activite_dite, effectifs, identite, identite_unite, lieu

__all__ = [
    "Etat",
    "Valeur",
    "activite",
    "activite_dite",
    "chronologie",
    "chronologie_unite",
    "effectifs",
    "etat",
    "etat_unite",
    "identite",
    "identite_unite",
    "liens",
    "lieu",
]
