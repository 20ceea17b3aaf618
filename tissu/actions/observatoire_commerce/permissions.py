"""Qui peut quoi dans la fiche 5 : des prédicats sur la personne, lus de ses rôles du jour et de son organisation."""

from typing import Any

from tissu.comptes.choices import AGENTS, Role, TypeOrganisation
from tissu.locaux.permissions import peut_lire as peut_lire_les_locaux

LECTEURS_CDAC = AGENTS | {Role.ELU}
"""Un projet n'est pas public : les agents des partenaires le travaillent, leurs élus le lisent."""

LECTEURS_VACANCE = AGENTS | {Role.ELU, Role.LECTEUR, Role.AGENCE}
LECTEURS_COMPARAISONS = AGENTS | {Role.ELU, Role.LECTEUR, Role.AGENCE}
REDACTEURS = frozenset({Role.CHARGE_MISSION})
PARTENAIRES = frozenset({TypeOrganisation.CCI, TypeOrganisation.METROPOLE})


def _roles(personne: Any) -> set[str]:
    return personne.roles_actifs("observatoire_commerce")


def est_d_un_partenaire(personne: Any) -> bool:
    """La personne appartient à la chambre ou à la métropole."""
    return personne.organisation is not None and personne.organisation.type in PARTENAIRES


def peut_lire_cdac(personne: Any) -> bool:
    return est_d_un_partenaire(personne) and not LECTEURS_CDAC.isdisjoint(_roles(personne))


def peut_ecrire_cdac(personne: Any) -> bool:
    """Ouvrir et compléter un projet, changer son état."""
    return est_d_un_partenaire(personne) and not REDACTEURS.isdisjoint(_roles(personne))


def peut_ecrire_comparaisons(personne: Any) -> bool:
    """Importer les chiffres d'une ville, dire ce qui se compare, régler les critères."""
    return est_d_un_partenaire(personne) and not REDACTEURS.isdisjoint(_roles(personne))


def peut_suivre(personne: Any) -> bool:
    """Ouvrir une veille et en recevoir le résumé : qui lit la vacance, et les locaux que le résumé nomme."""
    return not LECTEURS_VACANCE.isdisjoint(_roles(personne)) and peut_lire_les_locaux(personne)


def peut_diffuser(personne: Any) -> bool:
    """Préparer une édition publique de la vacance."""
    return est_d_un_partenaire(personne) and not REDACTEURS.isdisjoint(_roles(personne))
