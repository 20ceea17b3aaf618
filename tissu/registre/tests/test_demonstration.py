"""Le générateur : mêmes octets, numéros valides, périodes cohérentes, rien de réel, anomalies présentes."""

import ast
import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from stdnum import luhn

from tissu.registre.demonstration import anomalies, cibles, consulaire, contours, fichiers, generation, geometrie, noms
from tissu.registre.demonstration.activites import ACTIVITES
from tissu.registre.demonstration.modele import ND

TERRITOIRE = Path(__file__).parents[3] / "territoires" / "dijon_metropole"
DONNEES_REELLES = Path(__file__).parents[4] / "shared" / "data"
CODES = {commune.code for commune in cibles.COMMUNES}


def lire(dossier: Path, nom: str, separateur: str = ",") -> list[dict[str, str]]:
    with gzip.open(dossier / f"{nom}.gz", "rt", encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=separateur))


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    chemin = tmp_path_factory.mktemp("demonstration")
    generation.generer(chemin, taille=0.01)
    return chemin


@pytest.fixture(scope="module")
def etablissements(dossier):
    lignes = lire(dossier, fichiers.NOM_ETABLISSEMENT)
    return lignes[: -len(anomalies.FAUSSES)]


@pytest.fixture(scope="module")
def historique(dossier):
    return lire(dossier, fichiers.NOM_HISTORIQUE)


@pytest.fixture(scope="module")
def unites(dossier):
    return lire(dossier, fichiers.NOM_UNITE)


@pytest.fixture(scope="module")
def cas(dossier):
    with (dossier / "cas_particuliers.csv").open(encoding="utf-8", newline="") as flux:
        return {ligne["cas"]: ligne for ligne in csv.DictReader(flux, delimiter=";")}


def empreintes(dossier: Path) -> dict[str, str]:
    return {fichier.name: hashlib.sha256(fichier.read_bytes()).hexdigest() for fichier in sorted(dossier.iterdir())}


def test_memes_octets_d_un_processus_a_l_autre(dossier, tmp_path):
    programme = (
        "import sys; from pathlib import Path; from tissu.registre.demonstration import generation; "
        "assert 'django' not in sys.modules and 'duckdb' not in sys.modules; "
        "generation.generer(Path(sys.argv[1]), taille=0.01)"
    )
    subprocess.run(
        [sys.executable, "-c", programme, str(tmp_path)],
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Pacific/Auckland"},
    )
    assert empreintes(tmp_path) == empreintes(dossier)


def test_une_autre_graine_change_les_donnees(dossier, tmp_path):
    generation.generer(tmp_path, graine=22, taille=0.01)
    assert (
        empreintes(tmp_path)["StockEtablissement_utf8.csv.gz"] != empreintes(dossier)["StockEtablissement_utf8.csv.gz"]
    )


def test_numeros_valides_fictifs_et_uniques(etablissements, unites):
    sirets = [ligne["siret"] for ligne in etablissements]
    assert all(luhn.is_valid(siret) and siret.startswith("99") and len(siret) == 14 for siret in sirets)
    assert all(luhn.is_valid(ligne["siren"]) and len(ligne["siren"]) == 9 for ligne in unites)
    assert all(ligne["siret"] == ligne["siren"] + ligne["nic"] for ligne in etablissements)
    assert len(set(sirets)) == len(sirets)
    assert len({ligne["siren"] for ligne in unites}) == len(unites)


def test_totaux_proches_des_cibles(etablissements):
    ici = [ligne for ligne in etablissements if ligne["codeCommuneEtablissement"] in CODES]
    actifs = [ligne for ligne in ici if ligne["etatAdministratifEtablissement"] == "A"]
    masques = [ligne for ligne in actifs if ligne["statutDiffusionEtablissement"] == "P"]
    # Les cas choisis, au nombre de 70 environ, s'ajoutent aux 1 900 et 700 du centième.
    assert 1_900 <= len(ici) <= 1_980
    assert 700 <= len(actifs) <= 765
    assert len(masques) / len(actifs) == pytest.approx(1 / 6, abs=0.035)
    assert {ligne["codeCommuneEtablissement"] for ligne in etablissements} - CODES


def test_rythme_mensuel_de_la_taille_vraie():
    naissances, fermetures = generation.calendrier.nombres_mensuels(cibles.hasard(cibles.GRAINE, "calendrier"), 1.0)
    derniere_annee = slice(-12, None)
    assert naissances[derniere_annee].min() > 400 and naissances[derniere_annee].max() < 640
    assert 450 < naissances[derniere_annee].mean() < 600
    assert 300 < fermetures[derniere_annee].mean() < 450
    assert len(naissances) == cibles.NOMBRE_MOIS


