"""Les tables du registre tenues dans la base ; les établissements eux-mêmes vivent dans l'instantané."""

from tissu.registre.models.consulaire import (
    Correspondance,
    DonneeConsulaire,
    EditionConsulaire,
    EffectifConsulaire,
    EtatEdition,
)
from tissu.registre.models.corrections import Correction, EtatCorrection
from tissu.registre.models.imports import FichierImporte, Import, LigneRefusee
from tissu.registre.models.recherches import ListeDeSirets, RechercheEnregistree
from tissu.registre.models.territoire import TypeZone, Zone

__all__ = [
    "Correction",
    "Correspondance",
    "DonneeConsulaire",
    "EditionConsulaire",
    "EffectifConsulaire",
    "EtatCorrection",
    "EtatEdition",
    "FichierImporte",
    "Import",
    "LigneRefusee",
    "ListeDeSirets",
    "RechercheEnregistree",
    "TypeZone",
    "Zone",
]
