"""Qui peut quoi, rôle par rôle."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tissu.comptes import permissions
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.tests.fabrique import organisation, personne

DROITS = {
    permissions.peut_voir_contacts: {Role.CHARGE_MISSION, Role.CHARGE_FILIERE},
    permissions.peut_voir_non_diffusible: {Role.CHARGE_MISSION},
    permissions.peut_corriger_registre: {Role.CHARGE_MISSION},
    permissions.peut_importer: {Role.ADMINISTRATEUR, Role.CHARGE_MISSION},
    permissions.peut_administrer: {Role.ADMINISTRATEUR},
}


class Porteuse:
    """Une personne connectée portant un seul rôle."""

    is_authenticated = True

    def __init__(self, role: Role) -> None:
        self._role = role

    def roles_actifs(self) -> set[str]:
        return {self._role}


@pytest.mark.parametrize("droit", DROITS, ids=lambda droit: droit.__name__)
def test_les_roles_qui_ont_un_droit(droit: Callable[[Any], bool]) -> None:
    assert {role for role in Role if droit(Porteuse(role))} == DROITS[droit]


@pytest.mark.parametrize("droit", DROITS, ids=lambda droit: droit.__name__)
def test_sans_connexion_aucun_droit(droit: Callable[[Any], bool]) -> None:
    assert droit(AnonymousUser()) is False


@pytest.mark.django_db
def test_un_responsable_gere_sa_seule_organisation() -> None:
    club = organisation("Club d'essai", TypeOrganisation.CLUB)
    responsable = personne("rosa", Role.RESPONSABLE)
    collegue, voisin = personne("camille"), personne("noe", dans=club)

    assert [permissions.peut_gerer_les_comptes_de(responsable, autre.organisation) for autre in (collegue, voisin)] == [
        True,
        False,
    ]


@pytest.mark.django_db
def test_l_administration_gere_partout_et_un_lecteur_nulle_part() -> None:
    club = organisation("Club d'essai", TypeOrganisation.CLUB)
    ada, lecteur = personne("ada", Role.ADMINISTRATEUR), personne("lea", Role.LECTEUR)

    assert [permissions.peut_gerer_les_comptes_de(qui, ou) for qui in (ada, lecteur) for ou in (club, None)] == [
        True,
        True,
        False,
        False,
    ]