def test_periodes_sans_trou_ni_recouvrement(etablissements, historique):
    par_siret = defaultdict(list)
    for ligne in historique:
        par_siret[ligne["siret"]].append(ligne)
    assert set(par_siret) == {ligne["siret"] for ligne in etablissements}
    for ligne in etablissements:
        periodes = par_siret[ligne["siret"]]
        assert int(ligne["nombrePeriodesEtablissement"]) == len(periodes)
        assert periodes[0]["dateFin"] == "" and periodes[0]["dateDebut"] == ligne["dateDebut"]
        for recente, ancienne in pairwise(periodes):
            veille = date.fromisoformat(recente["dateDebut"]) - timedelta(days=1)
            assert ancienne["dateFin"] == veille.isoformat()
            assert ancienne["dateDebut"] <= ancienne["dateFin"]
            change = recente["etatAdministratifEtablissement"] != ancienne["etatAdministratifEtablissement"]
            assert recente["changementEtatAdministratifEtablissement"] == ("true" if change else "false")
    moyenne = len(historique) / len(etablissements)
    assert 2.1 < moyenne < 2.7


def test_code_et_nomenclature_vont_ensemble(historique):
    rev2 = {activite.naf for activite in ACTIVITES}
    for ligne in historique:
        code = ligne["activitePrincipaleEtablissement"]
        attendu = "NAFRev2" if code in rev2 else {"NAF1993", "NAF2003"}
        assert ligne["nomenclatureActivitePrincipaleEtablissement"] in attendu


def test_un_seul_siege_par_unite(etablissements, unites):
    sieges = Counter(ligne["siren"] for ligne in etablissements if ligne["etablissementSiege"] == "true")
    assert set(sieges.values()) == {1}
    sirets = {ligne["siret"] for ligne in etablissements}
    assert all(ligne["siren"] + ligne["nicSiegeUniteLegale"] in sirets for ligne in unites)


def test_diffusion_partielle_marquee_comme_l_insee(etablissements, unites, dossier, cas):
    oublis = {ligne["siret"] for ligne in etablissements if ligne["libelleVoieEtablissement"] != ND} & {
        ligne["siret"] for ligne in etablissements if ligne["statutDiffusionEtablissement"] == "P"
    }
    assert cas["p_sans_marqueurs"]["siret"] in oublis
    geolocalises = {ligne["siret"] for ligne in lire(dossier, fichiers.NOM_GEOLOCALISATION, ";")}
    for ligne in etablissements:
        if ligne["statutDiffusionEtablissement"] == "P" and ligne["siret"] not in oublis:
            assert ligne["codePostalEtablissement"] == ND and ligne["codeCommuneEtablissement"] != ND
            assert ligne["siret"] not in geolocalises
    sirens_oublies = {siret[:9] for siret in oublis}
    for ligne in unites:
        if ligne["statutDiffusionUniteLegale"] == "P" and ligne["siren"] not in sirens_oublies:
            assert ligne["nomUniteLegale"] == (ND if ligne["categorieJuridiqueUniteLegale"] == "1000" else "")


def test_aucun_nom_hors_de_nos_listes(etablissements, unites):
    mots = (
        set(noms.LIAISONS) | set(noms.NOMBRES) | set(noms.PRENOMS_F) | set(noms.PRENOMS_M) | set(noms.NOMS_DE_FAMILLE)
    )
    accordables = [*noms.FIGURES, *(forme for trait in noms.TRAITS_COMMUNS for forme in trait.split("_"))]
    mots |= {forme for mot in accordables for forme in (mot, noms.pluriel(mot))}
    mots |= {mot for activite in ACTIVITES for debut in activite.famille.debuts for mot in debut.split()}
    mots |= {ND, ""}
    colonnes_unites = (
        "denominationUniteLegale",
        "nomUniteLegale",
        "nomUsageUniteLegale",
        "prenom1UniteLegale",
        "prenom2UniteLegale",
    )
    valeurs = [ligne[c] for ligne in unites if not ligne["siren"].startswith("999000") for c in colonnes_unites]
    colonnes = ("enseigne1Etablissement", "denominationUsuelleEtablissement")
    valeurs += [ligne[c] for ligne in etablissements if not ligne["siren"].startswith("999000") for c in colonnes]
    inconnus = {mot for valeur in valeurs for mot in valeur.replace("'", " ").split() if mot not in mots}
    assert inconnus == set()
    assert len({ligne["denominationUniteLegale"] for ligne in unites}) > 800


