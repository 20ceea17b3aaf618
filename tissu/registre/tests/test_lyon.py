"""Les vraies lignes de Lyon 4e : ce que le registre compte chaque mois est ce que l'on compte à la main."""

import csv
import gzip
import os
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from tissu.registre.croisements import Contexte
from tissu.registre.tests.fabrique import CONTEXTE, composer

RACINE = Path(__file__).resolve().parents[3]
DONNEES = Path(os.environ.get("TISSU_DONNEES_REELLES") or RACINE.parent / "shared" / "data")
STOCK = DONNEES / "sirene" / "StockEtablissement_lyon4_partiel.csv.gz"
HISTORIQUE = DONNEES / "sirene" / "StockEtablissementHistorique_lyon4_partiel.csv.gz"

pytestmark = [
    pytest.mark.donnees_reelles,
    pytest.mark.skipif(
        not (STOCK.is_file() and HISTORIQUE.is_file()),
        reason="Fichiers réels de Lyon 4e absents (dossier à nommer dans TISSU_DONNEES_REELLES).",
    ),
]

INCONNUES = ("", "1900-01-01")


def lire(chemin):
    with gzip.open(chemin, "rt", encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


@pytest.fixture(scope="module")
def lignes():
    return lire(STOCK), lire(HISTORIQUE)


@pytest.fixture(scope="module")
def registre(lignes):
    stock, historique = lignes
    reglages = {champ: getattr(CONTEXTE, champ) for champ in CONTEXTE.__dataclass_fields__}
    contexte = Contexte(**reglages | {"communes": {"69384": "Lyon 4e"}, "adresses_connues": False})
    return composer(contexte, sirene_etablissements=stock, sirene_historique=historique)


@pytest.fixture(scope="module")
def compte_a_la_main(lignes):
    """Fermetures et réactivations par mois, lues des lignes brutes : rien du produit n'entre ici."""
    _, historique = lignes
    periodes = defaultdict(list)
    for ligne in historique:
        if ligne["etatAdministratifEtablissement"]:
            debut = "" if ligne["dateDebut"] in INCONNUES else ligne["dateDebut"]
            periodes[ligne["siret"]].append((debut, ligne["etatAdministratifEtablissement"]))
    fermetures, reactivations, courtes = Counter(), Counter(), Counter()
    for suite in periodes.values():
        avant, fermee_le = None, None
        for debut, etat in sorted(suite):
            if etat == "F" and avant != "F":
                fermee_le = debut
                if avant == "A":
                    fermetures[debut[:7]] += 1
            if etat == "A" and avant == "F":
                (reactivations if not fermee_le or debut > un_an_apres(fermee_le) else courtes)[debut[:7]] += 1
            avant = etat
    return fermetures, reactivations, courtes


def un_an_apres(jour):
    annee, reste = int(jour[:4]) + 1, jour[4:]
    return f"{annee}-02-28" if reste == "-02-29" else f"{annee}{reste}"


def par_mois(registre, type_):
    return Counter(e["date_effet"].strftime("%Y-%m") for e in registre["evenements"] if e["type"] == type_)


def test_toutes_les_lignes_y_sont(registre):
    assert (len(registre["etablissements"]), len(registre["periodes"])) == (13_341, 29_096)


def test_fermetures_de_chaque_mois(registre, compte_a_la_main):
    fermetures, _, _ = compte_a_la_main
    assert par_mois(registre, "fermeture_etablissement") == fermetures
    assert sum(fermetures.values()) > 7_000


def test_reactivations_de_chaque_mois(registre, compte_a_la_main):
    _, reactivations, courtes = compte_a_la_main
    assert par_mois(registre, "reactivation") == reactivations
    assert par_mois(registre, "interruption_courte") == courtes
    assert sum(reactivations.values()) > 100


def test_les_etats_vides_et_les_dates_inconnues_sont_lus_comme_tels(registre, lignes):
    stock, historique = lignes
    vides = sum(not ligne["etatAdministratifEtablissement"] for ligne in historique)
    inconnues = sum(ligne["dateDebut"] in INCONNUES for ligne in historique)
    assert sum(ligne["etat"] is None for ligne in registre["periodes"]) == vides == 161
    assert sum(ligne["date_debut"] is None for ligne in registre["periodes"]) == inconnues == 346
    actifs = sum(ligne["etatAdministratifEtablissement"] == "A" for ligne in stock)
    assert sum(ligne["etat"] == "A" for ligne in registre["etablissements"]) == actifs == 4_514


def test_une_fermeture_datee_est_celle_d_un_ferme(registre):
    dates = [ligne["date_fermeture"] for ligne in registre["etablissements"] if ligne["etat"] == "A"]
    assert set(dates) == {None}
    fermes = [ligne for ligne in registre["etablissements"] if ligne["etat"] == "F"]
    assert sum(ligne["date_fermeture"] is not None for ligne in fermes) > 7_000
    assert min(ligne["date_fermeture"] for ligne in fermes if ligne["date_fermeture"]) > date(1900, 1, 1)


def test_un_code_sans_nomenclature_ou_ancien_n_a_pas_de_section(registre):
    hors_rev2 = [ligne for ligne in registre["etablissements"] if ligne["naf_nomenclature"] != "NAFRev2"]
    assert {ligne["section"] for ligne in hors_rev2} == {None}
    assert len(hors_rev2) > 1_000
    assert {ligne["section"] for ligne in registre["etablissements"] if ligne["naf"] == "62.01Z"} == {"J"}
