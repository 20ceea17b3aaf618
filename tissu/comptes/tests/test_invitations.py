"""De l'invitation au compte ouvert : un lien, une fois, sept jours."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tissu.comptes import operations
from tissu.comptes.choices import Role, TypeEvenementDeCompte, TypeOrganisation
from tissu.comptes.models import EvenementDeCompte, Invitation, Personne
from tissu.comptes.operations import InvitationInvalide, OperationRefusee
from tissu.comptes.tests.fabrique import LUNDI, SECRET, organisation, personne

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Personne:
    return personne("ada", Role.ADMINISTRATEUR)


@pytest.fixture(autouse=True)
def sans_memoire_des_limites() -> None:
    cache.clear()


@pytest.fixture
def inviter(django_capture_on_commit_callbacks: Any) -> Any:
    """Invite, et rend l'invitation avec le jeton du courriel parti."""

    def inviter(auteur: Personne, **champs: Any) -> tuple[Invitation, str]:
        depart = {
            "courriel": "camille@exemple.test",
            "prenom": "Camille",
            "nom": "Essai",
            "organisation": organisation(),
            "roles": [{"role": Role.LECTEUR, "action": "", "fin": None}],
            "au": LUNDI,
        }
        with django_capture_on_commit_callbacks(execute=True):
            invitation = operations.inviter(**(depart | champs), auteur=auteur)
        return invitation, jeton_du_dernier_courriel()

    return inviter


def jeton_du_dernier_courriel() -> str:
    trouve = re.search(r"/invitation/(\S+)/", mail.outbox[-1].body)
    assert trouve is not None
    return trouve[1]


def accepter(jeton: str, *, au: Any = LUNDI) -> Personne:
    return operations.accepter_invitation(jeton=jeton, prenom="Camille", nom="Essai", mot_de_passe=SECRET, au=au)


def test_le_courriel_dit_qui_invite_et_jusqu_a_quand(ada: Personne, inviter: Any) -> None:
    _, jeton = inviter(ada)

    [envoye] = mail.outbox
    [(html, sorte)] = envoye.alternatives
    assert (envoye.to, sorte) == (["camille@exemple.test"], "text/html")
    for texte in (envoye.body, html):
        manquants = [m for m in ("Ada Essai vous invite", "30 novembre 2026 à 10:00", jeton) if m not in texte]
        assert manquants == []


def test_le_lien_n_est_pas_garde(ada: Personne, inviter: Any) -> None:
    invitation, jeton = inviter(ada)

    valeurs = " ".join(str(valeur) for valeur in Invitation.objects.values().get(pk=invitation.pk).values())
    assert [morceau for morceau in jeton.split(":") if morceau in valeurs] == []


def test_accepter_ouvre_le_compte_avec_ses_roles(ada: Personne, inviter: Any) -> None:
    roles = [
        {"role": Role.LECTEUR, "action": "", "fin": None},
        {"role": Role.CHARGE_FILIERE, "action": "fichier_entreprises", "fin": date(2027, 6, 30)},
    ]
    invitation, jeton = inviter(ada, roles=roles)

    camille = accepter(jeton)

    assert list(camille.attributions.values_list("role", "action", "debut", "fin")) == [
        ("charge_filiere", "fichier_entreprises", LUNDI.date(), date(2027, 6, 30)),
        ("lecteur", "", LUNDI.date(), None),
    ]
    invitation.refresh_from_db()
    assert (camille.check_password(SECRET), invitation.personne, invitation.acceptee_le) == (True, camille, LUNDI)


def test_un_role_deja_fini_a_l_acceptation_n_est_pas_donne(ada: Personne, inviter: Any) -> None:
    _, jeton = inviter(ada, roles=[{"role": Role.LECTEUR, "fin": LUNDI.date()}])

    assert accepter(jeton, au=LUNDI + timedelta(days=2)).attributions.count() == 0


