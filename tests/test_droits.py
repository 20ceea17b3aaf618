"""Qui peut ouvrir quoi : chaque adresse du produit, pour chaque rôle, contre le tableau publié `docs/droits.md`."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, resolve, reverse
from django.utils import timezone

from tissu.comptes import operations, queries
from tissu.comptes.checks import verifier_declarations
from tissu.comptes.choices import Role
from tissu.comptes.middleware import DroitsMiddleware
from tissu.comptes.models import Attribution
from tissu.comptes.publications import tableau_en_markdown
from tissu.socle.ecrans import ecran_de

DOCUMENT = Path(settings.RACINE) / "docs" / "droits.md"

# De quoi remplir une adresse, par nom d'argument, sinon par sorte. Une adresse nouvelle qui ne s'en contente pas
# fait échouer `test_chaque_adresse_a_un_exemple` : ajoutez le sien.
EXEMPLES = {
    "siret": "55210055400013",
    "siren": "552100554",
    "mois": "2026-10",
    "semestre": "2026-S1",
    "uidb36": "1",
    "key": "abc-def",
    "format": "csv",
    "extension": "csv",
    "annee": "2026",
}
EXEMPLES_PAR_SORTE = {
    "int": "1",
    "uuid": "0f6a4b7e-3c1d-4e5f-8a9b-0c1d2e3f4a5b",
    "str": "exemple",
    "slug": "exemple",
    "path": "exemple",
    "siret": "55210055400013",
    "siren": "552100554",
    "mois": "2026-10",
    "semestre": "2026-S1",
}


class PorteFranchie:
    """Derrière tous les contrôles, répond à la place de la vue : on essaie les portes, pas les pièces."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse:
        return HttpResponse("franchie")


@pytest.fixture
def portes(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.PorteFranchie"]


def remplie(chemin: str) -> str:
    """L'adresse avec des valeurs plausibles à la place de ses arguments."""
    chemin = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda groupe: EXEMPLES[groupe[1]], chemin)
    return re.sub(
        r"<(?:(\w+):)?(\w+)>",
        lambda groupe: EXEMPLES.get(groupe[2]) or EXEMPLES_PAR_SORTE[groupe[1] or "str"],
        chemin,
    )


