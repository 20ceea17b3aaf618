"""La liste, ses exports, les recherches gardées et les listes déposées, par le client."""

import csv
import io
from datetime import date

import pytest
import python_calamine
import xlsxwriter
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from tissu.comptes.models import Acces
from tissu.registre.models import DonneeConsulaire, EditionConsulaire, ListeDeSirets, RechercheEnregistree
from tissu.registre.tests import exemple as x
from tissu.registre.tests.test_fiches import texte

pytestmark = pytest.mark.usefixtures("registre_exemple")


@pytest.fixture(autouse=True)
def compteurs_a_zero():
    cache.clear()


def lire_csv(reponse) -> list[dict[str, str]]:
    brut = b"".join(reponse.streaming_content).decode()
    assert brut.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(brut.removeprefix("\ufeff")), delimiter=";"))


def test_la_liste_dit_combien_et_montre_les_filtres(visiter):
    lu = texte(visiter("lecteur").get("/registre/?q=garage&commune=21515"))
    assert "1 établissement pour « garage »" in lu
    assert ("GARAGE CENTRAL" in lu, "Commune : Quetigny" in lu, "BOULANGERIE" in lu) == (True, True, False)


def test_un_masque_est_non_diffusible_et_situe_a_sa_commune(visiter):
    lu = texte(visiter("charge_mission").get(f"/registre/?q={x.PERSONNE_P}&colonnes=adresse&colonnes=commune"))
    assert ("Non diffusible" in lu, "Dijon" in lu, "CACHEE" in lu, "MARTINOT" in lu) == (True, True, False, False)


def test_les_colonnes_choisies_restent(visiter):
    client = visiter("lecteur")
    client.get("/registre/?q=garage&colonnes=forme")
    reponse = client.get("/registre/?q=garage")
    assert [colonne.cle for colonne, _ in reponse.context["colonnes"]] == ["nom", "forme"]


def test_un_parametre_faux_est_dit_et_laisse_de_cote(visiter):
    reponse = visiter("lecteur").get("/registre/?creation_du=jamais&commune=21515")
    assert reponse.context["form"].errors.keys() == {"creation_du"}
    assert {ligne["siret"] for ligne in reponse.context["page"]} == {x.GARAGE, x.USINE, x.CHEZ_LISE}


def test_l_adresse_d_un_formulaire_envoye_perd_ses_vides(visiter):
    client = visiter("lecteur")
    envoi = "q=&commune=&commune=21515&secteur=&niveau=naf&activite=J&effectif_min="
    reponse = client.get(f"/registre/?{envoi}", follow=True)
    assert reponse.redirect_chain[-1][0] == "/registre/?commune=21515&niveau=naf&activite=J"
    assert (reponse.context["form"].errors, reponse.context["page"].paginator.count) == ({}, 3)


def test_rien_trouve_dit_quoi_faire(visiter):
    assert "Aucun établissement ne répond" in texte(visiter("lecteur").get("/registre/?q=xylophone"))


@pytest.mark.parametrize("sirets", [[x.GARAGE], [x.GARAGE, x.USINE, x.DURAND]])
def test_une_ligne_ou_trois_pour_autant_de_requetes(visiter, sirets, django_assert_num_queries):
    client, adresse = visiter("lecteur"), f"/registre/?siret={','.join(sirets)}"
    client.get(adresse)
    with django_assert_num_queries(6):
        client.get(adresse)


@pytest.mark.parametrize(("role", "statut"), [("lecteur", 200), ("agence", 200), ("police", 403), ("courtier", 403)])
@pytest.mark.parametrize("adresse", ["/registre/", "/registre/export.csv", f"/registre/etablissements/{x.GARAGE}/"])
def test_les_roles(visiter, role, statut, adresse):
    assert visiter(role).get(adresse).status_code == statut


def test_le_csv_s_ouvre_droit_et_sans_danger(visiter):
    lignes = lire_csv(visiter("lecteur").get("/registre/export.csv?commune=21231"))
    par_siret = {ligne["SIRET"].replace(" ", ""): ligne for ligne in lignes}
    assert len(par_siret) == len(lignes) == 22
    pain = par_siret[x.BOULANGERIE]
    assert pain["SIRET"] == f"{x.BOULANGERIE[:3]} {x.BOULANGERIE[3:6]} {x.BOULANGERIE[6:9]} {x.BOULANGERIE[9:]}"
    assert (pain["Activité (code)"], pain["Activité"]) == ("10.71C", "Boulangerie et boulangerie-pâtisserie")
    assert (pain["Tranche d'effectif (code)"], pain["Tranche d'effectif"], pain["Année de la tranche"]) == (
        "03", "6 à 9 salariés", "2024",
    )  # fmt: skip
    assert par_siret[x.FORMULE]["Nom"] == "'=HYPERLINK(1)"
    masque = par_siret[x.PERSONNE_P]
    assert (masque["Nom"], masque["Adresse"], masque["Code postal"], masque["Commune"]) == (
        "Non diffusible", "", "", "Dijon",
    )  # fmt: skip
    assert "Dirigeant" not in pain


