"""Qui peut quoi dans le programme : chaque partenaire modifie ce qui est à lui, l'autre valide.

Les rôles se lisent pour l'action de la fiche : un rôle donné pour une seule action ne vaut pas pour les autres.
"""

from typing import Any

from tissu.comptes.choices import AGENTS, LECTEURS_DU_REGISTRE, Role
from tissu.programme.models import Convention, Fiche, Revue

LECTEURS = LECTEURS_DU_REGISTRE | {Role.ELU}
REDACTEURS = frozenset({Role.CHARGE_MISSION})
IMPORTENT = REDACTEURS | {Role.ADMINISTRATEUR}


def peut_lire(personne: Any, fiche: Fiche) -> bool:
    """Agents, élus et lecteurs des partenaires."""
    return not LECTEURS.isdisjoint(personne.roles_actifs(fiche.action))


def est_redacteur(personne: Any, fiche: Fiche) -> bool:
    """Chargé de mission, pour l'action de cette fiche, chez un partenaire de sa convention."""
    if REDACTEURS.isdisjoint(personne.roles_actifs(fiche.action)):
        return False
    return est_partenaire(personne, fiche.convention)


def est_partenaire(personne: Any, convention: Convention) -> bool:
    """L'organisation de la personne a signé la convention."""
    return personne.organisation_id in {organisation.pk for organisation in convention.partenaires.all()}


def peut_modifier(personne: Any, fiche: Fiche) -> bool:
    """La fiche est à son maître d'ouvrage ; si aucun n'est écrit, chaque partenaire peut la compléter."""
    if not est_redacteur(personne, fiche):
        return False
    maitres = {organisation.pk for organisation in fiche.maitres_ouvrage.all()}
    return not maitres or personne.organisation_id in maitres


def peut_valider(personne: Any, fiche: Fiche, *, auteur: Any) -> bool:
    """Ce qu'un partenaire saisit, une personne de l'autre le valide ; jamais l'auteur lui-même ni les siens."""
    if not est_redacteur(personne, fiche) or auteur is None:
        return False
    return bool(personne.organisation_id != auteur.organisation_id)


def peut_saisir_du_temps(personne: Any, fiche: Fiche) -> bool:
    """Un agent d'un partenaire de la convention, pour l'action de cette fiche."""
    return not AGENTS.isdisjoint(personne.roles_actifs(fiche.action)) and est_partenaire(personne, fiche.convention)


def peut_valider_les_temps(personne: Any, fiche: Fiche, *, auteur: Any) -> bool:
    """Le maître d'ouvrage valide les temps et les coûts de sa fiche ; personne ne valide les siens."""
    return peut_modifier(personne, fiche) and personne.pk != auteur.pk


def peut_lire_piece(personne: Any, piece: Any) -> bool:
    """Une pièce se lit avec sa fiche ; un justificatif de dépense ou d'aide, par les seuls chargés de mission.

    `piece` vient de `queries.pieces`, qui dit si elle est un `justificatif`.
    """
    if piece.justificatif:
        return est_redacteur(personne, piece.fiche)
    return peut_lire(personne, piece.fiche)


def peut_modifier_echeance(personne: Any, echeance: Any) -> bool:
    """Chaque partenaire tient ses tâches, chacun un jalon commun, et la personne la tâche qui lui est confiée."""
    if not est_redacteur(personne, echeance.fiche):
        return False
    return echeance.organisation_id in {None, personne.organisation_id} or echeance.responsable_id == personne.pk


def est_redacteur_de(personne: Any, convention: Convention) -> bool:
    """Chargé de mission pour tout le programme, chez un partenaire de la convention."""
    return est_redacteur_du_programme(personne) and est_partenaire(personne, convention)


def est_redacteur_du_programme(personne: Any) -> bool:
    """Chargé de mission pour tout le programme, non pour une seule action."""
    return not REDACTEURS.isdisjoint(personne.roles_actifs("programme"))


def peut_tenir_la_revue(personne: Any, revue: Revue) -> bool:
    """Commenter, arrêter, signer : un chargé de mission d'un partenaire de la convention de la revue."""
    return est_redacteur_de(personne, revue.convention)
