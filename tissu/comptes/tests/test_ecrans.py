"""Les écrans des comptes : ce qu'ils montrent, et à qui."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tissu.comptes import operations, queries
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.demo import MOT_DE_PASSE, comptes_de_demonstration
from tissu.comptes.models import Attribution, EvenementDeCompte, Organisation, Personne
from tissu.comptes.tests.fabrique import LUNDI, organisation, personne

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> Personne:
    qui = personne("ada", Role.ADMINISTRATEUR)
    client.force_login(qui)
    return qui


def messages(reponse: Any) -> list[str]:
    return [str(message) for message in reponse.context["messages"]]


# Personnes


@pytest.mark.parametrize("combien", [1, 3])
def test_la_liste_des_personnes_en_autant_de_requetes(
    client: Client, ada: Personne, combien: int, django_assert_num_queries: Any
) -> None:
    for numero in range(combien):
        personne(f"agent{numero}", Role.LECTEUR)

    # Session, personne, rôles, compte, personnes et leur organisation, leurs rôles.
    with django_assert_num_queries(6):
        page = client.get("/personnes/")

    assert page.context["page"].paginator.count == combien + 1


@pytest.mark.parametrize(
    ("filtre", "trouvees"),
    [
        ({"q": "camille"}, ["Camille Essai"]),
        ({"q": "club"}, ["Noe Essai"]),
        ({"q": "noe club"}, ["Noe Essai"]),
        ({"q": "ferme"}, []),
        ({"q": "ferme", "fermes": "on"}, ["Ferme Essai"]),
    ],
)
def test_chercher_une_personne(client: Client, ada: Personne, filtre: dict[str, str], trouvees: list[str]) -> None:
    personne("camille")
    personne("noe", dans=organisation("Club d'essai", TypeOrganisation.CLUB))
    operations.desactiver(personne=personne("ferme"), auteur=None, au=LUNDI)

    assert [str(qui) for qui in client.get("/personnes/", filtre).context["page"]] == trouvees


def test_un_responsable_ne_trouve_que_les_siens(client: Client) -> None:
    rosa = personne("rosa", Role.RESPONSABLE)
    voisin = personne("noe", dans=organisation("Club d'essai", TypeOrganisation.CLUB))
    client.force_login(rosa)

    assert [str(qui) for qui in client.get("/personnes/").context["page"]] == ["Rosa Essai"]
    assert [
        client.get(f"/personnes/{voisin.pk}/").status_code,
        client.post(f"/personnes/{voisin.pk}/desactiver/").status_code,
        client.post(f"/personnes/{voisin.pk}/roles/", {"role": "president_club"}).status_code,
    ] == [404, 404, 404]


def test_donner_puis_retirer_un_role(client: Client, ada: Personne) -> None:
    camille = personne("camille")
    fiche = f"/personnes/{camille.pk}/"

    client.post(f"{fiche}roles/", {"role": "lecteur", "fin": "2030-12-31"})
    attribution = Attribution.objects.get(personne=camille)
    donne = client.get(fiche).context["en_cours"]
    reponse = client.post(f"/personnes/roles/{attribution.pk}/retirer/", follow=True)

    assert (donne, reponse.context["en_cours"], messages(reponse)) == ([attribution], [], ["Le rôle est retiré."])
    assert EvenementDeCompte.objects.filter(personne=camille, auteur=ada).count() == 2


def test_un_refus_est_montre_dans_le_formulaire(client: Client, ada: Personne) -> None:
    camille = personne("camille", Role.LECTEUR)

    page = client.post(f"/personnes/{camille.pk}/roles/", {"role": "lecteur"})

    assert page.context["form"].non_field_errors() == ["Camille Essai a déjà le rôle « Lecture » à ces dates."]


def test_fermer_et_rouvrir_un_compte(client: Client, ada: Personne) -> None:
    camille = personne("camille")

    ferme = client.post(f"/personnes/{camille.pk}/desactiver/", follow=True)
    rouvert = client.post(f"/personnes/{camille.pk}/reactiver/", follow=True)

    assert [messages(ferme), messages(rouvert)] == [["Le compte est fermé."], ["Le compte est rouvert."]]


def test_la_derniere_administration_ne_se_ferme_pas_elle_meme(client: Client, ada: Personne) -> None:
    reponse = client.post(f"/personnes/{ada.pk}/desactiver/", follow=True)

    assert messages(reponse) == ["C'est la dernière administration : nommez-en une autre d'abord."]


# Organisations


def test_creer_puis_modifier_une_organisation(client: Client, ada: Personne) -> None:
    client.post("/organisations/nouvelle/", {"nom": "Club neuf", "type": "club", "siren": "552 100 554"})
    creee = Organisation.objects.get(nom="Club neuf")
    client.post(f"/organisations/{creee.pk}/", {"nom": "Club renommé", "type": "club", "siren": ""})

    creee.refresh_from_db()
    assert (creee.nom, creee.siren, [h.history_user for h in creee.historique.all()]) == (
        "Club renommé",
        "",
        [ada, ada],
    )


@pytest.mark.parametrize(
    ("saisie", "champ"),
    [({"nom": "Chambre d'essai", "type": "cci"}, "nom"), ({"nom": "X", "type": "cci", "siren": "123456789"}, "siren")],
)
def test_une_organisation_mal_saisie(client: Client, ada: Personne, saisie: dict[str, str], champ: str) -> None:
    page = client.post("/organisations/nouvelle/", saisie)

    assert list(page.context["form"].errors) == [champ]


@pytest.mark.parametrize("combien", [1, 3])
def test_la_liste_des_organisations_en_autant_de_requetes(
    client: Client, ada: Personne, combien: int, django_assert_num_queries: Any
) -> None:
    for numero in range(combien):
        organisation(f"Club {numero}", TypeOrganisation.CLUB)

    # Session, personne, rôles, compte, organisations.
    with django_assert_num_queries(5):
        page = client.get("/organisations/")

    assert [o.effectif for o in page.context["page"]] == [1] + [0] * combien


# Droits, accueil, démonstration


def test_le_tableau_des_droits_se_filtre_par_role(client: Client, ada: Personne) -> None:
    toutes, police = (
        {ligne["adresse"].chemin for ligne in client.get("/droits/", filtre).context["lignes"]}
        for filtre in ({}, {"role": "police"})
    )

    assert toutes == {adresse.chemin for adresse in queries.adresses()}
    assert ("/journal/" in police, "/comptes/moi/" in police) == (False, True)


def test_l_accueil_rappelle_la_double_authentification_et_les_invitations_expirees(
    client: Client, ada: Personne
) -> None:
    operations.inviter(
        courriel="camille@exemple.test",
        prenom="",
        nom="",
        organisation=organisation(),
        roles=[{"role": Role.LECTEUR}],
        auteur=ada,
        au=LUNDI.replace(year=2020),
    )

    attentes = [ligne.titre for ligne in client.get("/").context["bloc"].attentes]

    assert attentes == ["Activez la double authentification", "1\u00a0invitation sans réponse"]


def test_un_accueil_vide_dit_ce_qui_y_viendra(client: Client) -> None:
    client.force_login(personne("noe", dans=organisation("Club d'essai", TypeOrganisation.CLUB)))

    texte = client.get("/").content.decode()

    assert [phrase in texte for phrase in ("Rien ne vous attend aujourd’hui", "Ce qui m’attend")] == [True, True]


def test_les_comptes_de_demonstration_se_relancent_sans_rien_changer() -> None:
    premiers = comptes_de_demonstration(au=LUNDI)
    seconds = comptes_de_demonstration(au=timezone.now())

    assert ([c.personne.courriel for c in seconds], Personne.objects.count()) == (
        [c.personne.courriel for c in premiers],
        len(premiers),
    )
    assert {c.personne.courriel.split("@")[1] for c in premiers} == {"demo.example"}
    assert all(compte.personne.check_password(MOT_DE_PASSE) for compte in seconds)


def test_la_commande_administration_cree_la_premiere_personne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tissu.comptes.management.commands.administration.getpass", lambda question: MOT_DE_PASSE)
    sortie = StringIO()

    call_command("administration", "ada@exemple.test", organisation="Chambre neuve", stdout=sortie)

    assert sortie.getvalue() == "ada@exemple.test administre maintenant la plateforme.\n"
    assert list(Attribution.objects.values_list("personne__courriel", "role")) == [
        ("ada@exemple.test", "administrateur")
    ]
