"""Téléchargements : trouver, reprendre, vérifier. Et les contours demandés à l'IGN."""

import hashlib
import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tissu.registre.sources import ign
from tissu.registre.sources.telechargements import (
    JEU_GEOLOCALISATION,
    JEU_SIRENE,
    Ressource,
    TelechargementImpossible,
    manquantes,
    ressources,
    telecharger,
)
from tissu.registre.tests.serveur_local import Demande, Reponse, servir

CONTENU = bytes(range(256)) * 40
SHA1 = "sha1:" + hashlib.sha1(CONTENU).hexdigest()


def ressource(adresse: str, empreinte: str = SHA1) -> Ressource:
    return Ressource("etablissements", "StockEtablissement_utf8.zip", f"{adresse}/f.zip", len(CONTENU), empreinte, "")


def publie(nom: str, modifie: str = "2026-11-01", **champs) -> dict:
    """Une ressource du catalogue, de notre main, dans sa forme."""
    somme = {"type": "sha1", "value": "abc"}
    brut = {"url": f"https://x.example/{nom}", "filesize": 3, "checksum": somme, "last_modified": modifie}
    return brut | champs


def catalogue(sirene: list[dict], geolocalisation: list[dict] | None = None):
    def repondre(demande: Demande) -> Reponse:
        liste = sirene if JEU_SIRENE in demande.chemin else geolocalisation
        if liste is None:
            return Reponse(b"{}", 404)
        return Reponse(json.dumps({"resources": liste}).encode())

    return repondre


def obtenir(serveur, dossier, empreinte: str = SHA1, **options):
    return telecharger(ressource(serveur.adresse, empreinte), dossier, attendre=lambda secondes: None, **options)


def test_le_catalogue_donne_le_dernier_fichier_de_chaque_sorte_et_prefere_le_parquet():
    sirene = [
        publie("StockEtablissement_utf8.zip"),
        publie("StockEtablissement_utf8.parquet"),
        publie("StockUniteLegale_utf8.zip", "2026-10-01"),
        publie("StockUniteLegale_utf8.zip?v=2", "2026-11-01"),
        # Sans nom dans l'adresse : le titre et le format le disent.
        publie("r/0001", title="Sirene : Fichier StockEtablissementHistorique (format parquet)", format="parquet"),
        publie("StockUniteLegaleHistorique_utf8.parquet"),
        publie("dessin.pdf", title="Dessin du fichier StockEtablissement", format="pdf"),
    ]
    geolocalisation = [publie("GeolocalisationEtablissement_utf8.zip", checksum=None, filesize=None)]
    with servir(catalogue(sirene, geolocalisation)) as serveur:
        trouvees = ressources(adresse=serveur.adresse)
    assert [d.chemin for d in serveur.demandes] == [f"/datasets/{j}/" for j in (JEU_SIRENE, JEU_GEOLOCALISATION)]
    assert [(r.sorte, r.nom, r.modifiee_le, r.empreinte) for r in trouvees] == [
        ("etablissements", "StockEtablissement_utf8.parquet", "2026-11-01", "sha1:abc"),
        ("unites_legales", "StockUniteLegale_utf8.zip", "2026-11-01", "sha1:abc"),
        ("periodes", "StockEtablissementHistorique_utf8.parquet", "2026-11-01", "sha1:abc"),
        ("geolocalisation", "GeolocalisationEtablissement_utf8.zip", "2026-11-01", ""),
    ]
    assert manquantes(trouvees) == ["liens de succession (StockEtablissementLiensSuccession)"]


@pytest.mark.parametrize(
    ("repondre", "message"),
    [
        (catalogue([publie("StockUniteLegale_utf8.zip")]), "ne propose plus de fichier StockEtablissement"),
        (lambda d: Reponse(b"{}", 404), "répond 404 pour le jeu"),
        (lambda d: Reponse(b"<html>"), "autre chose que du JSON"),
        (lambda d: Reponse(b"[1]"), "ne propose plus de fichier StockEtablissement"),
    ],
)
def test_un_catalogue_inutilisable_est_dit(repondre, message):
    with servir(repondre) as serveur, pytest.raises(TelechargementImpossible, match=message):
        ressources(adresse=serveur.adresse)


