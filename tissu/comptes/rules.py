"""Décisions pures sur les comptes : à qui la double authentification est imposée, quels rôles vont à qui."""

from tissu.comptes.choices import Role, TypeOrganisation

# Ces organisations voient des données que la loi ou le secret professionnel protègent.
ORGANISATIONS_A_DOUBLE_AUTHENTIFICATION = frozenset(
    {TypeOrganisation.CCI, TypeOrganisation.METROPOLE, TypeOrganisation.AGENCE, TypeOrganisation.POLICE}
)

_PARTENAIRES = frozenset(
    {
        Role.ADMINISTRATEUR,
        Role.RESPONSABLE,
        Role.CHARGE_MISSION,
        Role.CHARGE_FILIERE,
        Role.LECTEUR,
        Role.ELU,
        Role.MEMBRE_COMMISSION,
    }
)
ROLES_PAR_ORGANISATION: dict[str, frozenset[Role]] = {
    TypeOrganisation.CCI: _PARTENAIRES,
    TypeOrganisation.METROPOLE: _PARTENAIRES,
    TypeOrganisation.AGENCE: frozenset({Role.RESPONSABLE, Role.AGENCE, Role.LECTEUR}),
    TypeOrganisation.POLICE: frozenset({Role.RESPONSABLE, Role.POLICE}),
    TypeOrganisation.DELEGATAIRE: frozenset({Role.RESPONSABLE, Role.DELEGATAIRE}),
    TypeOrganisation.COURTIER: frozenset({Role.RESPONSABLE, Role.COURTIER}),
    TypeOrganisation.CLUB: frozenset({Role.RESPONSABLE, Role.PRESIDENT_CLUB}),
    TypeOrganisation.ENTREPRISE: frozenset({Role.RESPONSABLE, Role.ENTREPRISE}),
    TypeOrganisation.ECOLE: frozenset({Role.RESPONSABLE, Role.ETABLISSEMENT_SCOLAIRE}),
    TypeOrganisation.COMMISSION: frozenset({Role.MEMBRE_COMMISSION}),
    TypeOrganisation.PUBLIC: frozenset(),
}


def double_authentification_exigee(*, type_organisation: str, roles: set[str]) -> bool:
    """Vrai pour les agents des institutions qui voient des données protégées, et pour toute administration."""
    return type_organisation in ORGANISATIONS_A_DOUBLE_AUTHENTIFICATION or Role.ADMINISTRATEUR in roles


def roles_possibles(*, type_organisation: str, par_une_administration: bool) -> frozenset[Role]:
    """Les rôles que l'on peut donner dans une organisation ; seule l'administration nomme une administration."""
    roles = ROLES_PAR_ORGANISATION.get(type_organisation, frozenset())
    return roles if par_une_administration else roles - {Role.ADMINISTRATEUR}
