"""Les fichiers abîmés, un par un : chacun a son message, et le reste du fichier est sauvé quand il peut l'être."""

import gzip
import zipfile

import pytest

from tissu.entrepot.lecture import FichierRefuse, Limites, ParmiValeurs, etager, lire_refus
from tissu.entrepot.tests.fabrique import COMMUNE, FORMAT, ecrire, ligne, siret, texte_csv

TERRITOIRE = ParmiValeurs("commune", frozenset({COMMUNE}))
SAINES = [ligne(n) for n in range(1, 6)]


def lire(dossier, *chemins, limites=None):
    return etager(
        list(chemins), FORMAT, filtre=TERRITOIRE, vers=dossier / "e" / "etape.parquet",
        refus=dossier / "e" / "refus.jsonl", limites=limites,
    )  # fmt: skip


def _zip_bombe(dossier):
    chemin = dossier / "StockEssai.zip"
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("StockEssai.csv", "a" * 30_000_000)
    return chemin


def _gzip_bombe(dossier):
    chemin = dossier / "StockEssai.csv.gz"
    chemin.write_bytes(gzip.compress(b"0" * 30_000_000))
    return chemin


def _gzip_tronque(dossier):
    entier = gzip.compress(texte_csv([ligne(n) for n in range(1, 2000)]).encode())
    chemin = dossier / "StockEssai.csv.gz"
    chemin.write_bytes(entier[: len(entier) // 2])
    return chemin


def _gzip_corrompu(dossier):
    entier = bytearray(gzip.compress(texte_csv([ligne(n) for n in range(1, 2000)]).encode()))
    entier[len(entier) // 2] ^= 0xFF
    chemin = dossier / "StockEssai.csv.gz"
    chemin.write_bytes(bytes(entier))
    return chemin


def _zip_a_deux_fichiers(dossier):
    chemin = dossier / "StockEssai.zip"
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("a.csv", texte_csv(SAINES))
        archive.writestr("b.csv", texte_csv(SAINES))
    return chemin


def _parquet_tronque(dossier):
    import pyarrow as pa
    import pyarrow.parquet as pq

    chemin = dossier / "StockEssai.parquet"
    pq.write_table(pa.Table.from_pylist(SAINES), chemin)
    chemin.write_bytes(chemin.read_bytes()[:-20])
    return chemin


STRUCTURE = {
    "vide": (lambda d: ecrire(d, ""), "le fichier est vide. Téléchargez-le de nouveau."),
    "en_tete_seul": (lambda d: ecrire(d, texte_csv([])), "le fichier a un en-tête mais aucune ligne."),
    "gzip_tronque": (_gzip_tronque, "l'archive est tronquée ou abîmée. Le téléchargement a été interrompu"),
    "gzip_corrompu": (_gzip_corrompu, "l'archive est tronquée ou abîmée."),
    "gzip_bombe": (_gzip_bombe, "l'archive se déploie au-delà de toute mesure : elle est piégée ou abîmée."),
    "zip_bombe": (_zip_bombe, "l'archive se déploie au-delà de toute mesure : elle est piégée ou abîmée."),
    "zip_a_deux_fichiers": (_zip_a_deux_fichiers, "l'archive contient 2 fichiers de données au lieu d'un."),
    "faux_gzip": (
        lambda d: _brut(d, b"siret,commune\n", "StockEssai.csv.gz"),
        "le contenu n'est pas celui d'un fichier « .gz ».",
    ),
    "page_web": (lambda d: ecrire(d, "<!DOCTYPE html><html><body>404</body></html>"), "c'est une page web"),
    "reponse_json": (lambda d: ecrire(d, '{"erreur": "non autorisé"}'), "c'est une réponse JSON"),
    "latin1": (
        lambda d: ecrire(d, texte_csv([*SAINES, ligne(9, nom="CAFÉ DE LA GARE")]).encode("latin-1")),
        "ligne 7, le texte n'est pas en UTF-8 (sans doute du Latin-1",
    ),
    "utf16": (lambda d: ecrire(d, texte_csv(SAINES).encode("utf-16")), "le texte est en UTF-16."),
    "colonne_obligatoire_absente": (
        lambda d: ecrire(d, texte_csv(SAINES, colonnes=("siren", "siret", "commune"))),
        "il manque la colonne obligatoire etat. Vérifiez que c'est bien le fichier des établissements",
    ),
    "colonne_citee_deux_fois": (
        lambda d: ecrire(d, "siret,commune,etat,etat\n"), "la colonne etat est citée deux fois dans l'en-tête."
    ),
    "guillemet_jamais_ferme": (
        lambda d: ecrire(d, texte_csv(SAINES[:2]) + f'{siret(7)[:9]},{siret(7)[9:]},{siret(7)},,{COMMUNE},A,"OUVERT,,\n'
                         + texte_csv(SAINES[2:]).split("\n", 1)[1]),
        "ligne 4, un guillemet ouvert n'est jamais refermé",
    ),
    "parquet_tronque": (_parquet_tronque, "le fichier Parquet est tronqué"),
    "sirets_arrondis_par_un_tableur": (
        lambda d: ecrire(d, texte_csv([ligne(n, siret=f"9,90000{n:02d}E+13") for n in range(40)])),
        "plus de la moitié des lignes du territoire sont inutilisables (40 sur 40).",
    ),
}  # fmt: skip


def _brut(dossier, octets, nom):
    chemin = dossier / nom
    chemin.write_bytes(octets)
    return chemin


@pytest.mark.parametrize("sorte", STRUCTURE)
def test_un_defaut_de_structure_refuse_le_fichier_et_dit_quoi_faire(sorte, tmp_path):
    fabriquer, message = STRUCTURE[sorte]
    chemin = fabriquer(tmp_path)
    with pytest.raises(FichierRefuse) as refus:
        lire(tmp_path, chemin)
    assert str(refus.value).startswith(f"{chemin.name} : ")
    assert message in str(refus.value)
    assert not (tmp_path / "e" / "etape.parquet").exists()


def test_un_zip_abime_est_refuse(tmp_path):
    chemin = _brut(tmp_path, b"PK\x03\x04" + b"\0" * 100, "StockEssai.zip")
    with pytest.raises(FichierRefuse, match="tronquée ou abîmée"):
        lire(tmp_path, chemin)


def test_le_disque_plein_est_annonce_avant_d_extraire(tmp_path):
    chemin = ecrire(tmp_path, texte_csv(SAINES), "StockEssai.zip")
    with pytest.raises(FichierRefuse, match="pas assez de place sur le disque"):
        lire(tmp_path, chemin, limites=Limites(disque_restant=10**18))


LIGNES = {
    "cle_du_siret_fausse": (
        ligne(9, siret=siret(9)[:-1] + str((int(siret(9)[-1]) + 1) % 10)), "siret", "siret_invalide",
    ),
    "siret_trop_court": (ligne(9, siret=siret(9)[1:]), "siret", "siret_invalide"),
    "siret_absent": (ligne(9, siret=""), "siret", "valeur_absente"),
    "siren_d_une_autre": (ligne(9, siren=siret(8)[:9]), "siret", "siren_different_du_siret"),
    "siren_faux": (ligne(9, siren="123456789"), "siren", "siren_invalide"),
    "jour_impossible": (ligne(9, dateDebut="2025-02-30"), "dateDebut", "date_impossible"),
    "date_a_la_francaise": (ligne(9, dateDebut="31/12/2024"), "dateDebut", "date_impossible"),
    "an_mille_neuf_cents_de_trop": (ligne(9, dateDebut="20244-01-01"), "dateDebut", "date_impossible"),
    "etat_inconnu": (ligne(9, etat="Z"), "etat", "valeur_inconnue"),
    "champ_d_un_million_de_signes": (ligne(9, nom="X" * 1_000_000), "nom", "champ_demesure"),
    "octet_nul": (ligne(9, nom="NOM\0COUPE"), "nom", "octet_nul"),
    "colonnes_decalees": (
        ligne(9, siren="", nic=siret(9)[:9], siret=siret(9)[9:], commune="2026-10-01", etat=COMMUNE),
        "commune", "colonnes_decalees",
    ),
}  # fmt: skip


@pytest.mark.parametrize("sorte", LIGNES)
def test_une_ligne_fautive_va_en_quarantaine_et_les_autres_passent(sorte, tmp_path):
    fautive, champ, code = LIGNES[sorte]
    chemin = ecrire(tmp_path, texte_csv([*SAINES, fautive]))
    bilan = lire(tmp_path, chemin)
    [refusee] = lire_refus(tmp_path / "e" / "refus.jsonl")
    assert (bilan.lues, bilan.gardees, bilan.refusees) == (6, 5, 1)
    assert (refusee["fichier"], refusee["champ"], refusee["code"]) == (chemin.name, champ, code)
    assert refusee["ligne"] == 7
    assert refusee["motif"].endswith(".")


@pytest.mark.parametrize(
    ("brute", "code"),
    [
        (f"{siret(9)[:9]},{siret(9)[9:]},{siret(9)},,{COMMUNE}\n", "colonnes_decalees"),
        (f"{siret(9)[:9]},{siret(9)[9:]},{siret(9)},,{COMMUNE},A,NOM,2020-01-01,2024,EN TROP\n", "colonnes_decalees"),
        (
            f"{siret(9)[:9]},{siret(9)[9:]},{siret(9)},,{COMMUNE},A,{'X' * 3_000_000},2020-01-01,2024\n",
            "champ_demesure",
        ),
    ],
    ids=["colonne_manquante", "colonne_en_trop", "champ_de_trois_millions_de_signes"],
)
def test_une_ligne_mal_decoupee_est_nommee_par_son_numero(brute, code, tmp_path):
    chemin = ecrire(tmp_path, texte_csv(SAINES[:2]) + brute + texte_csv(SAINES[2:]).split("\n", 1)[1])
    bilan = lire(tmp_path, chemin)
    [refusee] = lire_refus(tmp_path / "e" / "refus.jsonl")
    assert (bilan.gardees, refusee["ligne"], refusee["code"]) == (5, 4, code)


def test_un_doublon_identique_est_reuni_sans_bruit_mais_compte(tmp_path):
    bilan = lire(tmp_path, ecrire(tmp_path, texte_csv([*SAINES, SAINES[0], SAINES[0]])))
    assert (bilan.gardees, bilan.refusees, bilan.doublons_identiques) == (5, 0, 2)


def test_un_doublon_contradictoire_garde_la_ligne_la_plus_recente(tmp_path):
    ancienne = ligne(1, nom="ANCIEN NOM", dateTraitement="2019-01-01T00:00:00")
    bilan = lire(tmp_path, ecrire(tmp_path, texte_csv([ancienne, *SAINES])))
    [refusee] = lire_refus(tmp_path / "e" / "refus.jsonl")
    assert (bilan.gardees, refusee["code"], refusee["ligne"]) == (5, "doublon_contradictoire", 2)
    assert refusee["brute"]["nom"] == "ANCIEN NOM"


def test_une_formule_dans_un_nom_est_gardee_et_signalee(tmp_path):
    import pyarrow.parquet as pq

    bilan = lire(tmp_path, ecrire(tmp_path, texte_csv([*SAINES, ligne(9, nom="=cmd|' /C calc'!A0")])))
    noms = pq.read_table(bilan.etape).column("nom").to_pylist()
    assert (bilan.formules, bilan.refusees) == (1, 0)
    assert "=cmd|' /C calc'!A0" in noms


def test_la_poste_a_sa_propre_cle(tmp_path):
    poste = "35600000049837"
    chemin = ecrire(tmp_path, texte_csv([*SAINES, ligne(9, siret=poste, siren=poste[:9], nic=poste[9:])]))
    assert lire(tmp_path, chemin).refusees == 0
