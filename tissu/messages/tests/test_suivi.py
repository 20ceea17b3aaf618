"""Le suivi : des comptes et l'état des opérateurs, rien d'une personne."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.choices import Role
from tissu.comptes.tests.fabrique import personne
from tissu.messages.models import Coordonnee, EtatOperateur
from tissu.messages.operations import deposer, suspendre
from tissu.messages.tests.fabrique import Alerte, numeros

pytestmark = pytest.mark.django_db


@pytest.fixture
def administratrice(client: Client) -> Client:
    client.force_login(personne("admin", Role.ADMINISTRATEUR))
    return client


def test_des_comptes_sans_personne(administratrice: Client) -> None:
    deposer(Alerte((*numeros(3), numeros(1)[0])), auteur=None, au=timezone.now())
    page = administratrice.get(reverse("messages:suivi")).content.decode()
    assert '<td data-label="Adresses" class="nombre">4</td>' in page
    assert '<td data-label="En attente" class="nombre">3</td>' in page
    assert '<td data-label="Écartés" class="nombre">1</td>' in page
    for secret in (*numeros(3), "Boutique 1", "étalage"):
        assert secret not in page


def test_l_administration_suspend_une_adresse(administratrice: Client) -> None:
    deposer(Alerte(numeros(2), courriels=("lea@boutique.example",)), auteur=None, au=timezone.now())
    for tape in ("06 10 00 00 00", "Lea@Boutique.example"):
        assert administratrice.post(reverse("messages:suspendre"), {"valeur": tape}).url == reverse("messages:suivi")  # type: ignore[attr-defined]
    suspendues = Coordonnee.objects.exclude(suspendue_le=None).order_by("valeur")
    assert [(une.valeur, str(une.suspendue_par)) for une in suspendues] == [
        (numeros(1)[0], "Admin Essai"), ("lea@boutique.example", "Admin Essai"),
    ]  # fmt: skip
    assert "2\u00a0adresses ne reçoivent plus rien" in administratrice.get(reverse("messages:suivi")).content.decode()
    assert (
        deposer(Alerte(numeros(2), fait="2"), auteur=None, au=timezone.now()).remises.filter(etat="ecartee").count()
        == 1
    )


@pytest.mark.parametrize(
    ("tape", "motif"),
    [
        ("06 10 00 00 99", "Rien n&#x27;a jamais été écrit"),
        ("abc", "n&#x27;est pas un numéro"),
        ("a@", "n&#x27;est pas une adresse électronique"),
        ("06 10 00 00 00", "déjà suspendue"),
    ],
)
def test_une_adresse_inconnue_ou_fausse_se_dit_sans_rien_perdre(administratrice: Client, tape: str, motif: str) -> None:
    deposer(Alerte(numeros(1)), auteur=None, au=timezone.now())
    suspendre(coordonnee=Coordonnee.objects.get(), au=timezone.now())
    reponse = administratrice.post(reverse("messages:suspendre"), {"valeur": tape})
    page = reponse.content.decode()
    assert (reponse.status_code, motif in page, f'value="{tape}"' in page) == (422, True, True)


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({}, "Jamais joint"),
        ({"vu_le": 0, "ecoutee_depuis": 60}, "Envoie"),
        ({"vu_le": 3600, "ecoutee_depuis": 7200}, "Injoignable"),
        ({"vu_le": 0, "ecoutee_depuis": 60, "lent_jusqu_a": -600}, "Lent, passe après les autres"),
    ],
)
def test_l_etat_d_un_operateur(administratrice: Client, champs: dict[str, int], attendu: str) -> None:
    au = timezone.now()
    EtatOperateur.objects.create(nom="fichier", **{nom: au - timedelta(seconds=s) for nom, s in champs.items()})
    page = administratrice.get(reverse("messages:suivi")).content.decode()
    assert attendu in page


def test_les_requetes_ne_croissent_pas(
    administratrice: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for rang in range(10):
        deposer(Alerte(numeros(3), fait=str(rang)), auteur=None, au=timezone.now())
    with django_assert_max_num_queries(14):
        administratrice.get(reverse("messages:suivi"))
