"""Les indicateurs de la fiche 3 : ce qu'ils comptent, ce qu'ils taisent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tissu.actions.alerte_commerce import indicateurs
from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.tests import fabrique
from tissu.actions.alerte_commerce.tests.fabrique import AU
from tissu.actions.alerte_commerce.tests.test_alertes import envoyee, remettre
from tissu.locaux.tests import fabrique as locaux
from tissu.socle.indicateurs import indicateurs as tous
from tissu.socle.periodes import mois

pytestmark = pytest.mark.django_db
MOIS = mois("2026-11")


def adherent(**champs: object) -> None:
    fabrique.adherent(**{"lon": 5.04, "lat": 47.32} | champs)


def test_adherents_arrivees_departs() -> None:
    adherent(adhere_le=date(2026, 11, 3))
    adherent(adhere_le=date(2025, 1, 1), etat=EtatAdherent.SUSPENDU)
    adherent(adhere_le=date(2025, 1, 1), etat=EtatAdherent.PARTI, parti_le=date(2026, 11, 10))
    adherent(etat=EtatAdherent.A_VERIFIER, adhere_le=None)
    assert [getattr(indicateurs, nom)(MOIS, au=AU).valeur for nom in ("adherents", "arrivees", "departs")] == [2, 1, 1]
    assert indicateurs.adherents(mois("2026-10"), au=AU).valeur == 2
    preuves = indicateurs.adherents(MOIS, au=AU).preuves
    assert "mobile" not in str(preuves).lower() and len(preuves.lignes) == 2


def test_sans_reseau_rien_ne_se_mesure() -> None:
    assert indicateurs.adherents(MOIS, au=AU).valeur is None
    assert indicateurs.couverture(MOIS, au=AU).valeur is None


def test_la_couverture_est_celle_des_locaux_occupes() -> None:
    for rang in range(4):
        locaux.local(f"Pain {rang}", "boulangerie")
    locaux.local()
    adherent(adhere_le=date(2026, 1, 1))
    lue = indicateurs.couverture(MOIS, au=AU)
    assert (lue.valeur, lue.numerateur, lue.denominateur) == (Decimal(25), 1, 4)


def test_les_alertes_se_taisent_sous_trois() -> None:
    adherent()
    for rang in range(3):
        lue = indicateurs.alertes(MOIS, au=AU)
        assert (lue.valeur, lue.secret) == ((Decimal(0), False) if rang == 0 else (None, True))
        assert indicateurs.delai(MOIS, au=AU).valeur is None
        remettre(envoyee(lieu=f"{rang} rue du Four").envoi, AU + timedelta(seconds=30))  # type: ignore[arg-type]
    assert indicateurs.alertes(MOIS, au=AU).ventilation == [("Vol à l'étalage", Decimal(3))]
    assert indicateurs.delai(MOIS, au=AU).valeur == Decimal("20.5")


def test_ils_sont_tous_declares() -> None:
    assert {code for code in tous() if code.startswith("alerte_commerce.")} == {
        un.code for un in indicateurs.INDICATEURS
    }
