"""Une saisie impossible se dit avant d'être tapée : pas de formulaire, la raison, et l'avenant qui la permettrait."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Fiche
from tissu.programme.operations import etats
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

pytestmark = pytest.mark.django_db
Connecte = Callable[[Personne], Client]
SAISIES = ("textes", "identite", "lignes", "taux", "contribution_nouvelle", "cibles")
VIE = ("echeance_nouvelle", "reunion_nouvelle", "serie_nouvelle", "livrable_nouveau")


def _page(client: Client, nom: str, fiche: Fiche) -> str:
    reponse = client.get(reverse(f"programme:{nom}", args=[fiche.pk]))
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.mark.parametrize("nom", SAISIES)
def test_une_fiche_signee_offre_un_avenant_avant_toute_saisie(
    fiche: Fiche, connecte: Connecte, mission_cci: Personne, nom: str
) -> None:
    fabrique.critere(fiche)
    client = connecte(mission_cci)
    page = _page(client, nom, fiche)
    avenant = reverse("programme:avenant_nouveau", args=[fiche.pk]) + f"?suite={nom}"
    assert ("data-garder" in page, f'href="{avenant}"' in page) == (False, True)
    ouvert = client.post(avenant, {"objet": "Un changement", "effet_le": "2024-07-01", "texte": ""})
    assert ouvert.url == reverse(f"programme:{nom}", args=[fiche.pk])
    assert "data-garder" in _page(client, nom, fiche)


def test_une_suite_inventee_mene_au_budget(fiche: Fiche, connecte: Connecte, mission_cci: Personne) -> None:
    adresse = reverse("programme:avenant_nouveau", args=[fiche.pk]) + "?suite=//ailleurs.example"
    ouvert = connecte(mission_cci).post(adresse, {"objet": "Un changement", "effet_le": "2024-07-01", "texte": ""})
    assert ouvert.url == reverse("programme:budget", args=[fiche.pk])


@pytest.mark.parametrize("nom", [*SAISIES, "avenant_nouveau"])
def test_une_fiche_close_ou_d_un_autre_le_dit_sans_formulaire(
    fiche: Fiche, connecte: Connecte, mission_cci: Personne, mission_metropole: Personne, nom: str
) -> None:
    page = _page(connecte(mission_metropole), nom, fiche)
    assert ("data-garder" in page, "Préparer un avenant</a>" in page) == (False, False)
    assert "se modifie par un chargé de mission de Chambre" in page
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.CLOSE)
    assert "est close depuis le verrou de sa revue annuelle" in _page(connecte(mission_cci), nom, fiche)


@pytest.mark.parametrize("nom", VIE)
def test_le_calendrier_d_une_fiche_close_ne_montre_pas_de_formulaire(
    fiche: Fiche, connecte: Connecte, mission_cci: Personne, nom: str
) -> None:
    assert "data-garder" in _page(connecte(mission_cci), nom, fiche)
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.CLOSE)
    page = _page(connecte(mission_cci), nom, fiche)
    assert ("data-garder" in page, "Cette fiche est close" in page) == (False, True)


@pytest.mark.parametrize(("nom", "champ"), [("cout_nouveau", "fournisseur"), ("regle_d_aide", "regle")])
def test_les_depenses_d_une_fiche_close_ne_montrent_pas_de_formulaire(
    fiche: Fiche, connecte: Connecte, mission_cci: Personne, nom: str, champ: str
) -> None:
    assert f'name="{champ}"' in _page(connecte(mission_cci), nom, fiche)
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.CLOSE)
    page = unescape(_page(connecte(mission_cci), nom, fiche)).replace("\u202f", " ")
    assert (f'name="{champ}"' in page, "est close : passez par une rectification" in page) == (False, True)


def test_la_valeur_d_un_critere_d_une_fiche_close_ne_se_saisit_plus(
    fiche: Fiche, connecte: Connecte, mission_cci: Personne
) -> None:
    client, adresse = connecte(mission_cci), reverse("programme:mesure_saisir", args=[fabrique.critere(fiche).pk])
    assert "data-garder" in client.get(adresse).content.decode()
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.CLOSE)
    page = client.get(adresse)
    assert ("data-garder" in page.content.decode(), "Cette fiche est close" in texte(page)) == (False, True)


def test_un_second_avenant_se_refuse_avant_la_saisie(fiche: Fiche, connecte: Connecte, mission_cci: Personne) -> None:
    etats.ouvrir_avenant(
        fiche=fiche, objet="Premier", texte="", effet_le=fabrique.JOUR, auteur=mission_cci, au=fabrique.AU
    )
    page = _page(connecte(mission_cci), "avenant_nouveau", fiche)
    assert ("data-garder" in page, "avenant 1 est encore ouvert" in page) == (False, True)


def test_sur_une_fiche_signee_un_financement_ne_change_que_d_etat(
    fiche: Fiche, connecte: Connecte, mission_cci: Personne
) -> None:
    apport = fabrique.contribution(fiche, "Région", 5000)
    client, adresse = connecte(mission_cci), reverse("programme:contribution", args=[fiche.pk, apport.pk])
    page = client.get(adresse)
    champs = page.context["formulaire"].fields
    assert {nom for nom, champ in champs.items() if champ.disabled} == {"financeur", "montant_eur"}
    assert "le montant ne change que dans un avenant" in texte(page)
    envoi = {"revision": fiche.revision, "financeur": "Intrus", "montant_eur": "1", "etat": "notifiee", "condition": ""}
    assert client.post(adresse, envoi).status_code == 302
    apport.refresh_from_db()
    assert (apport.financeur, apport.montant_eur, apport.etat) == ("Région", 5000, "notifiee")
