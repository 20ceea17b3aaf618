"""Chercher, corriger, revoir ; les contacts et ce qui ne se montre pas."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.parcours.conftest import Demonstration
from tests.parcours.pages.registre import CorrectionsARevoir, Fiche, LancerUnImport, Liste
from tissu.comptes.queries import acces

IMPRIMERIE = "IMPRIMERIE DE LA LANTERNE ECARLATE"


def fichiers_ou(demonstration: Demonstration, dossier: Path, siret: str, **colonnes: str) -> list[Path]:
    """Les mêmes fichiers Sirene que ceux de la démonstration, un établissement changé."""
    copies = []
    for origine in sorted(demonstration.fichiers.glob("*.csv.gz")):
        contenu = origine.read_bytes()
        if origine.name.startswith("StockEtablissement_"):
            lignes = list(csv.reader(io.StringIO(gzip.decompress(contenu).decode("utf-8"))))
            rangs = {nom: rang for rang, nom in enumerate(lignes[0])}
            visee = next(ligne for ligne in lignes if ligne[rangs["siret"]] == siret)
            for nom, valeur in colonnes.items():
                visee[rangs[nom]] = valeur
            sortie = io.StringIO()
            csv.writer(sortie, lineterminator="\n").writerows(lignes)
            contenu = gzip.compress(sortie.getvalue().encode("utf-8"))
        copies.append(dossier / origine.name)
        copies[-1].write_bytes(contenu)
    return copies


def test_de_la_recherche_a_la_correction_puis_a_la_revue(
    connecter: Callable[..., Page], demonstration: Demonstration, tmp_path: Path
) -> None:
    siret = demonstration.cas["premiere_periode_decalee"]
    onglet = connecter("mission.cci")

    liste = Liste(onglet).chercher("imprimerie lanternne ecarlate")
    assert liste.noms() == [IMPRIMERIE]
    assert "« lanternne » n'existe pas dans le registre : cherché « lanterne »." in liste.dit()
    fiche = liste.ouvrir(IMPRIMERIE)
    assert fiche.nom() == IMPRIMERIE
    assert fiche.valeur("Activité principale").startswith("Autre imprimerie (labeur) (18.12Z, NAF rév. 2)")

    # Une faute : la page dit laquelle et garde tout ce qui est tapé.
    correction = fiche.corriger("Activité")
    correction.remplir(Activité="imprimeur", Pourquoi_cette_correction="Visite du 20 novembre").enregistrer()
    assert len(correction.erreurs()) == 1
    assert correction.champ("Activité").input_value() == "imprimeur"
    assert correction.champ("Pourquoi_cette_correction").input_value() == "Visite du 20 novembre"

    # Juste : la fiche montre la valeur corrigée sans attendre le travail de fond, et après lui encore.
    correction.remplir(Activité="18.13Z").enregistrer()
    assert "La correction est enregistrée." in fiche.message()
    assert fiche.valeur("Activité principale").startswith("Activités de pré-presse (18.13Z, NAF rév. 2)")
    assert "Corrigé localement" in fiche.valeur("Activité principale")
    demonstration.travailler()
    assert fiche.aller(siret).valeur("Activité principale").startswith("Activités de pré-presse (18.13Z, NAF rév. 2)")

    # Les fichiers suivants disent autre chose qu'alors : la correction tient, et vient dans la file.
    LancerUnImport(onglet).envoyer(
        *fichiers_ou(demonstration, tmp_path, siret, activitePrincipaleEtablissement="18.14Z")
    )
    demonstration.travailler()
    assert fiche.aller(siret).valeur("Activité principale").startswith("Activités de pré-presse (18.13Z, NAF rév. 2)")
    onglet.goto("/")
    onglet.get_by_role("link", name="1 correction à revoir").click()
    file = CorrectionsARevoir(onglet)
    assert file.cellules(IMPRIMERIE) == ["Activité (NAF rév. 2)", "18.12Z", "18.14Z", "18.13Z"]

    file.reprendre_la_source(IMPRIMERIE)
    assert file.ligne(IMPRIMERIE).count() == 0
    demonstration.travailler()
    assert (
        fiche.aller(siret)
        .valeur("Activité principale")
        .startswith("Reliure et activités connexes (18.14Z, NAF rév. 2)")
    )
    assert "Corrigé localement" not in fiche.valeur("Activité principale")


def test_voir_les_contacts_s_ecrit_au_journal_et_n_est_pas_offert_a_qui_lit(
    connecter: Callable[..., Page], demonstration: Demonstration
) -> None:
    siret = demonstration.cas["piste_numerique_valmy"]
    avant = acces(objet=siret).count()

    lue = Fiche(connecter("elue")).aller(siret)
    assert (lue.nom(), lue.bouton_contacts().count()) == ("LOGICIELS DU HERON LUNAIRE", 0)
    assert acces(objet=siret).count() == avant

    fiche = Fiche(connecter("filiere.numerique")).aller(siret)
    contacts = fiche.voir_les_contacts()
    assert "Cette lecture est inscrite au journal des accès." in contacts
    assert acces(objet=siret).count() == avant + 1

    administration = connecter("administratrice")
    administration.goto("/journal/")
    derniere = administration.locator("tbody tr").first.inner_text()
    assert "Noé Exemple-Numérique" in derniere
    assert siret in derniere


def test_un_etablissement_non_diffusible_ne_se_trouve_ni_ne_se_lit(
    connecter: Callable[..., Page], demonstration: Demonstration
) -> None:
    for qui in ("mission.cci", "elue"):
        onglet = connecter(qui)
        for nom in ("Capucine Secretefeuillet", "La tisane secrète"):
            assert Liste(onglet).chercher(nom).noms() == []
        # Par son numéro il se trouve, sans nom ni adresse : il compte parmi les établissements de sa commune.
        liste = Liste(onglet).chercher(demonstration.cas["p_personne_physique"])
        assert liste.noms() == ["Non diffusible"]
        fiche = liste.ouvrir("Non diffusible")
        assert fiche.nom() == "Non diffusible"
        assert fiche.valeur("Adresse").startswith("Non diffusible")
        assert fiche.valeur("Commune").startswith("Dijon (21231)")
        page = onglet.content().upper()
        assert [mot for mot in ("SECRETEFEUILLET", "CAPUCINE", "TISANE", "RUE DES EXEMPLES") if mot in page] == []
