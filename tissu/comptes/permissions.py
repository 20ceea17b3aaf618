"""Qui peut quoi : des prédicats sur la personne, lus de ses rôles du jour."""

from typing import Any

from tissu.comptes.choices import AGENTS, Role
from tissu.comptes.models import Organisation


def _roles(personne: Any) -> set[str]:
    """Une personne non connectée n'a aucun rôle."""
    return personne.roles_actifs() if getattr(personne, "is_authenticated", False) else set()


def peut_voir_contacts(personne: Any) -> bool:
    """Dirigeant, téléphone, courriel : les agents, pour leur travail ; l'administration n'en a pas besoin."""
    return not AGENTS.isdisjoint(_roles(personne))


def peut_voir_non_diffusible(personne: Any) -> bool:
    """Les données d'unités en diffusion partielle : les seuls chargés de mission."""
    return Role.CHARGE_MISSION in _roles(personne)


def peut_corriger_registre(personne: Any) -> bool:
    """Proposer et revoir une correction locale."""
    return Role.CHARGE_MISSION in _roles(personne)


def peut_importer(personne: Any) -> bool:
    """Lancer un import de fichiers officiels ou consulaires."""
    return not _roles(personne).isdisjoint({Role.ADMINISTRATEUR, Role.CHARGE_MISSION})


def peut_administrer(personne: Any) -> bool:
    """Gérer toutes les organisations, les personnes et lire les journaux."""
    return Role.ADMINISTRATEUR in _roles(personne)


def peut_gerer_les_comptes_de(personne: Any, organisation: Organisation | None) -> bool:
    """L'administration partout ; un responsable dans sa seule organisation."""
    if peut_administrer(personne):
        return True
    if Role.RESPONSABLE not in _roles(personne) or organisation is None:
        return False
    return bool(personne.organisation_id == organisation.pk)
