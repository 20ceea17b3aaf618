"""`tissu verifier` dit chaque état, et sort par 1 sur un problème."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from tissu.registre.models import Correction, EtatCorrection, Import
from tissu.registre.nomenclatures import magasin
from tissu.registre.queries.etat import verifier
from tissu.registre.tests.petit_registre import LE, SIRETS, fichiers, importer
from tissu.socle.models import EtatTravail, Travail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def donnees(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    magasin._garde.clear()
    return tmp_path


def etats(au: datetime = LE) -> dict[str, tuple[str, str]]:
    return {controle.sujet: (controle.etat, controle.message) for controle in verifier(au=au)}


def test_sans_registre_la_commande_sort_par_1_et_dit_quoi_faire():
    sortie = StringIO()
    with pytest.raises(SystemExit) as fin:
        call_command("verifier", stdout=sortie)
    assert fin.value.code == 1
    assert "PANNE  Registre : Le registre est vide" in sortie.getvalue()


def test_le_json_porte_chaque_controle():
    sortie = StringIO()
    with pytest.raises(SystemExit):
        call_command("verifier", "--format", "json", stdout=sortie)
    contenu = json.loads(sortie.getvalue())
    assert contenu["bon"] is False
    assert [c["sujet"] for c in contenu["controles"]] == list(etats())


def test_un_registre_frais_est_bon_et_un_vieux_est_signale(donnees):
    importer(fichiers(donnees / "depart"))
    etat, message = etats()["Registre"]
    assert etat == "bon" and "3 établissements dont 3 actifs" in message
    assert etats(LE + timedelta(days=60))["Registre"][0] == "attention"
    assert etats()["Imports"][0] == "bon"


@pytest.mark.parametrize("etat", ["interrompu", "echoue", "refuse_par_garde"])
def test_un_import_qui_n_a_pas_abouti_est_un_probleme(etat):
    Import.objects.create(commence_le=LE, etat=etat, message="Voici pourquoi.")
    assert etats()["Imports"][0] == "probleme"
    assert "Voici pourquoi." in etats()["Imports"][1]


def test_un_travail_muet_ou_oublie_est_un_probleme():
    travail = Travail.objects.create(nom="x", libelle="x", etat=EtatTravail.EN_COURS, cree_le=LE, battement=LE)
    assert etats(LE + timedelta(seconds=30))["Travaux de fond"][0] == "bon"
    assert etats(LE + timedelta(seconds=90))["Travaux de fond"][0] == "probleme"
    travail.etat = EtatTravail.EN_ATTENTE
    travail.save()
    assert etats(LE + timedelta(minutes=9))["Travaux de fond"][0] == "bon"
    assert etats(LE + timedelta(minutes=11))["Travaux de fond"][0] == "probleme"


def test_les_corrections_a_revoir_sont_comptees():
    Correction.objects.create(siret=SIRETS[0], champ="enseigne", motif="x", le=LE, etat=EtatCorrection.A_REVOIR)
    assert etats()["Corrections"] == ("attention", "1\u00a0correction à revoir : écran « Corrections à revoir ».")


def test_la_naf_2025_manquante_devient_un_probleme_quand_elle_entre_en_vigueur():
    assert etats(datetime(2026, 12, 30, tzinfo=UTC))["Nomenclatures"][0] == "attention"
    assert etats(datetime(2027, 1, 2, tzinfo=UTC))["Nomenclatures"][0] == "probleme"


def test_ce_que_la_production_exige(settings):
    settings.MODE, settings.MFA_OBLIGATOIRE, settings.EMAIL_HOST = "production", False, ""
    vus = etats(timezone.now())
    assert [vus[sujet][0] for sujet in ("Double authentification", "Secret", "Courriel")] == ["probleme"] * 3
    settings.SECRET_KEY, settings.MFA_OBLIGATOIRE, settings.EMAIL_HOST = "k" * 50, True, "smtp.example"
    vus = etats(timezone.now())
    assert [vus[sujet][0] for sujet in ("Double authentification", "Secret", "Courriel")] == ["bon"] * 3
