"""Qui peut être prévenu : un mobile vérifié, l'accord de la charte, ni suspension ni opposition, un adhérent actif."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import ContactAdherent
from tissu.actions.alerte_commerce.queries.adherents import Joignable, adherents_joignables
from tissu.actions.alerte_commerce.tests.fabrique import AU, accorder, adherent, mobile
from tissu.messages.choices import Canal, SensDuChoix
from tissu.messages.models import Coordonnee
from tissu.messages.operations import suspendre

pytestmark = pytest.mark.django_db


def noms() -> list[str]:
    return [un.nom for un in adherents_joignables(AU)]


def test_un_adherent_actif_est_rendu_entier() -> None:
    un = adherent("Boutique", mobiles=(mobile(9001), mobile(9002)), rayon_m=500, refus_activites=["chr"])
    courriel = un.contacts.first().courriel
    assert adherents_joignables(AU) == [
        Joignable(
            un.pk, "Boutique", un.lon, un.lat, "21231", "alimentaire", {}, 500, ("chr",),
            (mobile(9001), mobile(9002)), (courriel, courriel),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("etat", [etat for etat in EtatAdherent if etat != EtatAdherent.ACTIF])
def test_seul_un_actif_est_prevenu(etat: str) -> None:
    adherent("Ailleurs", etat=etat, parti_le=AU.date())
    adherent("Ici")
    assert noms() == ["Ici"]


def test_ce_qui_ecarte_un_numero() -> None:
    adherent("Joignable")
    adherent("Sans accord", accord=False)
    adherent("Opposé", mobiles=(mobile(9100),))
    accorder(mobile(9100), SensDuChoix.OPPOSE)
    adherent("Suspendu", mobiles=(mobile(9101),))
    suspendre(coordonnee=Coordonnee.objects.get(canal=Canal.SMS, valeur=mobile(9101)), au=AU)
    non_verifie = adherent("Non vérifié")
    non_verifie.contacts.update(verifie_le=None)
    ne_recoit_pas = adherent("Ne reçoit pas")
    ne_recoit_pas.contacts.update(recoit=False)
    adherent("Verifié demain").contacts.update(verifie_le=AU + timedelta(days=1))
    assert noms() == ["Joignable"]


def test_un_second_numero_suffit() -> None:
    adherent("Deux numéros", mobiles=(mobile(9200), mobile(9201)))
    accorder(mobile(9200), SensDuChoix.OPPOSE)
    assert [un.mobiles for un in adherents_joignables(AU)] == [(mobile(9201),)]
    assert ContactAdherent.objects.count() == 2


def test_autant_de_requetes_pour_vingt_que_pour_un() -> None:
    comptes = []
    for combien in (1, 19):
        for _ in range(combien):
            adherent()
        with CaptureQueriesContext(connection) as lues:
            adherents_joignables(AU)
        comptes.append(len(lues))
    assert comptes == [4, 4]
