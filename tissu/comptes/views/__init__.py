from tissu.comptes.views.invitations import (
    invitation,
    invitations,
    inviter,
    renvoyer,
    revoquer,
    sur_invitation,
)
from tissu.comptes.views.journal import droits, evenements, journal, journal_csv
from tissu.comptes.views.personnes import (
    attribuer,
    desactiver,
    fermer_sessions,
    organisation,
    organisations,
    personne,
    personnes,
    profil,
    reactiver,
    retirer,
)

__all__ = [
    "attribuer",
    "desactiver",
    "droits",
    "evenements",
    "fermer_sessions",
    "invitation",
    "invitations",
    "inviter",
    "journal",
    "journal_csv",
    "organisation",
    "organisations",
    "personne",
    "personnes",
    "profil",
    "reactiver",
    "renvoyer",
    "retirer",
    "revoquer",
    "sur_invitation",
]