def test_le_classeur_porte_sa_legende(visiter):
    reponse = visiter("lecteur").get("/registre/export.xlsx?commune=21515&tri=nom")
    classeur = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(reponse.streaming_content)))
    lignes = classeur.get_sheet_by_name("Établissements").to_python()
    assert [ligne[0] for ligne in lignes] == ["SIRET", x.CHEZ_LISE, x.GARAGE, x.USINE]
    assert lignes[1][lignes[0].index("Création")] == date(2020, 3, 1)
    legende = dict(ligne[:2] for ligne in classeur.get_sheet_by_name("Légende").to_python())
    assert (legende["Commune"], legende["Établissements"], legende["Territoire"]) == ("Quetigny", "3", "Exemple")
    assert "30 octobre 2026" in legende["Source"].replace("\u00a0", " ")


def test_les_contacts_ne_s_exportent_qu_avec_le_droit(visiter, personne, client):
    edition = EditionConsulaire.objects.create(
        nom="c.csv", fichier="c.csv", sha256="0", octets=1, date_source=x.AU, deposee_le=x.LE
    )
    for siret in (x.DIRIGEE, x.PERSONNE_P):
        DonneeConsulaire.objects.create(siret=siret, dirigeant="Éloïse Ferré", edition=edition)
    adresse = f"/registre/export.csv?contacts=oui&siret={x.DIRIGEE},{x.PERSONNE_P}"
    assert visiter("lecteur").get(adresse).status_code == 403
    client.force_login(personne("charge_mission", courriel="mission@essai.example"))
    lignes = {ligne["SIRET"].replace(" ", ""): ligne["Dirigeant"] for ligne in lire_csv(client.get(adresse))}
    assert lignes == {x.DIRIGEE: "Éloïse Ferré", x.PERSONNE_P: ""}
    assert list(Acces.objects.values_list("nature", flat=True)) == ["export"]


def test_une_recherche_se_garde_se_partage_et_s_efface(visiter, personne, client):
    envoi = {"nom": "Quetigny", "adresse": "commune=21515", "partagee": "on"}
    visiter("lecteur").post("/registre/recherches/enregistrer/", envoi)
    gardee = RechercheEnregistree.objects.get()
    assert (gardee.nom, gardee.adresse, gardee.partagee) == ("Quetigny", "commune=21515", True)
    client.force_login(personne("lecteur", courriel="collegue@essai.example"))
    assert "Quetigny" in texte(client.get("/registre/recherches/"))
    assert client.post(f"/registre/recherches/{gardee.pk}/supprimer/").status_code == 403
    client.force_login(personne("lecteur", courriel="ailleurs@autre.example", organisation="Autre"))
    assert "Quetigny" not in texte(client.get("/registre/recherches/"))
    client.force_login(gardee.auteur)
    client.post(f"/registre/recherches/{gardee.pk}/supprimer/")
    assert RechercheEnregistree.objects.count() == 0


def _xlsx() -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as classeur:
        feuille = classeur.add_worksheet()
        feuille.write_row(0, 0, ["Nom", "SIRET"])
        feuille.write_row(1, 0, ["Garage", float(x.GARAGE)])
        feuille.write_row(2, 0, ["Usine", x.USINE])
        feuille.write_row(3, 0, ["Parti", x.siret(4242)])
        feuille.write_row(4, 0, ["Arrondi", "9,9E+13"])
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("liste.xlsx", _xlsx()),
        ("liste.csv", f"né;siret\r\nG;{x.GARAGE}\r\nU;{x.USINE}\r\nP;{x.siret(4242)}\r\n?;9,9E+13".encode("cp1252")),
        ("liste.txt", f"\ufeffsiret\n{x.GARAGE[:9]} {x.GARAGE[9:]}\n{x.USINE}\n{x.siret(4242)}\n9,9E+13\n".encode()),
    ],
)
def test_une_liste_deposee_filtre_et_dit_ce_qui_manque(visiter, nom, contenu):
    client = visiter("lecteur")
    reponse = client.post("/registre/recherches/liste/", {"fichier": SimpleUploadedFile(nom, contenu)}, follow=True)
    depot = ListeDeSirets.objects.get()
    assert (set(depot.sirets), depot.absents, depot.illisibles) == ({x.GARAGE, x.USINE}, [x.siret(4242)], ["9,9E+13"])
    assert "SIRET absents du registre" in texte(reponse)
    filtree = client.get(f"/registre/?liste={depot.pk}")
    assert {ligne["siret"] for ligne in filtree.context["page"]} == {x.GARAGE, x.USINE}


def test_un_depot_sans_siret_dit_quoi_faire(visiter):
    fichier = SimpleUploadedFile("vide.csv", b"nom;ville\nA;B")
    reponse = visiter("lecteur").post("/registre/recherches/liste/", {"fichier": fichier})
    assert "Aucun SIRET dans ce fichier" in texte(reponse)


def test_sans_registre_la_page_dit_comment_importer(visiter, tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    client = visiter("lecteur")
    for adresse in ("/registre/", f"/registre/etablissements/{x.GARAGE}/", "/registre/export.csv"):
        assert "Le registre est encore vide" in texte(client.get(adresse))
