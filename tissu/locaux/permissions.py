"""Qui peut quoi sur les locaux : les agents des partenaires écrivent, chacun ne lit que ce à quoi il a droit."""

from typing import Any

from tissu.comptes.choices import AGENTS, LECTEURS_DU_REGISTRE, Role, TypeOrganisation
from tissu.locaux.choices import EtatCampagne

LECTEURS = LECTEURS_DU_REGISTRE | {Role.ELU}
RELEVEURS = AGENTS | {Role.LECTEUR}
PARTENAIRES = frozenset({TypeOrganisation.CCI, TypeOrganisation.METROPOLE})
COLLECTIVITES = frozenset({TypeOrganisation.METROPOLE})
"""Celles à qui la loi réserve les données fiscales des locaux ; la chambre n'en est pas."""


def _roles(personne: Any) -> set[str]:
    return personne.roles_actifs("locaux") if getattr(personne, "is_authenticated", False) else set()


def _est_de(personne: Any, types: frozenset[TypeOrganisation]) -> bool:
    return bool(personne.organisation_id) and personne.organisation.type in types


def peut_lire(personne: Any) -> bool:
    """Agents, élus et lecteurs des partenaires, agence de développement."""
    return not LECTEURS.isdisjoint(_roles(personne))


def est_agent_partenaire(personne: Any) -> bool:
    """Un agent de la chambre ou de la métropole."""
    return not AGENTS.isdisjoint(_roles(personne)) and _est_de(personne, PARTENAIRES)


def peut_modifier(personne: Any) -> bool:
    """Écrire un local, son histoire, ses photos ; décider d'une anomalie ou d'un rapprochement."""
    return est_agent_partenaire(personne)


def peut_etre_releveur(personne: Any) -> bool:
    """Recevoir des rues à relever : un agent ou un lecteur, chez l'un des deux partenaires."""
    return not RELEVEURS.isdisjoint(_roles(personne)) and _est_de(personne, PARTENAIRES)


def peut_relever(personne: Any) -> bool:
    """Relever sur place : un agent des partenaires, partout ; à défaut, qui a reçu des rues d'une campagne ouverte.

    Ce second n'écrit que sur ses rues : `operations.releves` le vérifie pour chaque relevé.
    """
    if est_agent_partenaire(personne):
        return True
    return peut_etre_releveur(personne) and personne.tournees.filter(campagne__etat=EtatCampagne.OUVERTE).exists()


def peut_importer(personne: Any) -> bool:
    """Déposer un fichier et l'appliquer : les chargés de mission des partenaires."""
    return Role.CHARGE_MISSION in _roles(personne) and _est_de(personne, PARTENAIRES)


def peut_lire_les_loyers(personne: Any) -> bool:
    return est_agent_partenaire(personne)


def peut_lire_les_contacts(personne: Any) -> bool:
    """Propriétaire, agence : la lecture en est journalisée par qui l'ouvre."""
    return est_agent_partenaire(personne)


def peut_importer_les_donnees_fiscales(personne: Any) -> bool:
    """Les chargés de mission d'une collectivité."""
    return Role.CHARGE_MISSION in _roles(personne) and _est_de(personne, COLLECTIVITES)


def peut_lire_les_donnees_fiscales(personne: Any) -> bool:
    """Les agents d'une collectivité seuls : le fichier fiscal des locaux vacants leur est réservé par la loi."""
    return not AGENTS.isdisjoint(_roles(personne)) and _est_de(personne, COLLECTIVITES)
