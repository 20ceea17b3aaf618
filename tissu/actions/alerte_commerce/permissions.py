"""Qui peut quoi dans la fiche 3 : des prédicats sur la personne, lus de ses rôles du jour et de son organisation.

La chambre tient le réseau ; elle n'envoie aucune alerte.
"""

from typing import Any

from tissu.comptes.choices import AGENTS, Role, TypeOrganisation

GESTIONNAIRES = frozenset({Role.CHARGE_MISSION})
"""Ceux qui tiennent le réseau : les chargés de mission de la chambre, et d'elle seule."""

EXPORTATEURS = GESTIONNAIRES | {Role.POLICE}
"""Ceux qui peuvent sortir la liste des numéros : la chambre, pour la remettre ; la police, pour s'en servir."""

LECTEURS_DES_CHIFFRES = AGENTS | {Role.ELU, Role.POLICE}

LECTEURS_DE_LA_COUVERTURE = AGENTS | {Role.ELU}
"""Ceux qui lisent ce que le réseau couvre, chez l'un des deux partenaires."""


def _roles(personne: Any) -> set[str]:
    return personne.roles_actifs("alerte_commerce") if getattr(personne, "is_authenticated", False) else set()


def _est_de(personne: Any, *types: TypeOrganisation) -> bool:
    return bool(getattr(personne, "organisation_id", None)) and personne.organisation.type in types


def peut_gerer(personne: Any) -> bool:
    """Vérifier une demande, tenir une fiche, importer, écrire les conseils."""
    return not GESTIONNAIRES.isdisjoint(_roles(personne)) and _est_de(personne, TypeOrganisation.CCI)


def peut_lire(personne: Any) -> bool:
    """Lire la couverture : les agents et les élus de la chambre et de la métropole."""
    partenaire = _est_de(personne, TypeOrganisation.CCI, TypeOrganisation.METROPOLE)
    return partenaire and not LECTEURS_DE_LA_COUVERTURE.isdisjoint(_roles(personne))


def est_des_forces_de_l_ordre(personne: Any) -> bool:
    """Une personne de la police ou de la gendarmerie, à ce titre."""
    return Role.POLICE in _roles(personne) and _est_de(personne, TypeOrganisation.POLICE)


def peut_exporter(personne: Any) -> bool:
    """Sortir la liste des adhérents et de leurs numéros ; chaque sortie est journalisée."""
    return peut_gerer(personne) or est_des_forces_de_l_ordre(personne)


ALERTEURS = frozenset({Role.POLICE})
"""Ceux qui écrivent et envoient une alerte."""

LECTEURS_DES_ALERTES = frozenset({Role.POLICE, Role.CHARGE_MISSION})
"""Ceux qui relisent les alertes envoyées : les forces de l'ordre, les chargés de mission des deux partenaires."""


def peut_alerter(personne: Any) -> bool:
    """Rédiger, approuver, envoyer, annuler, lever : les forces de l'ordre, et elles seules."""
    return est_des_forces_de_l_ordre(personne)


def peut_relire(personne: Any) -> bool:
    """Relire les alertes envoyées."""
    partenaire = Role.CHARGE_MISSION in _roles(personne) and _est_de(
        personne, TypeOrganisation.CCI, TypeOrganisation.METROPOLE
    )
    return partenaire or est_des_forces_de_l_ordre(personne)


def peut_lire_les_seances(personne: Any) -> bool:
    """Lire les séances du CPSQ et leurs fiches : ceux qui relisent déjà chaque alerte."""
    return peut_relire(personne)
