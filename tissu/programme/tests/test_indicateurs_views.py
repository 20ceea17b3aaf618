"""Les pages des critères : ce que chacun lit, ce que chacun peut faire."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.models import Critere, Fiche, Mesure
from tissu.programme.operations import mesures as operations
from tissu.programme.tests import fabrique
from tissu.socle.indicateurs import indicateurs
from tissu.socle.models import Travail
from tissu.socle.periodes import mois
from tissu.socle.travaux import executer_travail, lancer

pytestmark = pytest.mark.django_db


@pytest.fixture
def critere(fiche: Fiche) -> Critere:
    return fabrique.critere(fiche)


def calculee(critere: Critere, **champs: object) -> Mesure:
    return Mesure.objects.create(
        critere=critere, periode="2024-03", debut=date(2024, 3, 1), fin=date(2024, 3, 31), valeur=Decimal(4),
        origine="calculee", etablie_le=timezone.now(), source_au=date(2024, 4, 2), version_methode="2024-1",
        preuves={
            "colonnes": [["nom", "Nom"]],
            "lignes": [{"nom": "Rapport", "adresse": reverse("programme:tableau")},
                       {"nom": "Piste tue", "adresse": reverse("fichier_entreprises:piste", args=[1])}],
        },
        **champs,
    )  # fmt: skip


def proposer(critere: Critere, auteur: Personne, valeur: int = 3) -> Mesure:
    saisie = operations.Saisie(mois("2024-02"), valeur=Decimal(valeur))
    return operations.saisir_mesure(critere=critere, saisie=saisie, auteur=auteur, au=fabrique.AU)


def test_l_elue_lit_les_valeurs(client: Client, critere: Critere, elue: Personne) -> None:
    calculee(critere)
    fabrique.connecter(client, elue)
    page = client.get(reverse("programme:indicateurs", args=[critere.fiche_id]))
    assert (page.status_code, "4\u00a0entreprises" in page.content.decode()) == (200, True)
    assert "Saisir une valeur" not in page.content.decode()
    page = client.get(reverse("programme:critere", args=[critere.pk]))
    assert "Il manque 6\u00a0entreprises." in page.content.decode()


def test_une_ligne_dont_la_page_est_fermee_n_est_pas_montree(
    client: Client, critere: Critere, elue: Personne, mission_cci: Personne
) -> None:
    adresse = reverse("programme:mesure_lignes", args=[calculee(critere).pk])
    fabrique.connecter(client, elue)
    lue = client.get(adresse).content.decode()
    assert ("Rapport" in lue, "Piste tue" in lue, "1 ligne non montrée" in lue) == (True, False, True)
    assert "Piste tue" not in client.get(adresse + "?format=csv").content.decode("utf-8-sig")
    fabrique.connecter(client, mission_cci)
    assert "Piste tue" in client.get(adresse + "?format=csv").content.decode("utf-8-sig")


def test_sans_role_sur_l_action_la_valeur_se_lit_sans_ses_lignes(client: Client, fiche: Fiche) -> None:
    critere = fabrique.critere(fiche, indicateur="autre_action.nombre")
    lecteur = fabrique.personne("lecteur", cle="lecteur-d-une-action", action=fiche.action)
    fabrique.connecter(client, lecteur)
    lue = client.get(reverse("programme:mesure_lignes", args=[calculee(critere).pk])).content.decode()
    assert ("4\u00a0entreprises" in lue, "Lignes réservées" in lue, "Rapport<" in lue) == (True, True, False)


@pytest.mark.parametrize("nom", ["indicateurs", "critere", "mesure_lignes", "mesure_saisir"])
def test_une_entreprise_ne_voit_rien(client: Client, critere: Critere, entreprise: Personne, nom: str) -> None:
    pk = {"indicateurs": critere.fiche_id, "mesure_lignes": calculee(critere).pk}.get(nom, critere.pk)
    fabrique.connecter(client, entreprise)
    page = client.get(reverse(f"programme:{nom}", args=[pk]))
    assert (page.status_code, "4\u00a0entreprises" in page.content.decode()) == (403, False)


def test_saisir_puis_valider_par_l_autre(
    client: Client, critere: Critere, mission_cci: Personne, mission_metropole: Personne
) -> None:
    fabrique.connecter(client, mission_cci)
    adresse = reverse("programme:mesure_saisir", args=[critere.pk])
    assert client.get(adresse).status_code == 200
    refusee = client.post(adresse, {"periode": "2024-02", "valeur": "douze"})
    assert (refusee.status_code, "douze" in refusee.content.decode()) == (422, True)
    client.post(adresse, {"periode": "2024-02", "valeur": "12,5"})
    mesure = Mesure.objects.get()
    assert (mesure.valeur, mesure.etat, mesure.etablie_par) == (Decimal("12.5"), "proposee", mission_cci)
    client.post(reverse("programme:mesure_valider", args=[mesure.pk]))
    mesure.refresh_from_db()
    assert mesure.etat == "proposee"
    fabrique.connecter(client, mission_metropole)
    liste = client.get(reverse("programme:mesures_a_valider")).content.decode()
    assert "12,5\u00a0entreprises" in liste
    client.post(reverse("programme:mesure_valider", args=[mesure.pk]))
    mesure.refresh_from_db()
    assert (mesure.etat, mesure.decidee_par) == ("validee", mission_metropole)


def test_un_refus_se_lit_sur_la_page(
    client: Client, critere: Critere, mission_cci: Personne, mission_metropole: Personne
) -> None:
    mesure = proposer(critere, mission_cci)
    fabrique.connecter(client, mission_metropole)
    client.post(reverse("programme:mesure_refuser", args=[mesure.pk]), {"motif": "Deux fois la même entreprise"})
    page = client.get(reverse("programme:critere", args=[critere.pk])).content.decode()
    assert "Deux fois la même entreprise" in page


def test_recalculer_met_le_calcul_en_file_une_seule_fois(
    client: Client, critere: Critere, elue: Personne, mission_cci: Personne
) -> None:
    adresse = reverse("programme:mesures_recalculer", args=[critere.fiche_id])
    fabrique.connecter(client, elue)
    assert (client.post(adresse).status_code, Travail.objects.count()) == (403, 0)
    fabrique.connecter(client, mission_cci)
    for _ in range(2):
        suite = client.post(adresse)
    travail = Travail.objects.get()
    assert (travail.nom, travail.arguments) == ("programme.mesurer", {"fiche": critere.fiche_id})
    assert suite.headers["Location"] == reverse("travail", args=[travail.pk])


def test_un_import_met_le_calcul_en_file(db: None) -> None:
    for _ in range(2):
        operations.apres_import(au=fabrique.AU)
    assert Travail.objects.get().nom == "programme.mesurer"


def test_l_echec_du_dernier_calcul_se_lit_sur_le_critere(
    client: Client, fiche: Fiche, elue: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    def en_panne(*args: object, **kwargs: object) -> None:
        raise RuntimeError("fichier illisible")

    critere = fabrique.critere(fiche, indicateur="fichier_entreprises.rapports_remis")
    declares = {critere.indicateur: replace(indicateurs()[critere.indicateur], mesurer=en_panne)}
    monkeypatch.setattr(operations, "indicateurs", lambda: declares)
    travail = lancer("programme.mesurer", fiche=fiche.pk)
    executer_travail.func(str(travail.pk))
    fabrique.connecter(client, elue)
    page = client.get(reverse("programme:critere", args=[critere.pk])).content.decode()
    assert "fichier illisible" in page
    with pytest.raises(CommandError, match="fichier illisible"):
        call_command("mesurer_indicateurs")
