"""Les écritures des publications : préparer et diffuser, rendre les fichiers, tenir les gabarits, compter."""

from tissu.publications.operations.comptage import compter_telechargement
from tissu.publications.operations.diffusion import (
    DiffusionRefusee,
    corriger,
    corriger_depuis_la_source,
    diffuser,
    elargir,
    lever_embargo,
    preparer,
    preparer_depuis,
    retirer,
)
from tissu.publications.operations.gabarits import GabaritRefuse, enregistrer_gabarit

__all__ = [
    "DiffusionRefusee", "GabaritRefuse", "compter_telechargement", "corriger", "corriger_depuis_la_source",
    "diffuser", "elargir", "enregistrer_gabarit", "lever_embargo", "preparer", "preparer_depuis", "retirer",
]  # fmt: skip
