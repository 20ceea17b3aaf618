"""Les décisions pures sur les comptes."""

import pytest

from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.rules import ROLES_PAR_ORGANISATION, double_authentification_exigee, roles_possibles


@pytest.mark.parametrize(
    ("type_organisation", "roles", "exigee"),
    [
        (TypeOrganisation.CCI, set(), True),
        (TypeOrganisation.METROPOLE, {Role.LECTEUR}, True),
        (TypeOrganisation.AGENCE, {Role.AGENCE}, True),
        (TypeOrganisation.POLICE, {Role.POLICE}, True),
        (TypeOrganisation.CLUB, {Role.PRESIDENT_CLUB}, False),
        (TypeOrganisation.ENTREPRISE, {Role.ENTREPRISE}, False),
        (TypeOrganisation.CLUB, {Role.ADMINISTRATEUR}, True),
        ("", set(), False),
    ],
)
def test_a_qui_la_double_authentification_est_imposee(type_organisation: str, roles: set[str], exigee: bool) -> None:
    assert double_authentification_exigee(type_organisation=type_organisation, roles=roles) == exigee


def test_chaque_type_d_organisation_a_sa_liste_de_roles() -> None:
    assert set(ROLES_PAR_ORGANISATION) == set(TypeOrganisation)


def test_chaque_role_peut_etre_donne_quelque_part() -> None:
    assert frozenset().union(*ROLES_PAR_ORGANISATION.values()) == frozenset(Role)


@pytest.mark.parametrize("type_organisation", list(TypeOrganisation))
def test_seule_l_administration_nomme_une_administration(type_organisation: TypeOrganisation) -> None:
    roles = roles_possibles(type_organisation=type_organisation, par_une_administration=False)

    assert Role.ADMINISTRATEUR not in roles


@pytest.mark.parametrize(
    "type_organisation", sorted(set(TypeOrganisation) - {TypeOrganisation.CCI, TypeOrganisation.METROPOLE})
)
def test_hors_des_deux_partenaires_personne_ne_touche_au_registre(type_organisation: TypeOrganisation) -> None:
    roles = roles_possibles(type_organisation=type_organisation, par_une_administration=True)

    assert roles.isdisjoint({Role.ADMINISTRATEUR, Role.CHARGE_MISSION, Role.CHARGE_FILIERE})
