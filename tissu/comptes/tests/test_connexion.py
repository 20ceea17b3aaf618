"""Entrer : mot de passe, échecs, double authentification, mot de passe oublié, pages fermées."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tissu.comptes import operations
from tissu.comptes.choices import Role, TypeEvenementDeCompte, TypeOrganisation
from tissu.comptes.models import EvenementDeCompte, Personne
from tissu.comptes.tests.fabrique import LUNDI, SECRET, organisation, personne

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sans_memoire_des_limites() -> None:
    cache.clear()


@pytest.fixture
def camille() -> Personne:
    return personne("camille", Role.LECTEUR)


def entrer(client: Client, courriel: str = "camille@exemple.test", secret: str = SECRET) -> Any:
    return client.post("/comptes/connexion/", {"login": courriel, "password": secret})


def code(secret: str) -> str:
    """Le code qu'afficherait le téléphone, maintenant."""
    compteurs = list(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, compteurs[len(compteurs) // 2]))


def journal() -> list[tuple[str, str | None]]:
    """Ce que la connexion a journalisé : type et adresse de la personne."""
    types = (
        TypeEvenementDeCompte.CONNEXION,
        TypeEvenementDeCompte.ECHEC_CONNEXION,
        TypeEvenementDeCompte.DECONNEXION,
        TypeEvenementDeCompte.MFA_ECHEC,
    )
    lignes = EvenementDeCompte.objects.filter(type__in=types).order_by("pk").select_related("personne")
    return [(ligne.type, ligne.personne.courriel if ligne.personne else None) for ligne in lignes]


def test_entrer_par_son_adresse_quelle_qu_en_soit_la_casse(client: Client, camille: Personne) -> None:
    assert entrer(client, "Camille@Exemple.Test").url == "/"

    camille.refresh_from_db()
    assert (journal(), camille.last_login is not None, camille.historique.count()) == (
        [("connexion", "camille@exemple.test")],
        True,
        1,
    )


def test_le_journal_garde_d_ou_l_on_est_entre(client: Client, camille: Personne) -> None:
    entrer(client)

    assert EvenementDeCompte.objects.get(type=TypeEvenementDeCompte.CONNEXION).adresse_ip == "127.0.0.1"


def test_derriere_un_mandataire_l_adresse_est_celle_de_la_personne(
    client: Client, camille: Personne, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    client.post(
        "/comptes/connexion/",
        {"login": camille.courriel, "password": SECRET},
        headers={"X-Forwarded-For": "198.51.100.9, 192.0.2.7"},
    )

    assert EvenementDeCompte.objects.get(type=TypeEvenementDeCompte.CONNEXION).adresse_ip == "192.0.2.7"


def test_un_echec_est_journalise_sans_garder_ce_qui_a_ete_tape(client: Client, camille: Personne) -> None:
    entrer(client, secret="faux")
    entrer(client, courriel="mon-mot-de-passe@exemple.test")

    assert journal() == [("echec_connexion", "camille@exemple.test"), ("echec_connexion", None)]
    echec = EvenementDeCompte.objects.get(type=TypeEvenementDeCompte.ECHEC_CONNEXION, personne=None)
    assert (echec.detail, echec.auteur) == ("adresse inconnue", None)


def test_le_message_d_echec_ne_dit_pas_si_l_adresse_existe(client: Client, camille: Personne) -> None:
    reponses = [entrer(client, secret="faux"), entrer(client, courriel="personne@exemple.test")]

    un, autre = (reponse.context["form"].non_field_errors() for reponse in reponses)
    assert (un, len(un)) == (autre, 1)


def test_cinq_echecs_ferment_la_porte_un_moment(client: Client, camille: Personne) -> None:
    for _ in range(5):
        entrer(client, secret="faux")

    refus = entrer(client)

    assert (refus.status_code, "_auth_user_id" in client.session) == (200, False)


def test_un_compte_ferme_n_entre_pas(client: Client, camille: Personne) -> None:
    operations.desactiver(personne=camille, auteur=None, au=LUNDI)

    entrer(client)

    assert "_auth_user_id" not in client.session


def test_sortir(client: Client, camille: Personne) -> None:
    entrer(client)

    assert client.post("/comptes/deconnexion/").url == "/comptes/connexion/"
    assert journal()[-1] == ("deconnexion", "camille@exemple.test")


def test_fermer_ses_autres_sessions(camille: Personne) -> None:
    ici, ailleurs = Client(), Client()
    entrer(ici)
    entrer(ailleurs)

    ici.post("/comptes/moi/sessions/fermer/")

    assert [navigateur.get("/comptes/moi/").status_code for navigateur in (ici, ailleurs)] == [200, 302]


# Double authentification


def activer(qui: Personne) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(qui, secret)
    return secret


def test_avec_la_double_authentification_le_mot_de_passe_ne_suffit_pas(client: Client, camille: Personne) -> None:
    secret = activer(camille)

    assert entrer(client).url.startswith("/comptes/connexion/code/")
    assert client.get("/comptes/moi/").status_code == 302

    assert client.post("/comptes/connexion/code/", {"code": "000000"}).status_code == 200
    assert client.post("/comptes/connexion/code/", {"code": code(secret)}).url == "/"
    assert client.get("/comptes/moi/").context["mfa"] is True
    assert journal() == [("mfa_echec", "camille@exemple.test"), ("connexion", "camille@exemple.test")]


def test_activer_la_double_authentification_donne_des_codes_de_secours(
    client: Client, camille: Personne, django_capture_on_commit_callbacks: Any
) -> None:
    entrer(client)
    confirmation = client.get("/comptes/double-authentification/activer/").url
    client.post(confirmation, {"password": SECRET})
    page = client.get("/comptes/double-authentification/activer/")

    with django_capture_on_commit_callbacks(execute=True):
        suite = client.post(page.request["PATH_INFO"], {"code": code(page.context["form"].secret)})

    assert suite.url == "/comptes/double-authentification/secours/"
    assert len(client.get(suite.url).context["unused_codes"]) == 10
    activees = EvenementDeCompte.objects.filter(type=TypeEvenementDeCompte.MFA_ACTIVEE, personne=camille)
    assert [e.detail for e in activees.order_by("pk")] == ["Authentificateur TOTP", "Codes de récupération"]


@pytest.mark.parametrize(
    ("type_organisation", "role", "menee"),
    [
        (TypeOrganisation.CCI, Role.LECTEUR, True),
        (TypeOrganisation.POLICE, Role.POLICE, True),
        (TypeOrganisation.CLUB, Role.PRESIDENT_CLUB, False),
    ],
)
def test_ou_elle_est_imposee_on_ne_va_pas_plus_loin_sans_elle(
    client: Client, settings: Any, type_organisation: TypeOrganisation, role: Role, menee: bool
) -> None:
    settings.MFA_OBLIGATOIRE = True
    noe = personne("noe", role, dans=organisation("Organisation d'essai", type_organisation))
    client.force_login(noe)

    reponse = client.get("/comptes/moi/")

    assert (reponse.status_code, getattr(reponse, "url", "")) == (
        (302, "/comptes/double-authentification/activer/") if menee else (200, "")
    )


def test_une_fois_activee_tout_s_ouvre(client: Client, settings: Any, camille: Personne) -> None:
    settings.MFA_OBLIGATOIRE = True
    client.force_login(camille)
    activer(camille)

    assert client.get("/comptes/moi/").status_code == 200


def test_avant_de_l_activer_on_peut_encore_partir_et_lire_les_couleurs(
    client: Client, settings: Any, camille: Personne
) -> None:
    settings.MFA_OBLIGATOIRE = True
    client.force_login(camille)

    codes = [client.get(reverse(nom)).status_code for nom in ("account_logout", "theme_css", "account_reauthenticate")]

    assert codes == [200, 200, 200]


def test_en_demonstration_elle_est_proposee(client: Client, settings: Any, camille: Personne) -> None:
    settings.MFA_OBLIGATOIRE = False
    client.force_login(camille)

    page = client.get("/comptes/moi/")

    assert (page.context["mfa"], page.context["mfa_exigee"]) == (False, True)
    assert "Activez la double authentification" in page.content.decode()


def test_retirer_la_double_authentification_se_journalise(client: Client, camille: Personne) -> None:
    secret = activer(camille)
    entrer(client)
    client.post("/comptes/connexion/code/", {"code": code(secret)})
    client.post(client.get("/comptes/double-authentification/retirer/").url, {"password": SECRET})

    client.post("/comptes/double-authentification/retirer/")

    assert (
        Authenticator.objects.count(),
        EvenementDeCompte.objects.filter(type=TypeEvenementDeCompte.MFA_RETIREE).count(),
    ) == (0, 1)


# Mot de passe oublié


def test_choisir_un_nouveau_mot_de_passe(client: Client, camille: Personne) -> None:
    client.post("/comptes/mot-de-passe/oublie/", {"email": "camille@exemple.test"})
    [envoye] = mail.outbox
    trouve = re.search(r"http://testserver(/comptes/mot-de-passe/nouveau/\S+)", envoye.body)
    assert trouve is not None
    assert (envoye.subject, envoye.body.splitlines()[0]) == ("Choisir un nouveau mot de passe", "Bonjour,")

    formulaire = client.get(trouve[1]).url
    client.post(formulaire, {"password1": "un-autre-secret-2026", "password2": "un-autre-secret-2026"})

    assert entrer(Client(), secret="un-autre-secret-2026").url == "/"


def test_pour_une_adresse_inconnue_rien_ne_part_et_rien_ne_se_voit(client: Client, camille: Personne) -> None:
    reponses = [
        client.post("/comptes/mot-de-passe/oublie/", {"email": adresse}).url
        for adresse in ("inconnue@exemple.test", "camille@exemple.test")
    ]

    assert (reponses, [m.to for m in mail.outbox]) == (
        ["/comptes/mot-de-passe/oublie/envoye/"] * 2,
        [["camille@exemple.test"]],
    )


# Ce qui n'est pas servi


def test_on_ne_s_inscrit_pas_soi_meme(client: Client) -> None:
    page = client.get("/comptes/inscription/")

    assert ("sur invitation" in page.content.decode(), client.post("/comptes/inscription/").status_code) == (True, 405)


@pytest.mark.parametrize("nom", ["account_email", "account_confirm_email", "account_set_password", "mfa_trust"])
def test_les_pages_d_allauth_sans_usage_n_existent_pas(nom: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(nom)
