"""Créer, donner un rôle, le retirer, fermer un compte ; et ce que le journal et l'historique en gardent."""

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tissu.comptes import operations
from tissu.comptes.choices import Role, TypeEvenementDeCompte, TypeOrganisation
from tissu.comptes.models import Attribution, EvenementDeCompte, Organisation, Personne
from tissu.comptes.operations import OperationRefusee
from tissu.comptes.tests.fabrique import LUNDI, organisation, personne

pytestmark = pytest.mark.django_db


def types_journalises(compte: Personne) -> list[str]:
    return list(EvenementDeCompte.objects.filter(personne=compte).order_by("pk").values_list("type", flat=True))


def test_creer_une_personne() -> None:
    ada = personne("ada", Role.ADMINISTRATEUR)

    camille = operations.creer_personne(
        courriel=" Camille@Exemple.TEST ",
        prenom="Camille",
        nom="Essai",
        organisation=organisation(),
        auteur=ada,
        au=LUNDI,
    )

    assert (camille.courriel, camille.cree_le, camille.has_usable_password()) == ("camille@exemple.test", LUNDI, False)
    assert EmailAddress.objects.get(user=camille).verified
    assert EvenementDeCompte.objects.get(type=TypeEvenementDeCompte.CREATION, personne=camille).auteur == ada
    assert camille.historique.get().history_user == ada


def test_une_adresse_ne_sert_qu_une_fois() -> None:
    personne("ada")

    with pytest.raises(OperationRefusee, match=r"ada@exemple\.test a déjà un compte"):
        operations.creer_personne(
            courriel="ADA@exemple.test", prenom="", nom="", organisation=None, auteur=None, au=LUNDI
        )


def test_l_historique_ne_garde_pas_le_mot_de_passe() -> None:
    champs = {champ.name for champ in Personne.historique.model._meta.get_fields()}

    assert champs.isdisjoint({"password", "last_login"})


def test_un_siren_faux_est_refuse() -> None:
    with pytest.raises(OperationRefusee, match="n'est pas un SIREN"):
        operations.enregistrer_organisation(nom="X", type="cci", siren="123456789", auteur=None, au=LUNDI)


def test_modifier_une_organisation_garde_l_ancienne_valeur() -> None:
    chambre = organisation()

    operations.enregistrer_organisation(
        nom="Chambre renommée", type="cci", siren="552100554", organisation=chambre, auteur=None, au=LUNDI
    )

    assert Organisation.objects.get().nom == "Chambre renommée"
    assert [passe.nom for passe in chambre.historique.all()] == ["Chambre renommée", "Chambre d'essai"]


# Les rôles


def test_un_role_vaut_du_premier_au_dernier_jour(time_machine: Any) -> None:
    camille = personne("camille")
    operations.attribuer_role(
        personne=camille, role=Role.LECTEUR, debut=date(2026, 3, 1), fin=date(2026, 3, 31), auteur=None, au=LUNDI
    )

    vus = {}
    for jour in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)):
        time_machine.move_to(f"{jour}T12:00:00+01:00")
        vus[jour.isoformat()] = Personne.objects.get(pk=camille.pk).roles_actifs()

    assert vus == {"2026-02-28": set(), "2026-03-01": {"lecteur"}, "2026-03-31": {"lecteur"}, "2026-04-01": set()}


def test_un_role_peut_ne_valoir_que_pour_une_action() -> None:
    camille = personne("camille", Role.LECTEUR)
    operations.attribuer_role(
        personne=camille,
        role=Role.CHARGE_FILIERE,
        action="fichier_entreprises",
        debut=date(2020, 1, 1),
        auteur=None,
        au=LUNDI,
    )

    assert [camille.roles_actifs(action) for action in ("fichier_entreprises", "autre")] == [
        {"lecteur", "charge_filiere"},
        {"lecteur"},
    ]


def test_le_role_donne_vaut_tout_de_suite() -> None:
    camille = personne("camille")
    avant = camille.roles_actifs()

    operations.attribuer_role(personne=camille, role=Role.LECTEUR, debut=date(2020, 1, 1), auteur=None, au=LUNDI)

    assert (avant, camille.roles_actifs()) == (set(), {"lecteur"})


@pytest.mark.parametrize(
    ("role", "debut", "fin", "motif"),
    [
        (Role.LECTEUR, date(2026, 3, 2), date(2026, 3, 1), "précède son début"),
        (Role.LECTEUR, date(2026, 1, 1), None, "a déjà le rôle"),
        (Role.COURTIER, None, None, "ne peut pas être donné ici"),
    ],
)
def test_un_role_refuse(role: Role, debut: date | None, fin: date | None, motif: str) -> None:
    camille = personne("camille", Role.LECTEUR)

    with pytest.raises(OperationRefusee, match=motif):
        operations.attribuer_role(personne=camille, role=role, debut=debut, fin=fin, auteur=None, au=LUNDI)

    assert camille.attributions.count() == 1


