"""Chaque formulaire public s'arrête à sa limite : la dernière demande permise passe, la suivante est refusée."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import MotifConfirmation
from tissu.actions.alerte_commerce.models import Confirmation
from tissu.actions.alerte_commerce.operations.liens import creer_lien
from tissu.actions.alerte_commerce.queries.confirmations import lien_de_confirmation
from tissu.actions.alerte_commerce.queries.liens import lien_d_avis, lien_de_depart
from tissu.actions.alerte_commerce.tests.fabrique import adherent
from tissu.actions.alerte_commerce.urls import publiques

pytestmark = pytest.mark.django_db


def simple(nom: str) -> Callable[[], str]:
    return lambda: reverse(f"adhesion:{nom}")


def de_l_espace(nom: str, *suite: int) -> Callable[[], str]:
    return lambda: reverse(f"adhesion:{nom}", args=[creer_lien(adherent=adherent(), au=timezone.now()), *suite])


def _chemin(adresse: str) -> str:
    return "/" + adresse.split("/", 3)[-1]


def _depart() -> str:
    return _chemin(lien_de_depart(adherent().contacts.get().pk))


def _avis() -> str:
    return _chemin(lien_d_avis(1, adherent().pk))


def _confirmation() -> str:
    au = timezone.now()
    demande = Confirmation.objects.create(
        contact=adherent().contacts.get(), motif=MotifConfirmation.SUSPENDU, depuis=au, dernier_envoi_le=au,
        expire_le=au + timedelta(days=1),
    )  # fmt: skip
    return _chemin(lien_de_confirmation(demande))


# L'écran, comment y aller, combien de fois.
LIMITES: dict[str, tuple[Callable[[], str], int]] = {
    "commerce": (simple("commerce"), 120), "contact": (simple("contact"), 120), "charte": (simple("charte"), 60),
    "code": (simple("code"), 60), "renvoyer": (simple("renvoyer"), 20), "mon_espace": (simple("mon_espace"), 30),
    "regler": (de_l_espace("regler"), 60), "ajouter": (de_l_espace("ajouter"), 20),
    "verifier": (de_l_espace("verifier", 1), 60), "repondre": (de_l_espace("repondre"), 20), "quitter": (_depart, 60),
    "avis": (_avis, 120), "confirmer": (_confirmation, 120),
    "confirmer_numero": (lambda: f"{_confirmation()}numero/", 20),
}  # fmt: skip
LECTURES = {"accueil", "conseils", "guide", "merci", "espace"}


def test_chaque_ecran_public_est_une_lecture_ou_a_sa_limite_eprouvee() -> None:
    assert {adresse.name for adresse in publiques.urlpatterns} == LECTURES | set(LIMITES)


@pytest.mark.parametrize("nom", sorted(LIMITES))
def test_un_formulaire_public_s_arrete_a_sa_limite(nom: str, avancer_le_debit: Callable[[int], None]) -> None:
    chercher, combien = LIMITES[nom]
    adresse, client = chercher(), Client()
    assert client.post(adresse, {}).status_code != 429
    avancer_le_debit(combien - 2)
    assert client.post(adresse, {}).status_code != 429
    refus = client.post(adresse, {})
    assert (refus.status_code, int(refus["Retry-After"]) > 0) == (429, True)
    # Une autre adresse internet n'en pâtit pas.
    assert Client(REMOTE_ADDR="192.0.2.7").post(adresse, {}).status_code != 429


@pytest.mark.parametrize("nom", sorted(LIMITES))
def test_un_jeton_de_formulaire_est_exige(nom: str) -> None:
    assert Client(enforce_csrf_checks=True).post(LIMITES[nom][0](), {}).status_code == 403


@pytest.mark.parametrize("nom", sorted(LECTURES - {"guide"}))
def test_une_lecture_publique_ne_s_ecrit_pas(nom: str) -> None:
    adresse = de_l_espace("espace")() if nom == "espace" else reverse(f"adhesion:{nom}")
    assert Client().post(adresse, {}).status_code == 405