def test_un_lien_ne_sert_qu_une_fois(ada: Personne, inviter: Any) -> None:
    _, jeton = inviter(ada)
    accepter(jeton)

    with pytest.raises(InvitationInvalide, match="déjà servi"):
        accepter(jeton)


def test_un_lien_expire_au_bout_de_sept_jours(ada: Personne, inviter: Any) -> None:
    _, jeton = inviter(ada)

    with pytest.raises(InvitationInvalide, match="expiré"):
        accepter(jeton, au=LUNDI + timedelta(days=7))

    assert accepter(jeton, au=LUNDI + timedelta(days=7, seconds=-1)).is_active


def test_un_lien_altere_ne_mene_nulle_part(ada: Personne, inviter: Any) -> None:
    _, jeton = inviter(ada)

    for faux in (jeton[:-1], "x" + jeton, jeton.split(":")[0], "", "n'importe quoi"):
        with pytest.raises(InvitationInvalide, match="incomplet ou altéré"):
            accepter(faux)


def test_renvoyer_remplace_le_lien(ada: Personne, inviter: Any, django_capture_on_commit_callbacks: Any) -> None:
    invitation, ancien = inviter(ada)
    jeudi = LUNDI + timedelta(days=10)
    with django_capture_on_commit_callbacks(execute=True):
        operations.renvoyer_invitation(invitation=invitation, auteur=ada, au=jeudi)

    with pytest.raises(InvitationInvalide, match="remplacé par un plus récent"):
        accepter(ancien, au=jeudi)
    assert accepter(jeton_du_dernier_courriel(), au=jeudi).courriel == "camille@exemple.test"


def test_revoquer_rend_le_lien_inutile_et_libere_l_adresse(ada: Personne, inviter: Any) -> None:
    invitation, jeton = inviter(ada)

    operations.revoquer_invitation(invitation=invitation, auteur=ada, au=LUNDI)

    with pytest.raises(InvitationInvalide, match="révoquée"):
        accepter(jeton)
    assert accepter(inviter(ada)[1]).is_active


@pytest.mark.parametrize(
    ("champs", "motif"),
    [
        ({"courriel": "ADA@exemple.test"}, "a déjà un compte"),
        ({"roles": []}, "au moins un rôle"),
        ({"roles": [{"role": Role.POLICE}]}, "ne peut pas être donné ici"),
    ],
)
def test_une_invitation_refusee_n_envoie_rien(ada: Personne, inviter: Any, champs: dict[str, Any], motif: str) -> None:
    with pytest.raises(OperationRefusee, match=motif):
        inviter(ada, **champs)

    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


def test_une_adresse_n_a_qu_une_invitation_ouverte(ada: Personne, inviter: Any) -> None:
    inviter(ada)

    with pytest.raises(OperationRefusee, match="a déjà une invitation"):
        inviter(ada, courriel="Camille@exemple.test")


def test_un_responsable_n_invite_que_chez_lui(inviter: Any) -> None:
    rosa = personne("rosa", Role.RESPONSABLE)

    with pytest.raises(OperationRefusee, match="Vous ne gérez pas"):
        inviter(rosa, organisation=organisation("Club d'essai", TypeOrganisation.CLUB))
    with pytest.raises(OperationRefusee, match="ne peut pas être donné ici"):
        inviter(rosa, roles=[{"role": Role.ADMINISTRATEUR}])
    assert inviter(rosa)[0].organisation == organisation()


def test_chaque_pas_est_journalise(ada: Personne, inviter: Any) -> None:
    invitation, _ = inviter(ada)
    operations.renvoyer_invitation(invitation=invitation, auteur=ada, au=LUNDI)
    operations.revoquer_invitation(invitation=invitation, auteur=ada, au=LUNDI)

    pas = EvenementDeCompte.objects.filter(auteur=ada, detail="camille@exemple.test").order_by("pk")
    assert list(pas.values_list("type", flat=True)) == [
        TypeEvenementDeCompte.INVITATION,
        TypeEvenementDeCompte.INVITATION_RENVOYEE,
        TypeEvenementDeCompte.INVITATION_REVOQUEE,
    ]


