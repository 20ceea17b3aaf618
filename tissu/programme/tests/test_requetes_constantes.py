"""Chaque page demande autant à la base pour une chose que pour trois : le même nombre, écrit ici."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatMesure, EtatTemps
from tissu.programme.models import CoutDirect, Critere, Echeance, Fiche, JourPasse, Livrable, Mesure
from tissu.programme.queries.depenses import depenses_de
from tissu.programme.queries.ecrits import budgets_ecrits
from tissu.programme.queries.situations import situations
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db


def garnir(fiche: Fiche, rang: int) -> None:
    """Une chose de plus de chaque sorte sur la fiche, soumise ou proposée par la métropole."""
    autre = fabrique.personne("charge_mission", organisation="metropole", cle=f"saisie_{fiche.pk}_{rang}")
    ligne = fabrique.ligne(fiche, f"Ligne {rang}", 700, 1)
    fabrique.contribution(fiche, f"Financeur {rang}", 100)
    jour = date(fiche.annee, 3, 4) + timedelta(days=rang)
    JourPasse.objects.create(personne=autre, ligne=ligne, jour=jour, duree_jours=Decimal("0.5"), etat=EtatTemps.SOUMIS)
    CoutDirect.objects.create(
        ligne=ligne, date_facture=jour, fournisseur="Imprimerie", libelle=f"Tirage {rang}", montant_eur=Decimal(100),
        etat=EtatTemps.SOUMIS, saisi_par=autre, saisi_le=fabrique.AU,
    )  # fmt: skip
    critere = fabrique.critere(fiche, f"critere_{rang}")
    for etat, mois in ((EtatMesure.VALIDEE, 1), (EtatMesure.PROPOSEE, 2)):
        Mesure.objects.create(
            critere=critere, periode=f"{fiche.annee}-{mois:02d}", debut=date(fiche.annee, mois, 1),
            fin=date(fiche.annee, mois, 28), valeur=1, origine="manuelle", etat=etat, source_au=jour,
            etablie_le=fabrique.AU, etablie_par=autre,
        )  # fmt: skip
    Echeance.objects.create(fiche=fiche, type="jalon", titre=f"Jalon {rang}", echeance=jour, creee_le=fabrique.AU)
    Livrable.objects.create(fiche=fiche, titre=f"Livrable {rang}", attendu_le=jour)


@pytest.fixture
def garnie(db: None) -> Fiche:
    """La fiche 1 de 2024, celle de 2023 avant elle, chacune avec une chose de chaque sorte."""
    avant = fabrique.fiche(1, 2023)
    fiche = fabrique.fiche(1, 2024, precedente=avant)
    garnir(avant, 1)
    garnir(fiche, 1)
    return fiche


@pytest.mark.parametrize(
    ("nom", "requetes"),
    [
        ("fiche", 22),
        ("budget", 19),
        ("consommation", 20),
        ("indicateurs", 10),
        ("calendrier_fiche", 11),
        ("versions", 8),
    ],
)
def test_une_page_de_fiche(
    nom: str, requetes: int, garnie: Fiche, connecte: Any, mission_cci: Personne, django_assert_num_queries: Any
) -> None:
    client, page = connecte(mission_cci), reverse(f"programme:{nom}", args=[garnie.pk])
    assert client.get(page).status_code == 200
    with django_assert_num_queries(requetes):
        client.get(page)
    for rang in (2, 3):
        garnir(garnie, rang)
    with django_assert_num_queries(requetes):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("nom", "requetes"),
    [("tableau", 22), ("livrables", 7), ("temps_a_valider", 8), ("mesures_a_valider", 6), ("etat_financeur", 30)],
)
def test_une_page_de_toutes_les_fiches(
    nom: str, requetes: int, garnie: Fiche, connecte: Any, mission_cci: Personne, django_assert_num_queries: Any
) -> None:
    client, page = connecte(mission_cci), reverse(f"programme:{nom}")
    choix = {"annee": 2024, "financeur": "Financeur 1"}
    assert client.get(page, choix).status_code == 200
    with django_assert_num_queries(requetes):
        client.get(page, choix)
    for numero in (2, 3):
        garnir(fabrique.fiche(numero), 1)
    with django_assert_num_queries(requetes):
        assert client.get(page, choix).status_code == 200


def test_un_critere(garnie: Fiche, connecte: Any, mission_cci: Personne, django_assert_num_queries: Any) -> None:
    critere = Critere.objects.get(fiche=garnie)
    client, page = connecte(mission_cci), reverse("programme:critere", args=[critere.pk])
    client.get(page)
    with django_assert_num_queries(12):
        client.get(page)
    for mois in (3, 4, 5):
        Mesure.objects.create(
            critere=critere, periode=f"2024-{mois:02d}", debut=date(2024, mois, 1), fin=date(2024, mois, 28), valeur=1,
            origine="manuelle", source_au=date(2024, mois, 28), etablie_le=fabrique.AU,
        )  # fmt: skip
    with django_assert_num_queries(12):
        assert client.get(page).status_code == 200


def test_les_lectures_de_toutes_les_fiches(garnie: Fiche, django_assert_num_queries: Any) -> None:
    toutes = [garnie, fabrique.fiche(2), fabrique.fiche(3)]
    for une in toutes[1:]:
        garnir(une, 1)
    for fiches in (toutes[:1], toutes):
        with django_assert_num_queries(12):
            situations(fiches, au=fabrique.JOUR)
        with django_assert_num_queries(2):
            budgets_ecrits(fiches)
        with django_assert_num_queries(5):
            depenses_de(fiches, au=fabrique.JOUR)
