"""Les pages d'une revue, ses documents, et qui peut y écrire."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.models import Fiche, Revue
from tissu.programme.operations import revues
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
LE = fabrique.LE_BILAN


def test_chaque_page_s_ouvre_et_mene_aux_lignes(revue: Revue, fiche: Fiche, connecte: Any, elue: Personne) -> None:
    client = connecte(elue)
    figure = revue.figures.get(cle="f01.total_calcule")
    pages = {
        reverse("programme:revues"): "Bilan annuel 2024",
        reverse("programme:revue", args=[revue.pk]): "9\u202f100\u00a0€",
        reverse("programme:revue_fiche", args=[revue.pk, fiche.pk]): "Entreprises suivies",
        reverse("programme:revue_figure", args=[figure.pk]): "Entretiens",
        reverse("programme:revue_historique", args=[revue.pk]): "Revue ouverte",
    }
    for adresse, attendu in pages.items():
        page = client.get(adresse).content.decode()
        assert attendu in page, adresse
        assert "Enregistrer le commentaire" not in page


def test_deux_partenaires_verrouillent_par_les_ecrans(
    revue: Revue, fiche: Fiche, connecte: Any, mission_cci: Personne, mission_metropole: Personne
) -> None:
    page = reverse("programme:revue_fiche", args=[revue.pk, fiche.pk])
    client = connecte(mission_cci)
    assert client.post(page, {"geste": "commenter", "texte": "Bonne année.", "revision": "0"}).status_code == 302
    conflit = client.post(page, {"geste": "commenter", "texte": "Autre texte.", "revision": "0"})
    assert conflit.status_code == 409
    assert "Bonne année." in conflit.content.decode()
    assert "Autre texte." in conflit.content.decode()
    client.post(reverse("programme:revue_geste", args=[revue.pk]), {"geste": "arreter"})
    revue.refresh_from_db()
    accord = reverse("programme:revue_accord", args=[revue.pk])
    assert revue.empreinte in client.get(accord).content.decode()
    client.post(accord, {"empreinte": revue.empreinte})
    connecte(mission_metropole).post(accord, {"empreinte": revue.empreinte})
    revue.refresh_from_db()
    assert revue.etat == "verrouillee"


def test_un_budget_se_lit_comme_il_s_ecrit_et_une_faute_garde_la_saisie(
    revue: Revue, fiche: Fiche, connecte: Any, mission_cci: Personne
) -> None:
    page, client = reverse("programme:revue_fiche", args=[revue.pk, fiche.pk]), connecte(mission_cci)
    envoi = {"geste": "proposer", "suite": "modifier", "texte": "Viser plus.", "revision": "0"}
    faute = client.post(page, {**envoi, "total_eur": "beaucoup", "cible_entreprises": "12"})
    assert faute.status_code == 422
    assert "« beaucoup » n&#x27;est pas un nombre" in faute.content.decode()
    assert "Viser plus." in faute.content.decode()
    assert client.post(page, {**envoi, "total_eur": "1,005"}).status_code == 422
    assert client.post(page, {**envoi, "total_eur": "9 800,50", "cible_entreprises": "12,5"}).status_code == 302
    proposition = revue.propositions.get()
    assert (proposition.total_propose_eur, proposition.cibles) == (Decimal("9800.50"), {"entreprises": "12.5"})


def test_deux_propositions_ensemble_se_comparent_et_rien_ne_se_perd(
    revue: Revue, fiche: Fiche, connecte: Any, mission_cci: Personne
) -> None:
    page, client = reverse("programme:revue_fiche", args=[revue.pk, fiche.pk]), connecte(mission_cci)
    envoi = {"geste": "proposer", "suite": "modifier", "texte": "Viser plus.", "total_eur": "9800", "revision": "0"}
    assert client.post(page, envoi).status_code == 302
    autre = envoi | {"suite": "arreter", "texte": "Arrêter là.", "total_eur": "0"}
    conflit = client.post(page, autre)
    assert conflit.status_code == 409
    assert [(une["nom"], une["ancien"], une["nouveau"]) for une in conflit.context["conflit"]] == [
        ("Proposition", "Modifier", "Arrêter"), ("Texte", "Viser plus.", "Arrêter là."),
        ("Budget proposé", "9\u202f800\u00a0€", "0\u00a0€")]  # fmt: skip
    formulaire = conflit.context["form_proposition"]
    assert formulaire["texte"].value() == "Arrêter là."
    assert client.post(page, autre | {"revision": formulaire["revision"].value()}).status_code == 302
    assert (revue.propositions.get().suite, revue.propositions.get().historique.count()) == ("arreter", 2)


def test_un_elu_ne_conduit_pas_et_un_tiers_ne_lit_pas(
    revue: Revue, connecte: Any, elue: Personne, entreprise: Personne
) -> None:
    assert connecte(elue).post(reverse("programme:revue_geste", args=[revue.pk])).status_code == 403
    assert connecte(entreprise).get(reverse("programme:revue", args=[revue.pk])).status_code == 403
    assert Revue.objects.get(pk=revue.pk).etat == "ouverte"


@pytest.mark.parametrize("format_", ["pdf", "pptx", "xlsx"])
def test_un_document_se_telecharge(format_: str, revue: Revue, connecte: Any, elue: Personne) -> None:
    reponse = connecte(elue).get(reverse("programme:revue_document", args=[revue.pk, format_]))
    assert reponse["Content-Disposition"] == f'attachment; filename="revue-2024-bilan_annuel.{format_}"'
    assert len(reponse.content) > 1000


def test_la_page_coute_autant_pour_une_fiche_que_pour_trois(revue: Revue, connecte: Any, mission_cci: Personne) -> None:
    client, page = connecte(mission_cci), reverse("programme:revue", args=[revue.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as une:
        client.get(page)
    for numero in (2, 3):
        fabrique.critere(fabrique.fiche(numero=numero))
    revues.rafraichir(revue=revue, auteur=mission_cci)
    with CaptureQueriesContext(connection) as trois:
        client.get(page)
    assert len(une) == len(trois)