def test_un_responsable_ne_nomme_pas_d_administration() -> None:
    rosa, camille = personne("rosa", Role.RESPONSABLE), personne("camille")

    with pytest.raises(OperationRefusee, match="ne peut pas être donné ici"):
        operations.attribuer_role(personne=camille, role=Role.ADMINISTRATEUR, auteur=rosa, au=LUNDI)


def test_on_ne_se_donne_pas_de_role_a_soi_meme() -> None:
    rosa = personne("rosa", Role.RESPONSABLE)

    with pytest.raises(OperationRefusee, match="à soi-même"):
        operations.attribuer_role(personne=rosa, role=Role.CHARGE_MISSION, auteur=rosa, au=LUNDI)


def test_un_responsable_ne_touche_pas_aux_autres_organisations() -> None:
    rosa = personne("rosa", Role.RESPONSABLE)
    voisin = personne("noe", dans=organisation("Club d'essai", TypeOrganisation.CLUB))

    for geste in (
        lambda: operations.attribuer_role(personne=voisin, role=Role.PRESIDENT_CLUB, auteur=rosa, au=LUNDI),
        lambda: operations.desactiver(personne=voisin, auteur=rosa, au=LUNDI),
    ):
        with pytest.raises(OperationRefusee, match="Vous ne gérez pas"):
            geste()


def test_un_responsable_ne_ferme_pas_une_administration() -> None:
    rosa, ada = personne("rosa", Role.RESPONSABLE), personne("ada", Role.ADMINISTRATEUR)
    personne("alix", Role.ADMINISTRATEUR)

    with pytest.raises(OperationRefusee, match="Seule l'administration"):
        operations.desactiver(personne=ada, auteur=rosa, au=LUNDI)


def test_retirer_un_role_le_finit_la_veille() -> None:
    camille = personne("camille", Role.LECTEUR)

    operations.retirer_role(attribution=camille.attributions.get(), auteur=None, au=LUNDI)

    assert (camille.attributions.get().fin, camille.roles_actifs()) == ((LUNDI - timedelta(days=1)).date(), set())
    assert types_journalises(camille) == [
        TypeEvenementDeCompte.CREATION,
        TypeEvenementDeCompte.ROLE_DONNE,
        TypeEvenementDeCompte.ROLE_RETIRE,
    ]


def test_retirer_un_role_du_jour_l_efface_mais_l_historique_le_garde() -> None:
    camille = personne("camille")
    donnee = operations.attribuer_role(personne=camille, role=Role.LECTEUR, auteur=None, au=LUNDI)

    operations.retirer_role(attribution=donnee, auteur=None, au=LUNDI)

    passe = Attribution.historique.order_by("history_id").values_list("role", "history_type")
    assert (camille.attributions.count(), list(passe)) == (0, [("lecteur", "+"), ("lecteur", "-")])


def test_la_derniere_administration_reste() -> None:
    ada = personne("ada", Role.ADMINISTRATEUR)

    for geste in (
        lambda: operations.retirer_role(attribution=ada.attributions.get(), auteur=ada, au=LUNDI),
        lambda: operations.desactiver(personne=ada, auteur=ada, au=LUNDI),
    ):
        with pytest.raises(OperationRefusee, match="dernière administration"):
            geste()

    personne("alix", Role.ADMINISTRATEUR)
    operations.desactiver(personne=ada, auteur=ada, au=LUNDI)
    assert not ada.is_active


# Fermer


def test_fermer_un_compte_ferme_ses_sessions_et_elles_seules(client: Client) -> None:
    camille, noe = personne("camille"), personne("noe")
    autre = Client()
    client.force_login(camille)
    autre.force_login(noe)

    operations.desactiver(personne=camille, auteur=None, au=LUNDI)

    assert [navigateur.get("/comptes/moi/").status_code for navigateur in (client, autre)] == [302, 200]


def test_rouvrir_un_compte() -> None:
    camille = personne("camille", Role.LECTEUR)

    operations.desactiver(personne=camille, auteur=None, au=LUNDI)
    operations.reactiver(personne=camille, auteur=None, au=LUNDI)

    assert (Personne.objects.get(pk=camille.pk).is_active, camille.roles_actifs()) == (True, {"lecteur"})
    assert types_journalises(camille)[-2:] == [TypeEvenementDeCompte.DESACTIVATION, TypeEvenementDeCompte.REACTIVATION]
