"""Ce qui s'écrit dans les comptes. L'heure (`au`) et l'auteur sont toujours donnés ; tout est journalisé."""

from tissu.comptes.operations.invitations import (
    InvitationInvalide,
    accepter_invitation,
    inviter,
    lire_invitation,
    renvoyer_invitation,
    revoquer_invitation,
)
from tissu.comptes.operations.journal import journaliser_acces, journaliser_evenement
from tissu.comptes.operations.personnes import (
    OperationRefusee,
    TypeFige,
    attribuer_role,
    creer_personne,
    desactiver,
    enregistrer_organisation,
    fermer_autres_sessions,
    reactiver,
    retirer_role,
)

__all__ = [
    "InvitationInvalide",
    "OperationRefusee",
    "TypeFige",
    "accepter_invitation",
    "attribuer_role",
    "creer_personne",
    "desactiver",
    "enregistrer_organisation",
    "fermer_autres_sessions",
    "inviter",
    "journaliser_acces",
    "journaliser_evenement",
    "lire_invitation",
    "reactiver",
    "renvoyer_invitation",
    "retirer_role",
    "revoquer_invitation",
]