def test_positions_dans_les_communes(dossier):
    limites = {f["properties"]["code"]: geometrie.anneau(f["geometry"]) for f in contours.communes()["features"]}
    for ligne in lire(dossier, fichiers.NOM_GEOLOCALISATION, ";"):
        lon, lat = float(ligne["x_longitude"]), float(ligne["y_latitude"])
        x, y = geometrie.lambert93(np.array([lon]), np.array([lat]))
        assert (float(ligne["x"]), float(ligne["y"])) == pytest.approx((x[0], y[0]), abs=0.01)
        if ligne["siret"].startswith("999"):
            continue
        contour = limites[ligne["plg_code_commune"]]
        bas, haut = contour.min(axis=0) - 1e-5, contour.max(axis=0) + 1e-5
        assert bas[0] <= lon <= haut[0] and bas[1] <= lat <= haut[1]


def test_anomalies_en_fin_de_fichier(dossier, etablissements):
    fausses = lire(dossier, fichiers.NOM_ETABLISSEMENT)[-len(anomalies.FAUSSES) :]
    connus = {ligne["siret"] for ligne in etablissements}
    for (raison, _), ligne in zip(anomalies.FAUSSES, fausses, strict=True):
        assert {
            "cle_de_luhn_fausse": not luhn.is_valid(ligne["siret"]),
            "siret_trop_court": len(ligne["siret"]) == 13,
            "siret_non_numerique": not ligne["siret"].isdigit(),
            "siren_et_siret_discordants": not ligne["siret"].startswith(ligne["siren"]),
            "date_impossible": not (
                _jour_existe(ligne["dateDebut"]) and _jour_existe(ligne["dateCreationEtablissement"])
            ),
            "etat_inconnu": ligne["etatAdministratifEtablissement"] not in "AF",
            "siret_en_double": ligne["siret"] in connus,
        }[raison]
        if raison in ("date_impossible", "etat_inconnu"):
            assert luhn.is_valid(ligne["siret"]) and ligne["siret"] not in connus


def _jour_existe(texte: str) -> bool:
    try:
        date.fromisoformat(texte)
    except ValueError:
        return False
    return True


def test_cas_de_periodes(cas, historique):
    def etats(nom):
        return [
            (ligne["etatAdministratifEtablissement"], ligne["dateDebut"])
            for ligne in historique
            if ligne["siret"] == cas[nom]["siret"]
        ]

    assert etats("deux_periodes_fermees") == [("F", "2024-06-15"), ("F", "2024-03-31"), ("A", "2015-04-01")]
    assert etats("ferme_rouvert_ferme")[0] == ("F", "2026-09-30")
    assert etats("fermeture_dans_2_ans")[0] == ("F", "2028-10-31")
    piste = next(ligne for ligne in historique if ligne["siret"] == cas["piste_numerique_valmy"]["siret"])
    assert (piste["dateDebut"], piste["activitePrincipaleEtablissement"]) == ("2026-10-05", "62.01Z")


def test_liens_de_succession_coherents(dossier, etablissements):
    par_siret = {ligne["siret"]: ligne for ligne in etablissements}
    liens = lire(dossier, fichiers.NOM_LIENS)
    assert list(liens[0]) == fichiers.ENTETE_LIENS
    for lien in liens:
        successeur = par_siret[lien["siretEtablissementSuccesseur"]]
        assert lien["siretEtablissementPredecesseur"] in par_siret
        assert lien["dateLienSuccession"] == successeur["dateCreationEtablissement"]
    memes = [x for x in liens if x["siretEtablissementPredecesseur"][:9] == x["siretEtablissementSuccesseur"][:9]]
    assert 0 < len(memes) < len(liens)


def test_bodacc_au_format_des_enregistrements(dossier, unites, cas):
    contenu = json.loads((dossier / "bodacc_annonces.json").read_text(encoding="utf-8"))
    assert contenu["nhits"] == len(contenu["records"])
    champs = [enregistrement["fields"] for enregistrement in contenu["records"]]
    identifiants = {c["id"] for c in champs}
    assert len(identifiants) == len(champs)
    assert {c["familleavis"] for c in champs} == {"creation", "radiation", "collective"}
    etats = {ligne["siren"]: ligne["etatAdministratifUniteLegale"] for ligne in unites}
    radies = {c["registre"].split(",")[0] for c in champs if c["familleavis"] == "radiation"}
    assert etats[cas["radiee_mais_active"]["siren"]] == "A" and cas["radiee_mais_active"]["siren"] in radies
    for c in champs:
        assert all(isinstance(json.loads(c[cle]), dict) for cle in ("acte", "jugement", "radiationaurcs") if cle in c)
        if c["typeavis"] != "annonce":
            precedent = json.loads(c["parutionavisprecedent"])
            lettre = precedent["nomPublication"][-1]
            assert f"{lettre}{precedent['numeroParution']}{precedent['numeroAnnonce']}" in identifiants


