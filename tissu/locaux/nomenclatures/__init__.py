"""La typologie des activités d'un local : huit familles et ce qui n'est pas du commerce, tirées de la NAF ou posées.

Les données sont dans `typologie.yaml`, les libellés d'un fichier de ville dans `correspondances/*.yaml`.
"""

from tissu.locaux.nomenclatures.libelles import activite_du_libelle, correspondances_connues
from tissu.locaux.nomenclatures.typologie import (
    NON_COMMERCIAL,
    Activite,
    Famille,
    activite,
    activite_de_naf,
    activites,
    choix_d_activite,
    famille_de,
    familles,
    libelle_activite,
    libelle_famille,
)

__all__ = [
    "NON_COMMERCIAL",
    "Activite",
    "Famille",
    "activite",
    "activite_de_naf",
    "activite_du_libelle",
    "activites",
    "choix_d_activite",
    "correspondances_connues",
    "famille_de",
    "familles",
    "libelle_activite",
    "libelle_famille",
]
