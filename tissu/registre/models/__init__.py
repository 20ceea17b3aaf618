"""Les tables du registre tenues dans la base ; les établissements eux-mêmes vivent dans l'instantané."""

from tissu.registre.models.imports import FichierImporte, Import, LigneRefusee

__all__ = ["FichierImporte", "Import", "LigneRefusee"]
