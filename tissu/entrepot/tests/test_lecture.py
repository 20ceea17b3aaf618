"""Lire un fichier officiel : mêmes lignes quelle que soit la forme, une seule passe, reprise de ce qui est fait."""

import datetime as dt
import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tissu.entrepot.lecture import (
    ParmiEtape,
    ParmiValeurs,
    UnDe,
    etager,
    lecteur,
    lire_refus,
    preselection,
)
from tissu.entrepot.tests.fabrique import COMMUNE, FORMAT, ecrire, ligne, siret, texte_csv

TERRITOIRE = ParmiValeurs("commune", frozenset({COMMUNE}))
LIGNES = [ligne(n) for n in range(1, 30)] + [ligne(n, commune="75101") for n in range(30, 60)]


def lire(dossier, *chemins, filtre=TERRITOIRE, nom="etape"):
    return etager(
        list(chemins),
        FORMAT,
        filtre=filtre,
        vers=dossier / "e" / f"{nom}.parquet",
        refus=dossier / "e" / f"{nom}.jsonl",
    )


def contenu(etape):
    table = pq.read_table(etape, columns=list(FORMAT.colonnes))
    return sorted(table.to_pylist(), key=lambda ligne: ligne["siret"])


def ecrire_parquet_type(dossier):
    """Le même contenu, typé comme un export soigneux l'aurait fait : dates, moments, entiers."""
    colonnes = {c: [ligne[c] for ligne in LIGNES] for c in FORMAT.colonnes}
    colonnes["dateDebut"] = [dt.date.fromisoformat(v) for v in colonnes["dateDebut"]]
    colonnes["dateTraitement"] = [dt.datetime.fromisoformat(v) for v in colonnes["dateTraitement"]]
    colonnes["nic"] = [int(v) for v in colonnes["nic"]]
    colonnes["annee"] = [int(v) for v in colonnes["annee"]]
    chemin = dossier / "StockEssai.parquet"
    pq.write_table(pa.table(colonnes), chemin)
    return chemin


FORMES = {
    "gzip": lambda d: ecrire(d, texte_csv(LIGNES), "StockEssai.csv.gz"),
    "zip": lambda d: ecrire(d, texte_csv(LIGNES), "StockEssai.zip"),
    "parquet": ecrire_parquet_type,
    "point_virgule": lambda d: ecrire(d, texte_csv(LIGNES, separateur=";"), "StockEssai2.csv"),
    "marque_utf8": lambda d: ecrire(d, b"\xef\xbb\xbf" + texte_csv(LIGNES).encode(), "StockEssai3.csv"),
    "fins_de_ligne_windows": lambda d: ecrire(d, texte_csv(LIGNES).replace("\n", "\r\n"), "StockEssai4.csv"),
    "sans_siren_ni_nic": lambda d: ecrire(
        d, texte_csv(LIGNES, colonnes=tuple(c for c in FORMAT.colonnes if c not in {"siren", "nic"})), "StockEssai5.csv"
    ),
    "colonnes_en_desordre": lambda d: ecrire(d, texte_csv(LIGNES, colonnes=FORMAT.colonnes[::-1]), "StockEssai6.csv"),
}


@pytest.mark.parametrize("forme", FORMES)
def test_toutes_les_formes_d_un_fichier_donnent_les_memes_lignes(forme, tmp_path):
    reference = lire(tmp_path, ecrire(tmp_path, texte_csv(LIGNES)), nom="reference")
    bilan = lire(tmp_path, FORMES[forme](tmp_path))
    assert contenu(bilan.etape) == contenu(reference.etape)
    assert (bilan.lues, bilan.gardees) == (59, 29)


def test_le_bilan_porte_l_empreinte_du_fichier_recu(tmp_path):
    for nom in ("StockEssai.csv", "StockEssai.csv.gz", "StockEssai.zip"):
        chemin = ecrire(tmp_path, texte_csv(LIGNES), nom)
        [fichier] = lire(tmp_path, chemin).fichiers
        assert fichier.sha256 == hashlib.sha256(chemin.read_bytes()).hexdigest()
        assert fichier.octets == chemin.stat().st_size


def test_une_colonne_nouvelle_est_toleree_et_une_facultative_absente_est_dite(tmp_path):
    colonnes = ("siret", "dateTraitement", "commune", "etat", "nouveaute", "dateDebut", "annee")
    texte = texte_csv([{**ligne, "nouveaute": "?"} for ligne in LIGNES], colonnes=colonnes)
    bilan = lire(tmp_path, ecrire(tmp_path, texte))
    assert bilan.colonnes_inconnues == ("nouveaute",)
    assert bilan.colonnes_absentes == ("nom",)
    assert {ligne["nom"] for ligne in contenu(bilan.etape)} == {None}


def test_deux_fichiers_aux_colonnes_differentes_sont_reunis_par_nom(tmp_path):
    un = ecrire(tmp_path, texte_csv(LIGNES[:10], colonnes=("siret", "commune", "etat")), "Stock1.csv")
    deux = ecrire(tmp_path, texte_csv(LIGNES[10:]), "Stock2.csv.gz")
    bilan = lire(tmp_path, un, deux)
    assert (bilan.gardees, bilan.refusees, bilan.colonnes_absentes) == (29, 0, ())