def tableau_publie() -> dict[str, set[str]]:
    """Le tableau tel qu'une personne le lit : adresse → rôles, « tous » ou « public »."""
    lignes = re.findall(r"^\| `(.+?)` \| .+? \| (.*?) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {chemin.replace("\\|", "|"): {qui.strip() for qui in roles.split(",")} for chemin, roles in lignes}


def reponse(client: Client, chemin: str) -> str:
    """Ce que répond la porte, en un mot."""
    recue = client.get(remplie(chemin))
    if recue.status_code == 200 and recue.content == b"franchie":
        return "ouverte"
    if recue.status_code == 302 and recue.url.startswith(reverse("account_login")):
        return "connexion"
    return "refusée" if recue.status_code == 403 else str(recue.status_code)


def test_le_tableau_publie_est_celui_du_code() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == tableau_en_markdown(), "Lancez `tissu droits --ecrire`."


def test_chaque_adresse_a_un_exemple() -> None:
    perdues = [
        adresse.chemin
        for adresse in queries.adresses()
        if ecran_de(resolve(remplie(adresse.chemin)).func) != adresse.ecran
    ]

    assert perdues == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.usefixtures("portes")
def test_un_role_n_entre_que_la_ou_le_tableau_le_dit(role: Role, client: Client) -> None:
    personne = operations.creer_personne(
        courriel="essai@exemple.test", prenom="Essai", nom=role.label, organisation=None, auteur=None, au=timezone.now()
    )
    Attribution.objects.create(personne=personne, role=role)
    client.force_login(personne)

    attendues = {
        chemin: "ouverte" if qui & {"tous", "public", role.value} else "refusée"
        for chemin, qui in tableau_publie().items()
    }

    assert {chemin: reponse(client, chemin) for chemin in attendues} == attendues


@pytest.mark.django_db
@pytest.mark.usefixtures("portes")
def test_un_role_borne_a_une_action_n_ouvre_que_les_ecrans_de_cette_action(client: Client) -> None:
    bords = {}
    for action in ("fichier_entreprises", "une_autre_action"):
        personne = operations.creer_personne(
            courriel=f"{action}@exemple.test", prenom="", nom=action, organisation=None, auteur=None, au=timezone.now()
        )
        Attribution.objects.create(personne=personne, role=Role.CHARGE_MISSION, action=action)
        client.force_login(personne)
        bords[action] = [reponse(client, chemin) for chemin in ("/fichier-entreprises/", "/registre/")]

    # Le registre est un service commun : le lire ne dépend pas de l'action.
    assert bords == {"fichier_entreprises": ["ouverte", "ouverte"], "une_autre_action": ["refusée", "ouverte"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("portes")
def test_une_personne_sans_role_n_a_que_ce_qui_est_ouvert_a_tous(client: Client) -> None:
    personne = operations.creer_personne(
        courriel="essai@exemple.test", prenom="Sans", nom="Rôle", organisation=None, auteur=None, au=timezone.now()
    )
    client.force_login(personne)

    attendues = {
        chemin: "ouverte" if qui & {"tous", "public"} else "refusée" for chemin, qui in tableau_publie().items()
    }

    assert {chemin: reponse(client, chemin) for chemin in attendues} == attendues


@pytest.mark.django_db
@pytest.mark.usefixtures("portes")
def test_sans_connexion_seul_le_public_est_ouvert(client: Client) -> None:
    attendues = {chemin: "ouverte" if "public" in qui else "connexion" for chemin, qui in tableau_publie().items()}

    assert {chemin: reponse(client, chemin) for chemin in attendues} == attendues


@pytest.mark.django_db
@pytest.mark.parametrize(
    "nom", ["account_login", "account_reset_password", "account_reset_password_done", "account_signup", "theme_css"]
)
def test_les_pages_publiques_s_affichent_sans_connexion(nom: str, client: Client) -> None:
    recue = client.get(reverse(nom))

    assert (recue.status_code, recue.headers["Content-Type"].split(";")[0] in {"text/html", "text/css"}) == (200, True)


@pytest.mark.django_db
def test_une_adresse_inconnue_dit_qu_elle_est_introuvable(client: Client) -> None:
    recue = client.get("/nulle-part/")

    assert (recue.status_code, "404.html" in [gabarit.name for gabarit in recue.templates]) == (404, True)


def vue_muette(request: HttpRequest) -> HttpResponse:
    """Une vue dont l'auteur a oublié de dire qui peut l'ouvrir."""
    return HttpResponse("secret")


urlpatterns = [path("oubliee/", vue_muette, name="oubliee")]


def test_une_vue_sans_declaration_arrete_la_verification(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__

    defauts = [(defaut.id, defaut.msg) for defaut in verifier_declarations(None)]

    assert defauts == [("tissu.E030", "L'adresse /oubliee/ ne déclare pas qui peut l'ouvrir.")]


def test_le_produit_n_a_aucune_vue_sans_declaration() -> None:
    assert [defaut for defaut in run_checks() if defaut.id == "tissu.E030"] == []


@pytest.mark.django_db
def test_une_vue_sans_declaration_est_fermee_meme_a_l_administration(rf: Any) -> None:
    personne = operations.creer_personne(
        courriel="ada@exemple.test", prenom="Ada", nom="Essai", organisation=None, auteur=None, au=timezone.now()
    )
    Attribution.objects.create(personne=personne, role=Role.ADMINISTRATEUR)
    demande = rf.get("/oubliee/")
    demande.user = personne

    with pytest.raises(PermissionDenied, match="ne déclare pas qui peut l'ouvrir"):
        DroitsMiddleware(vue_muette).process_view(demande, vue_muette, (), {})
