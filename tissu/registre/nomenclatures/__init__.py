"""Nomenclatures officielles : NAF rév. 2 et ses agrégats, NAF 2025, catégories juridiques, tranches, pays.

Trois origines, de la plus sûre à la plus pauvre : les fichiers officiels importés par `tissu nomenclatures
importer`, la NAF rév. 2 du paquet `pynsee` posée à l'installation, la petite table rédigée par nous (`minimal.yaml`).
Un code n'est jamais libellé avec les mots d'une autre version que la sienne.
"""

from tissu.registre.nomenclatures.libelles import (
    NAF_2025,
    NAF_REV2,
    choix_du_niveau,
    code_connu,
    libelle_agregat,
    libelle_categorie_juridique,
    libelle_naf,
    libelle_pays,
    libelle_tranche,
    naf_en_vigueur,
    niveaux,
    normaliser_naf,
    table_agregations,
)

__all__ = [
    "NAF_2025",
    "NAF_REV2",
    "choix_du_niveau",
    "code_connu",
    "libelle_agregat",
    "libelle_categorie_juridique",
    "libelle_naf",
    "libelle_pays",
    "libelle_tranche",
    "naf_en_vigueur",
    "niveaux",
    "normaliser_naf",
    "table_agregations",
]
