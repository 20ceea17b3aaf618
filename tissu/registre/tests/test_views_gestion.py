"""Écrans des zones, des corrections, du fichier consulaire et des imports : ce qu'ils montrent, ce qu'ils font."""

import json
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tissu.comptes.choices import Role
from tissu.registre.models import Correction, DonneeConsulaire, EditionConsulaire, Import, LigneRefusee, Zone
from tissu.registre.operations.corrections import controler_apres_import, corriger
from tissu.registre.tests.essais_d_ecrans import client_de
from tissu.registre.tests.petit_registre import LE, SIRETS, fichiers, importer
from tissu.socle.models import Travail

UN, DEUX, PROTEGE = SIRETS
pytestmark = pytest.mark.django_db


@pytest.fixture
def donnees(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    return tmp_path


@pytest.fixture
def registre(petit):
    return petit


@pytest.fixture
def charge(db):
    return client_de(Role.CHARGE_MISSION)


def zones_geojson(nom: str = "Valmy") -> SimpleUploadedFile:
    anneau = [[5.0, 47.3], [5.1, 47.3], [5.1, 47.4], [5.0, 47.4], [5.0, 47.3]]
    entite = {
        "type": "Feature", "properties": {"nom": nom, "type": "parc_activites", "commune": "21231"},
        "geometry": {"type": "Polygon", "coordinates": [anneau]},
    }  # fmt: skip
    return SimpleUploadedFile("parcs.geojson", json.dumps({"type": "FeatureCollection", "features": [entite]}).encode())


def importer_une_zone(client) -> None:
    apercu = client.post(reverse("registre:zones_import"), {"fichier": zones_geojson(), "type_zone": "quartier"})
    suite = apercu.context["suite"].initial
    assert not Zone.objects.exists()
    client.post(reverse("registre:zones_appliquer"), {**suite, "source": "Essai"})


def test_importer_une_zone_montre_avant_d_ecrire_puis_rattache(registre, charge):
    importer_une_zone(charge)
    assert Zone.objects.get().source == "Essai"
    assert [t.nom for t in Travail.objects.all()] == ["registre.recomposer"]
    page = charge.get(reverse("registre:zones"))
    assert [(zone.nom, actifs) for zone, actifs in page.context["zones"]] == [("Valmy", 0)]
    assert "Parc d&#x27;activités" in page.content.decode()
    assert charge.get(reverse("registre:zone", args=["valmy"])).context["commune"] == "Dijon"
    assert charge.get(reverse("registre:zones_cnig")).content.decode().startswith("site_id;pole_id;site_nom")


def test_un_fichier_de_zones_faux_explique_au_dessus_du_formulaire(donnees, charge):
    faux = SimpleUploadedFile("x.geojson", b"{")
    page = charge.post(reverse("registre:zones_import"), {"fichier": faux, "type_zone": "rue"})
    assert "pas un GeoJSON lisible" in page.context["formulaire"].errors["fichier"][0]


def test_une_reference_de_depot_inventee_ne_lit_aucun_fichier(donnees, charge):
    reponse = charge.post(
        reverse("registre:zones_appliquer"),
        {"reference": "../../etc/passwd", "nom": "x.geojson", "type_zone": "rue"}, follow=True,
    )  # fmt: skip
    assert "déposez-le à nouveau" in str(next(iter(reponse.context["messages"])))


def test_corriger_depuis_la_fiche(registre, charge):
    adresse = reverse("registre:corriger", args=[UN])
    assert charge.get(adresse).context["formulaire"]["enseigne"].value() == "L'ENSEIGNE"
    reponse = charge.post(
        adresse, {"enseigne": "Chez Lise", "denomination_usuelle": "LE NOM USUEL", "motif": "Vu sur place"}
    )
    assert reponse.url == reverse("registre:etablissement", args=[UN])
    correction = Correction.objects.get()
    assert (correction.champ, correction.valeur, correction.auteur.prenom) == ("enseigne", "Chez Lise", "Ada")
    assert Travail.objects.filter(nom="registre.recomposer").count() == 1


def test_un_effectif_confirme_se_note_depuis_la_fiche(registre, charge):
    saisie = {"valeur": 51, "date_effectif": "2026-11-20", "source": "Visite"}
    charge.post(reverse("registre:effectif_confirme", args=[UN]), saisie)
    donnee = DonneeConsulaire.objects.get()
    assert (donnee.effectif, donnee.effectif_date, donnee.effectif_source) == (51, date(2026, 11, 20), "Visite")


def test_une_correction_vide_ou_fausse_revient_au_formulaire(registre, charge):
    adresse = reverse("registre:corriger", args=[UN, "activite"])
    page = charge.post(adresse, {"naf": "62.01Z", "motif": "Rien"})
    assert "Rien n'a changé" in page.context["formulaire"].non_field_errors()[0]
    page = charge.post(adresse, {"naf": "99.99Z", "motif": "Faux"})
    assert "n'est pas un code de la NAF" in page.context["formulaire"].errors["naf"][0]
    assert charge.get(reverse("registre:corriger", args=["00000000000000"])).status_code == 404


def test_la_file_montre_les_trois_valeurs_et_se_vide(registre, charge):
    corriger(siret=UN, valeurs={"enseigne": "Chez Lise"}, motif="Vu", auteur=None, le=LE)
    importer(fichiers(registre / "suite", **{f"s{UN}": {"enseigne1Etablissement": "LE BISTROT"}}))
    assert controler_apres_import(au=date(2026, 11, 23)) == 1
    page = charge.get(reverse("registre:corrections")).content.decode()
    assert all(valeur in page for valeur in ("L&#x27;ENSEIGNE", "LE BISTROT", "Chez Lise", "LA SOCIETE"))
    correction = Correction.objects.get()
    charge.post(reverse("registre:correction_revoir", args=[correction.pk]), {"decision": "garder"})
    assert "Rien à revoir" in charge.get(reverse("registre:corrections")).content.decode()


def test_le_fichier_consulaire_s_apercoit_puis_s_applique_par_un_travail(registre, charge):
    fichier = SimpleUploadedFile("cci.csv", f"SIRET;Dirigeant;Effectif\n{UN};Lise;12\n99;x;1\n".encode())
    reponse = charge.post(
        reverse("registre:consulaire"), {"fichier": fichier, "date_source": "2026-10-01"}, follow=True
    )
    edition = EditionConsulaire.objects.get()
    assert reponse.context["applicables"] == 1
    assert [vue["statut"] for vue in reponse.context["lignes"]] == ["Ajoutée", "Rejetée"]
    assert not DonneeConsulaire.objects.exists()
    reponse = charge.post(reverse("registre:consulaire_appliquer", args=[edition.pk]))
    travail = Travail.objects.get(nom="registre.consulaire")
    assert reponse.url == reverse("travail", args=[travail.pk])
    from tissu.registre.tasks import appliquer_consulaire
    from tissu.socle.travaux import SansSuivi

    appliquer_consulaire(SansSuivi(), **travail.arguments)
    assert DonneeConsulaire.objects.get().effectif == 12
    charge.post(reverse("registre:consulaire_annuler", args=[edition.pk]))
    assert not DonneeConsulaire.objects.exists()
    assert "Annulée" in charge.get(reverse("registre:consulaire")).content.decode()


def test_les_colonnes_se_reglent_et_se_gardent(registre, charge):
    fichier = SimpleUploadedFile("cci.csv", f"Identifiant;Patron\n{UN};Lise\n".encode())
    page = charge.post(reverse("registre:consulaire"), {"fichier": fichier, "date_source": "2026-10-01"}, follow=True)
    assert "quelle colonne porte le SIRET" in page.context["refus"]
    edition = EditionConsulaire.objects.get()
    choix = {"siret": "Identifiant", "dirigeant": "Patron", "garder_sous": "Chambre"}
    page = charge.post(reverse("registre:consulaire_colonnes", args=[edition.pk]), choix, follow=True)
    assert page.context["applicables"] == 1
    assert "Chambre" in charge.get(reverse("registre:consulaire")).content.decode()


@pytest.fixture
def import_fautif(registre):
    """Un import dont une ligne porte un SIRET faux, au motif qui serait une formule de tableur."""
    journal = Import.objects.create(commence_le=LE, etat="termine", territoire={"nom": "Essai"})
    LigneRefusee.objects.create(
        importation=journal, sorte="etablissements", fichier="StockEtablissement_utf8.csv", ligne=4, champ="siret",
        valeur="=1+1", code="siret_invalide", motif="Le SIRET est faux.", brute={"siret": "=1+1"},
    )  # fmt: skip
    Import.objects.update(refusees=1)
    return journal


def test_le_journal_et_le_detail_disent_ce_qui_a_ete_refuse(import_fautif, charge):
    assert "N° " in charge.get(reverse("registre:imports")).content.decode()
    page = charge.get(reverse("registre:import", args=[import_fautif.pk]))
    assert [ligne.motif for ligne in page.context["page"]] == ["Le SIRET est faux."]
    csv = charge.get(reverse("registre:quarantaine_csv", args=[import_fautif.pk])).content.decode()
    assert ";siret;'=1+1;siret_invalide;" in csv


def test_rejouer_met_en_file_la_valeur_corrigee(import_fautif, charge):
    ligne = LigneRefusee.objects.get()
    charge.post(reverse("registre:rejouer", args=[ligne.pk]), {"valeur": UN})
    assert Travail.objects.get().arguments["corrections"] == {str(ligne.pk): {"siret": UN}}


def test_lancer_un_import_d_un_dossier_du_serveur_ou_de_fichiers(donnees, charge, monkeypatch):
    depot = donnees / "depot"
    fichiers(depot / "novembre")
    monkeypatch.setenv("TISSU_DEPOT", str(depot))
    charge.post(reverse("registre:import_lancer"), {"dossier": "0"})
    assert Travail.objects.get().arguments["dossier"] == str(depot / "novembre")
    envoi = SimpleUploadedFile("StockEtablissement_utf8.csv", b"siret\n")
    charge.post(reverse("registre:import_lancer"), {"fichiers": [envoi]})
    assert Travail.objects.count() == 2


@pytest.mark.parametrize(
    ("choix", "message"),
    [
        ({}, "l'un ou l'autre"),
        ({"fichiers": [("photo.png", b"x")]}, "Noms non reconnus : photo.png"),
        ({"fichiers": [("StockUniteLegale_utf8.csv", b"x")]}, "Il manque le fichier StockEtablissement"),
    ],
)
def test_un_lancement_incomplet_est_explique(donnees, charge, choix, message):
    envoi = {cle: [SimpleUploadedFile(nom, octets) for nom, octets in valeurs] for cle, valeurs in choix.items()}
    page = charge.post(reverse("registre:import_lancer"), envoi)
    assert message in unescape(str(page.context["formulaire"].errors))


@pytest.mark.parametrize("nom", ["zones_import", "consulaire", "imports", "import_lancer"])
def test_un_lecteur_n_importe_pas(donnees, nom):
    assert client_de(Role.LECTEUR).get(reverse(f"registre:{nom}")).status_code == 403