def test_hors_ligne_ou_adresse_fautive_le_message_dit_quoi_faire():
    with servir(lambda d: Reponse()) as serveur:
        adresse = serveur.adresse
    with pytest.raises(TelechargementImpossible, match="d'un autre poste"):
        ressources(adresse=adresse)
    with pytest.raises(TelechargementImpossible, match="TISSU_DATAGOUV_ADRESSE est mal écrite"):
        ressources(adresse="www.data.gouv.fr/api/1")


def test_un_telechargement_coupe_reprend_ou_il_en_etait(tmp_path):
    def repondre(demande: Demande) -> Reponse:
        depart = demande.entetes.get("range")
        if depart is None:
            return Reponse(CONTENU[:4000], annonce=len(CONTENU))
        debut = int(depart.removeprefix("bytes=").removesuffix("-"))
        return Reponse(CONTENU[debut:], 206)

    suivis: list[tuple[int, int | None]] = []
    with servir(repondre) as serveur:
        fichier = obtenir(serveur, tmp_path, dire=lambda recus, total: suivis.append((recus, total)))
    assert fichier.read_bytes() == CONTENU
    assert [d.entetes.get("range") for d in serveur.demandes] == [None, "bytes=4000-"]
    assert suivis[-1] == (len(CONTENU), len(CONTENU))
    assert sorted(f.name for f in tmp_path.iterdir()) == ["StockEtablissement_utf8.zip"]


def test_un_serveur_qui_ne_sait_pas_reprendre_fait_recommencer(tmp_path):
    (tmp_path / "StockEtablissement_utf8.zip.partiel").write_bytes(b"debut")
    with servir(lambda d: Reponse(CONTENU)) as serveur:
        assert obtenir(serveur, tmp_path).read_bytes() == CONTENU


def test_une_empreinte_fausse_est_refusee_et_la_partie_recue_effacee(tmp_path):
    with servir(lambda d: Reponse(CONTENU)) as serveur, pytest.raises(TelechargementImpossible, match="arrivé abîmé"):
        obtenir(serveur, tmp_path, "sha1:" + "0" * 40)
    assert list(tmp_path.iterdir()) == []


def test_un_fichier_deja_juste_n_est_pas_redemande(tmp_path):
    (tmp_path / "StockEtablissement_utf8.zip").write_bytes(CONTENU)
    with servir(lambda d: Reponse(statut=500)) as serveur:
        obtenir(serveur, tmp_path)
    assert serveur.demandes == []


def test_un_serveur_qui_coupe_toujours_finit_par_le_dire(tmp_path):
    with (
        servir(lambda d: Reponse(b"", 206 if d.entetes.get("range") else 200, annonce=len(CONTENU))) as serveur,
        pytest.raises(TelechargementImpossible, match="coupé 4 fois"),
    ):
        obtenir(serveur, tmp_path)


def test_un_debut_d_une_autre_edition_fait_recommencer_une_fois(tmp_path):
    """Sans étiquette pour le voir d'avance, c'est l'empreinte qui le montre."""
    (tmp_path / "StockEtablissement_utf8.zip.partiel").write_bytes(b"x" * 4000)

    def repondre(demande: Demande) -> Reponse:
        depart = demande.entetes.get("range")
        return Reponse(CONTENU[4000:], 206) if depart else Reponse(CONTENU)

    with servir(repondre) as serveur:
        assert obtenir(serveur, tmp_path).read_bytes() == CONTENU
    assert [d.entetes.get("range") for d in serveur.demandes] == ["bytes=4000-", None]


def test_sans_empreinte_une_reprise_exige_la_meme_edition(tmp_path):
    reponses = [
        Reponse(CONTENU[:4000], entetes={"ETag": '"octobre"'}, annonce=len(CONTENU)),
        Reponse(CONTENU, entetes={"ETag": '"novembre"', "Last-Modified": "Sun, 01 Nov 2026 06:00:00 GMT"}),
    ]
    with servir(lambda d: reponses.pop(0)) as serveur:
        assert obtenir(serveur, tmp_path, "").read_bytes() == CONTENU
    assert [d.entetes.get("if-range") for d in serveur.demandes] == [None, '"octobre"']
    entetes = {"Last-Modified": "Sun, 01 Nov 2026 06:00:00 GMT"}
    with servir(lambda d: Reponse(CONTENU, entetes=entetes)) as serveur:
        obtenir(serveur, tmp_path, "")
    assert [d.methode for d in serveur.demandes] == ["HEAD"]
    assert sorted(f.name for f in tmp_path.iterdir()) == ["StockEtablissement_utf8.zip"]