def test_fichier_consulaire(dossier, cas):
    def edition(nom):
        with (dossier / nom).open(encoding="cp1252", newline="") as flux:
            lecteur = csv.DictReader(flux, delimiter=";")
            assert tuple(lecteur.fieldnames) == consulaire.ENTETE
            return {ligne["N° SIRET"].replace(" ", ""): ligne for ligne in lecteur}

    courante, precedente = edition("fichier_consulaire.csv"), edition("fichier_consulaire_precedent.csv")
    assert courante[cas["cinquante_exactement"]["siret"]]["Effectif"] == "50"
    assert courante[cas["piste_numerique_valmy"]["siret"]]["Effectif"] == "15"
    assert cas["piste_numerique_valmy"]["siret"] not in precedente
    entrant = cas["passe_au_dessus_de_50"]["siret"]
    assert (precedente[entrant]["Effectif"], courante[entrant]["Effectif"]) == ("47", "54")
    for ligne in courante.values():
        assert ligne["Téléphone"][:8] in ("", "01 99 00", "06 39 98")
        assert ligne["Courriel"] == "" or ligne["Courriel"].endswith(".example")


def test_contours_livres_sont_ceux_du_programme():
    for nom, attendu in (("contours", contours.communes()), ("zones", contours.zones())):
        livre = json.loads((TERRITOIRE / f"{nom}.geojson").read_text(encoding="utf-8"))
        assert all(f["properties"]["approximatif"] is True for f in livre["features"])
        assert [f["properties"] for f in livre["features"]] == [f["properties"] for f in attendu["features"]]
        for une, autre in zip(livre["features"], attendu["features"], strict=True):
            assert np.allclose(geometrie.anneau(une["geometry"]), geometrie.anneau(autre["geometry"]), atol=1e-4)
    assert {f["properties"]["code"] for f in contours.communes()["features"]} == CODES
    assert len(CODES) == 23


def test_le_generateur_ignore_django_et_duckdb():
    for module in Path(generation.__file__).parent.glob("*.py"):
        arbre = ast.parse(module.read_text(encoding="utf-8"))
        importes = {alias.name for n in ast.walk(arbre) if isinstance(n, ast.Import) for alias in n.names}
        importes |= {n.module or "" for n in ast.walk(arbre) if isinstance(n, ast.ImportFrom)}
        assert not {nom for nom in importes if nom.split(".")[0] in ("django", "duckdb", "pandas")}, module.name


def test_la_commande_ecrit_et_dit_ce_qu_elle_ecrit(tmp_path, capsys):
    call_command("demonstration", "generer", str(tmp_path / "neuf"), "--taille", "0,005", "--sans-compression")
    assert "StockEtablissement_utf8.csv :" in capsys.readouterr().out
    assert (tmp_path / "neuf" / "StockEtablissement_utf8.csv").read_bytes().startswith(b"siren,nic,siret,")


def test_la_commande_refuse_une_taille_absurde(tmp_path):
    with pytest.raises(CommandError, match="donnez un nombre entre"):
        call_command("demonstration", "generer", str(tmp_path), "--taille", "40")


@pytest.mark.donnees_reelles
@pytest.mark.skipif(not DONNEES_REELLES.is_dir(), reason="les données publiques ne sont pas sur ce poste")
def test_entetes_officiels():
    officiels = json.loads((DONNEES_REELLES / "sirene" / "entetes_officiels.json").read_text(encoding="utf-8"))
    ajouts = [texte.split(" ")[0] for texte in officiels["ajout 2025-12-16"]]
    assert [*officiels["StockEtablissement (Sirene 4, depuis mars 2024)"], ajouts[0]] == fichiers.ENTETE_ETABLISSEMENT
    assert officiels["StockEtablissementHistorique"] == fichiers.ENTETE_HISTORIQUE
    assert [*officiels["StockUniteLegale"], ajouts[1]] == fichiers.ENTETE_UNITE


@pytest.mark.donnees_reelles
@pytest.mark.skipif(not DONNEES_REELLES.is_dir(), reason="les données publiques ne sont pas sur ce poste")
def test_codes_d_activite_officiels():
    nomenclatures = DONNEES_REELLES / "nomenclatures"
    with (nomenclatures / "naf_rev2_5_niveaux.csv").open(encoding="utf-8") as flux:
        rev2 = {ligne["NIV5"] for ligne in csv.DictReader(flux)}
    with (nomenclatures / "naf2025_5_niveaux.csv").open(encoding="utf-8") as flux:
        naf25 = {ligne["niv5"] for ligne in csv.DictReader(flux)}
    assert {a.naf for a in ACTIVITES} - rev2 == {"00.00Z"}
    assert {a.naf25 for a in ACTIVITES} - naf25 == {""}
