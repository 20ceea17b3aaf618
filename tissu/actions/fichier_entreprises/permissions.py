"""Qui peut quoi dans la fiche 7 : des prédicats sur la personne et l'objet."""

from typing import Any

from tissu.actions.fichier_entreprises.models import Piste, Veille
from tissu.comptes.choices import AGENTS, LECTEURS_DU_REGISTRE, Role

LECTEURS = LECTEURS_DU_REGISTRE | {Role.ELU}
"""Les rapports se lisent jusqu'aux élus ; les pistes et les veilles restent entre agents."""

REDACTEURS = frozenset({Role.CHARGE_MISSION})


def _roles(personne: Any) -> set[str]:
    return personne.roles_actifs("fichier_entreprises")


def peut_publier(personne: Any) -> bool:
    """Figer une édition, régler les règles et les filières."""
    return not REDACTEURS.isdisjoint(_roles(personne))


def peut_voir_pistes(personne: Any) -> bool:
    return not AGENTS.isdisjoint(_roles(personne))


def peut_confier(personne: Any) -> bool:
    """Confier la piste d'autrui ; chacun peut prendre une piste que personne ne suit."""
    return not REDACTEURS.isdisjoint(_roles(personne))


def peut_suivre(personne: Any, piste: Piste) -> bool:
    """Le chargé de mission suit toute piste ; le chargé de filière les siennes et celles que personne ne suit."""
    if peut_confier(personne):
        return True
    return peut_voir_pistes(personne) and piste.assignee_id in (None, personne.pk)


def peut_modifier_veille(personne: Any, veille: Veille) -> bool:
    """Une veille n'est qu'à la personne qui l'a ouverte."""
    return veille.personne_id == personne.pk