def test_une_panne_passagere_est_patientee_un_refus_est_dit(tmp_path):
    reponses, attentes = [Reponse(b"", 503), Reponse(CONTENU)], []
    with servir(lambda d: reponses.pop(0)) as serveur:
        telecharger(ressource(serveur.adresse), tmp_path, attendre=attentes.append)
    assert attentes == [2.0]
    with (
        servir(lambda d: Reponse(b"", 403)) as serveur,
        pytest.raises(TelechargementImpossible, match="le serveur répond 403"),
    ):
        obtenir(serveur, tmp_path / "autre")


def test_un_disque_trop_petit_est_dit_avant_d_ecrire(tmp_path, monkeypatch):
    libre = shutil.disk_usage(tmp_path)._replace(free=200_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda dossier: libre)
    with (
        servir(lambda d: Reponse(CONTENU)) as serveur,
        pytest.raises(TelechargementImpossible, match="Libérez de la place"),
    ):
        obtenir(serveur, tmp_path)
    assert not (tmp_path / "StockEtablissement_utf8.zip").exists()


def test_un_dossier_ou_l_on_ne_peut_pas_ecrire_est_dit(tmp_path):
    (tmp_path / "fichier").write_text("")
    with (
        servir(lambda d: Reponse(CONTENU)) as serveur,
        pytest.raises(TelechargementImpossible, match="ne peut s'écrire dans"),
    ):
        obtenir(serveur, tmp_path / "fichier" / "dossier")


def test_la_commande_telecharge_dit_ce_qui_manque_et_ne_redemande_rien(tmp_path, monkeypatch):
    def repondre(demande: Demande) -> Reponse:
        if demande.chemin.endswith(".zip"):
            return Reponse(CONTENU)
        somme = {"type": "sha1", "value": SHA1.removeprefix("sha1:")}
        adresse = f"http://{demande.entetes['host']}/StockEtablissement_utf8.zip"
        return catalogue([publie("", url=adresse, checksum=somme, filesize=len(CONTENU))])(demande)

    with servir(repondre) as serveur:
        monkeypatch.setenv("TISSU_DATAGOUV_ADRESSE", serveur.adresse)
        for attendu in (1, 1):
            sortie = StringIO()
            call_command("sirene", "telecharger", str(tmp_path), stdout=sortie)
            assert [d.chemin for d in serveur.demandes].count("/StockEtablissement_utf8.zip") == attendu
    assert "Non publié sur data.gouv.fr : unités légales" in sortie.getvalue()
    assert f"Fichiers prêts : tissu sirene importer {tmp_path}" in sortie.getvalue()
    with pytest.raises(CommandError, match=r"data\.gouv\.fr ne répond pas"):
        call_command("sirene", "telecharger", str(tmp_path), stdout=StringIO())


def test_l_ign_rend_les_communes_demandees():
    carre = {"type": "Polygon", "coordinates": [[[5, 47], [5.1, 47], [5.1, 47.1], [5, 47]]]}
    entites = [{"type": "Feature", "properties": {"code_insee": "21231", "nom_officiel": "Dijon"}, "geometry": carre}]
    contenu = json.dumps({"type": "FeatureCollection", "features": entites}).encode()
    with servir(lambda d: Reponse(contenu)) as serveur:
        collection = ign.contours_des_communes(["21231"], adresse=serveur.adresse)
        assert collection["features"][0]["properties"] == {
            "code": "21231", "nom": "Dijon", "type": "commune", "commune": "21231", "source": "IGN Admin Express",
        }  # fmt: skip
        assert serveur.demandes[0].parametres["CQL_FILTER"] == "code_insee IN ('21231')"
        with pytest.raises(ign.ServiceInjoignable, match=r"ne connaît pas 1.commune : 21999"):
            ign.contours_des_communes(["21231", "21999"], adresse=serveur.adresse)


@pytest.mark.parametrize(
    ("reponse", "message"), [(Reponse(statut=500), "l'erreur 500"), (Reponse(b"<x>"), "du GeoJSON")]
)
def test_un_service_de_l_ign_en_panne_est_dit(reponse, message):
    with servir(lambda d: reponse) as serveur, pytest.raises(ign.ServiceInjoignable, match=message):
        ign.contours_des_communes(["21231"], adresse=serveur.adresse)
