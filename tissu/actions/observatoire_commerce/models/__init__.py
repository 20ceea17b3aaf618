"""Les tables de l'observatoire : un fichier par sujet."""

from tissu.actions.observatoire_commerce.models.cdac import ProjetCdac
from tissu.actions.observatoire_commerce.models.comparaisons import (
    CriteresDeComparaison,
    ImportDeVilles,
    LigneEnQuarantaine,
    ValeurComparee,
    VilleComparee,
)
from tissu.actions.observatoire_commerce.models.veilles import PreferenceDeVeille, VeilleDeLocaux

__all__ = [
    "CriteresDeComparaison",
    "ImportDeVilles",
    "LigneEnQuarantaine",
    "PreferenceDeVeille",
    "ProjetCdac",
    "ValeurComparee",
    "VeilleDeLocaux",
    "VilleComparee",
]