def test_un_nom_sur_deux_lignes_reste_un_champ(tmp_path):
    bilan = lire(tmp_path, ecrire(tmp_path, texte_csv([*LIGNES[:3], ligne(90, nom='AU "BON\nCOIN"')])))
    assert contenu(bilan.etape)[-1]["nom"] == 'AU "BON\nCOIN"'


def test_une_etape_deja_faite_est_reprise_sans_relire_le_fichier(tmp_path, monkeypatch):
    chemin = ecrire(tmp_path, texte_csv(LIGNES))
    premiere = lire(tmp_path, chemin)
    monkeypatch.setattr(lecteur, "_lire_csv", lambda *_: pytest.fail("le fichier a été relu"))
    seconde = lire(tmp_path, chemin)
    assert [f.reprise for f in premiere.fichiers + seconde.fichiers] == [False, True]
    assert contenu(premiere.etape) == contenu(seconde.etape)


def test_un_autre_territoire_ou_un_autre_contenu_n_est_pas_repris(tmp_path):
    chemin = ecrire(tmp_path, texte_csv(LIGNES))
    lire(tmp_path, chemin)
    ailleurs = lire(tmp_path, chemin, filtre=ParmiValeurs("commune", frozenset({"75101"})))
    assert (ailleurs.gardees, ailleurs.fichiers[0].reprise) == (30, False)
    # Même taille, autre contenu.
    ecrire(tmp_path, texte_csv(LIGNES).replace("ENTREPRISE 1,", "ENTREPRISE X,"))
    assert lire(tmp_path, chemin).fichiers[0].reprise is False


@pytest.mark.parametrize("forme", ["csv", "parquet"])
def test_une_source_se_filtre_sur_ce_qu_une_autre_a_garde(forme, tmp_path):
    etablissements = lire(tmp_path, ecrire(tmp_path, texte_csv(LIGNES[:2] + LIGNES[40:])), nom="ref").etape
    voisin = ligne(1, siret=siret(1, 2), nic=siret(1, 2)[9:], commune="75101")
    lignes = [*LIGNES, voisin]
    if forme == "csv":
        chemin = ecrire(tmp_path, texte_csv(lignes), "StockAutre.csv")
    else:
        chemin = tmp_path / "StockAutre.parquet"
        pq.write_table(pa.Table.from_pylist(lignes), chemin)
    par_siren = lire(tmp_path, chemin, filtre=ParmiEtape(("siren",), etablissements, "siren"))
    assert {ligne["siret"] for ligne in contenu(par_siren.etape)} == {siret(1), siret(2), siret(1, 2)}
    par_siret = ParmiEtape(("siret",), etablissements, "siret")
    assert lire(tmp_path, chemin, filtre=UnDe((par_siret,)), nom="autre").gardees == 2


@pytest.mark.parametrize("separateur", [",", ";"])
@pytest.mark.parametrize("fin", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "ajout",
    [
        [],
        [ligne(90, nom='AU "BON COIN", DIJON')],
        [ligne(90, nom='AU "BON\nCOIN')],
        [ligne(90, nom=COMMUNE, commune="75101")],
    ],
    ids=["simple", "guillemets", "champ_sur_deux_lignes", "code_dans_un_nom"],
)
def test_la_preselection_des_grands_fichiers_ne_change_rien(ajout, fin, separateur, tmp_path, monkeypatch):
    texte = texte_csv(LIGNES + ajout, separateur=separateur).replace("\n", fin)
    chemin = ecrire(tmp_path, texte)
    ordinaire = contenu(lire(tmp_path, chemin, nom="ordinaire").etape)
    monkeypatch.setattr(preselection, "OCTETS_MINIMUM", 0)
    chemin = ecrire(
        tmp_path, texte + texte_csv([ligne(99)], separateur=separateur).split("\n", 1)[1].replace("\n", fin)
    )
    bilan = lire(tmp_path, chemin)
    assert [vue for vue in contenu(bilan.etape) if vue["siret"] != siret(99)] == ordinaire
    assert (bilan.gardees, bilan.refusees) == (len(ordinaire) + 1, 0)


def test_un_code_entre_guillemets_est_preselectionne(tmp_path, monkeypatch):
    monkeypatch.setattr(preselection, "OCTETS_MINIMUM", 0)
    texte = texte_csv(LIGNES).replace(f",{COMMUNE},", f',"{COMMUNE}",')
    assert lire(tmp_path, ecrire(tmp_path, texte)).gardees == 29


def test_une_ligne_decalee_d_un_grand_fichier_garde_son_numero(tmp_path, monkeypatch):
    monkeypatch.setattr(preselection, "OCTETS_MINIMUM", 0)
    lignes = texte_csv(LIGNES).splitlines(keepends=True)
    lignes.insert(45, lignes[3].replace(",2024", ""))
    bilan = lire(tmp_path, ecrire(tmp_path, "".join(lignes)))
    [refusee] = lire_refus(tmp_path / "e" / "etape.jsonl")
    assert (bilan.gardees, refusee["ligne"], refusee["code"]) == (29, 46, "colonnes_decalees")
