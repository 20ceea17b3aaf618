"""Les établissements que la diffusion partielle protège, pour les pièces qui portent un SIRET venu d'ailleurs."""

from functools import lru_cache

from tissu.entrepot.instantane import RegistreAbsent, chemin_courant, courant
from tissu.registre.rules import COLONNES_DE_DIFFUSION, est_diffusible


def version_du_registre() -> str:
    """La version publiée du registre ; vide s'il n'y en a pas."""
    chemin = chemin_courant()
    return chemin.name if chemin else ""


def sirets_masques() -> frozenset[str]:
    """Les SIRET en diffusion partielle de la version publiée."""
    return _lus(version_du_registre())


@lru_cache(maxsize=2)
def _lus(version: str) -> frozenset[str]:
    try:
        registre = courant()
    except RegistreAbsent:
        return frozenset()
    table = registre.table("etablissements")
    proteges = table.filter((table.diffusion != "O") | (table.diffusion_unite != "O"))
    lignes = registre.executer(proteges.select(*COLONNES_DE_DIFFUSION))
    return frozenset(ligne["siret"] for ligne in lignes if not est_diffusible(ligne))
