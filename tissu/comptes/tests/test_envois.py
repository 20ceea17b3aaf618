"""Un envoi trop lourd, par une vraie connexion : la page le dit, rien n'est gardé, et le suivant passe."""

import http.client
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Organisation, Personne

FRONTIERE = "essai"
MO = 1_000_000


@pytest.fixture
def reglages(settings: Any, tmp_path: Path) -> Any:
    """De petites bornes, et un dossier où Django poserait ce qu'il lirait."""
    settings.ENVOI_OCTETS_MAX, settings.ENVOI_ANONYME_OCTETS_MAX = 3 * MO, MO // 5
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, settings.FILE_UPLOAD_TEMP_DIR = 0, str(tmp_path)
    return settings


@pytest.fixture
def session(transactional_db: None) -> str:
    personne = Personne.objects.create_user(
        "mission@essai.example", organisation=Organisation.objects.create(nom="Essai", type="cci")
    )
    Attribution.objects.create(personne=personne, role=Role.CHARGE_MISSION)
    client = Client()
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["tissu_session"].value


def envoyer(serveur: Any, adresse: str, octets: int, cookie: str = "") -> tuple[int, str]:
    """Un formulaire et un fichier de ce poids, jusqu'au bout ; rend le code et la page."""
    tete = f'--{FRONTIERE}\r\nContent-Disposition: form-data; name="fichier"; filename="lourd.csv"\r\n\r\n'.encode()
    corps = tete + b"0" * octets + f"\r\n--{FRONTIERE}--\r\n".encode()
    entetes = {"Content-Type": f"multipart/form-data; boundary={FRONTIERE}", "Cookie": f"tissu_session={cookie}"}
    connexion = http.client.HTTPConnection(urlsplit(serveur.url).netloc, timeout=30)
    try:
        connexion.request("POST", adresse, body=corps, headers=entetes)
        reponse = connexion.getresponse()
        return reponse.status, reponse.read().decode()
    finally:
        connexion.close()


def test_la_page_dit_le_poids_et_quoi_faire(live_server: Any, reglages: Any, session: str, tmp_path: Path) -> None:
    adresse = reverse("registre:deposer")
    code, page = envoyer(live_server, adresse, 3 * MO, session)
    assert code == 413
    assert "Il pèse 3,0\u00a0Mo\u202f; cette page en accepte 3,0\u00a0Mo au plus." in page
    for phrase in ("rien n’est perdu", "revenez à la page précédente", "Joignez un fichier plus léger"):
        assert phrase in page
    assert list(tmp_path.iterdir()) == []
    # Sous la borne, la page elle-même répond : ici, elle attend son jeton de formulaire.
    assert envoyer(live_server, adresse, 2 * MO, session)[0] == 403


def test_qui_n_est_pas_connecte_n_envoie_presque_rien(live_server: Any, reglages: Any, tmp_path: Path) -> None:
    adresse = reverse("account_login")
    code, page = envoyer(live_server, adresse, MO)
    assert (code, "cette page en accepte 200,0\u00a0ko au plus" in page) == (413, True)
    assert list(tmp_path.iterdir()) == []
    assert envoyer(live_server, adresse, MO // 10)[0] == 403