# À l'écran


def saisie(**champs: str) -> dict[str, str]:
    return {"prenom": "Camille", "nom": "Essai", "mot_de_passe": SECRET, "confirmation": SECRET} | champs


def test_du_lien_a_l_accueil(ada: Personne, inviter: Any, client: Client, time_machine: Any) -> None:
    time_machine.move_to(LUNDI)
    club = organisation("Club d'essai", TypeOrganisation.CLUB)
    _, jeton = inviter(ada, organisation=club, roles=[{"role": Role.PRESIDENT_CLUB}])

    page = client.get(f"/invitation/{jeton}/")
    reponse = client.post(f"/invitation/{jeton}/", saisie())

    assert (page.status_code, page.context["invitation"].courriel) == (200, "camille@exemple.test")
    assert (reponse.status_code, reponse.url) == (302, "/")
    assert client.get("/comptes/moi/").context["user"].courriel == "camille@exemple.test"


def test_un_agent_est_mene_a_la_double_authentification(
    ada: Personne, inviter: Any, client: Client, time_machine: Any
) -> None:
    time_machine.move_to(LUNDI)
    _, jeton = inviter(ada)

    assert client.post(f"/invitation/{jeton}/", saisie()).url == "/comptes/double-authentification/activer/"


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"confirmation": "autre-chose-2026"}, "confirmation"),
        ({"mot_de_passe": "court", "confirmation": "court"}, "mot_de_passe"),
        ({"mot_de_passe": "camille@exemple.test", "confirmation": "camille@exemple.test"}, "mot_de_passe"),
        ({"nom": ""}, "nom"),
    ],
)
def test_une_saisie_fautive_ne_consomme_pas_le_lien(
    ada: Personne, inviter: Any, client: Client, time_machine: Any, champs: dict[str, str], champ: str
) -> None:
    time_machine.move_to(LUNDI)
    _, jeton = inviter(ada)

    page = client.post(f"/invitation/{jeton}/", saisie(**champs))

    assert list(page.context["form"].errors) == [champ]
    assert client.post(f"/invitation/{jeton}/", saisie()).status_code == 302


def test_un_lien_faux_dit_quoi_faire(client: Client) -> None:
    page = client.get("/invitation/faux/")

    assert (page.status_code, page.context["motif"]) == (410, "Ce lien est incomplet ou altéré.")


def test_trop_d_essais_de_liens_sont_arretes(client: Client) -> None:
    codes = [client.get("/invitation/faux/").status_code for _ in range(21)]

    assert codes == [410] * 20 + [429]


def test_inviter_a_l_ecran(ada: Personne, client: Client, django_capture_on_commit_callbacks: Any) -> None:
    client.force_login(ada)
    envoi = {"courriel": "camille@exemple.test", "organisation": organisation().pk, "roles": ["lecteur"]}

    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post("/invitations/nouvelle/", envoi)

    assert (reponse.url, [courriel.to for courriel in mail.outbox]) == ("/invitations/", [["camille@exemple.test"]])
    assert [str(i) for i in client.get("/invitations/").context["page"]] == ["Invitation de camille@exemple.test"]


def test_un_responsable_ne_voit_que_son_organisation_a_l_ecran(ada: Personne, inviter: Any, client: Client) -> None:
    club = organisation("Club d'essai", TypeOrganisation.CLUB)
    invitation, _ = inviter(ada, organisation=club, roles=[{"role": Role.PRESIDENT_CLUB}])
    client.force_login(personne("rosa", Role.RESPONSABLE))

    formulaire = client.get("/invitations/nouvelle/").context["form"]

    assert [str(o) for o in formulaire.fields["organisation"].queryset] == ["Chambre d'essai"]
    assert [valeur for valeur, _ in formulaire.fields["roles"].choices if valeur == Role.ADMINISTRATEUR] == []
    assert list(client.get("/invitations/").context["page"]) == []
    assert client.post(f"/invitations/{invitation.pk}/revoquer/").status_code == 404
