"""L'écran des chiffres : adhérents, arrivées et départs par mois, alertes par jour et par heure."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.queries.alertes import chiffres
from tissu.actions.alerte_commerce.queries.mouvements import Mouvement, mouvements
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent
from tissu.actions.alerte_commerce.tests.test_alertes import envoyee
from tissu.comptes.models import Personne

pytestmark = pytest.mark.django_db
PAGE = "/alerte-commerce/alertes/chiffres/"


def test_les_mouvements_de_l_annee_s_arretent_au_jour_dit() -> None:
    adherent(adhere_le=date(2025, 6, 1))
    adherent(adhere_le=date(2026, 1, 10), etat=EtatAdherent.SUSPENDU)
    adherent(adhere_le=date(2025, 6, 1), etat=EtatAdherent.PARTI, parti_le=date(2026, 2, 3))
    adherent(adhere_le=date(2026, 3, 20))
    adherent(adhere_le=None, etat=EtatAdherent.A_VERIFIER)
    assert mouvements(2026, date(2026, 3, 15)) == [
        Mouvement("2026-01", 1, 0, 3), Mouvement("2026-02", 0, 1, 2), Mouvement("2026-03", 0, 0, 2),
    ]  # fmt: skip
    assert mouvements(2025, date(2026, 3, 15))[-1] == Mouvement("2025-12", 0, 0, 2)
    assert mouvements(2027, date(2026, 3, 15)) == []


def test_les_alertes_se_disent_par_jour_de_la_semaine() -> None:
    adherent()
    for rang in range(6):
        envoyee(lieu=f"{rang} rue du Four")
    lundi, mardi = AU, AU + timedelta(days=1)
    for rang, une in enumerate(Alerte.objects.order_by("pk")):
        Alerte.objects.filter(pk=une.pk).update(fait_le=lundi if rang < 3 else mardi)
    lus = chiffres(AU - timedelta(days=30), AU + timedelta(days=30), au=AU)
    assert lus.jours == [("Lundi", 3), ("Mardi", 3)]
    Alerte.objects.filter(fait_le=mardi).update(fait_le=lundi)
    assert chiffres(AU - timedelta(days=30), AU + timedelta(days=30), au=AU).jours == [("Lundi", 6)]


def test_la_page_montre_le_reseau_et_les_alertes(voisine: Personne, connecte: Callable[[Personne], Client]) -> None:
    jour = timezone.localdate()
    client = connecte(voisine)
    assert "Le réseau</h2>" not in client.get(PAGE).content.decode()
    adherent(adhere_le=jour)
    page = client.get(PAGE).content.decode().replace("\u00a0", " ")
    for mot in ("Le réseau</h2>", f"1 commerce de plus en {jour.year}", "Arrivées et départs"):
        assert mot in page


def test_autant_de_requetes_pour_vingt_que_pour_un(voisine: Personne, connecte: Callable[[Personne], Client]) -> None:
    client, comptes = connecte(voisine), []
    client.get(PAGE)
    for combien in (1, 19):
        for _ in range(combien):
            adherent()
        with CaptureQueriesContext(connection) as lues:
            client.get(PAGE)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]
