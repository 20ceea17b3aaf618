"""Téléchargements : trouver, reprendre, vérifier. Et les contours demandés à l'IGN."""

import hashlib
import json

import pytest

from tissu.registre.sources import ign
from tissu.registre.sources.telechargements import Ressource, TelechargementImpossible, ressources, telecharger
from tissu.registre.tests.serveur_local import Demande, Reponse, servir

CONTENU = bytes(range(256)) * 40
SHA1 = "sha1:" + hashlib.sha1(CONTENU).hexdigest()


def ressource(adresse: str, empreinte: str = SHA1) -> Ressource:
    return Ressource("etablissements", "StockEtablissement_utf8.zip", f"{adresse}/f.zip", len(CONTENU), empreinte, "")


def test_le_catalogue_donne_le_dernier_fichier_de_chaque_sorte_et_prefere_le_parquet():
    def brut(nom: str, modifie: str = "2026-11-01") -> dict:
        somme = {"type": "sha1", "value": "abc"}
        return {"url": f"https://x.example/{nom}", "filesize": 3, "checksum": somme, "last_modified": modifie}

    jeu = {
        "resources": [
            brut("StockEtablissement_utf8.zip"),
            brut("StockEtablissement_utf8.parquet"),
            brut("StockUniteLegale_utf8.zip", "2026-10-01"),
            brut("StockUniteLegale_utf8.zip?v=2", "2026-11-01"),
            brut("dessin.pdf"),
        ]
    }
    with servir(lambda d: Reponse(json.dumps(jeu).encode())) as serveur:
        trouvees = ressources(catalogue=serveur.adresse, jeux=["base-sirene"])
    assert serveur.demandes[0].chemin == "/base-sirene/"
    assert [(r.sorte, r.nom, r.modifiee_le) for r in trouvees] == [
        ("etablissements", "StockEtablissement_utf8.parquet", "2026-11-01"),
        ("unites_legales", "StockUniteLegale_utf8.zip", "2026-11-01"),
    ]


def test_hors_ligne_le_message_dit_quoi_faire():
    with servir(lambda d: Reponse()) as serveur:
        adresse = serveur.adresse
    with pytest.raises(TelechargementImpossible, match="d'un autre poste"):
        ressources(catalogue=adresse, jeux=["x"])


def test_un_telechargement_coupe_reprend_ou_il_en_etait(tmp_path):
    def repondre(demande: Demande) -> Reponse:
        depart = demande.entetes.get("range")
        if depart is None:
            return Reponse(CONTENU[:4000], annonce=len(CONTENU))
        debut = int(depart.removeprefix("bytes=").removesuffix("-"))
        return Reponse(CONTENU[debut:], 206)

    suivis: list[int] = []
    with servir(repondre) as serveur:
        fichier = telecharger(ressource(serveur.adresse), tmp_path, dire=lambda recus, total: suivis.append(recus))
    assert fichier.read_bytes() == CONTENU
    assert [d.entetes.get("range") for d in serveur.demandes] == [None, "bytes=4000-"]
    assert suivis[-1] == len(CONTENU)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["StockEtablissement_utf8.zip"]


def test_un_serveur_qui_ne_sait_pas_reprendre_fait_recommencer(tmp_path):
    (tmp_path / "StockEtablissement_utf8.zip.partiel").write_bytes(b"debut")
    with servir(lambda d: Reponse(CONTENU)) as serveur:
        assert telecharger(ressource(serveur.adresse), tmp_path).read_bytes() == CONTENU


def test_une_empreinte_fausse_est_refusee_et_la_partie_recue_effacee(tmp_path):
    with servir(lambda d: Reponse(CONTENU)) as serveur:
        with pytest.raises(TelechargementImpossible, match="arrivé abîmé"):
            telecharger(ressource(serveur.adresse, "sha1:" + "0" * 40), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_un_fichier_deja_juste_n_est_pas_redemande(tmp_path):
    (tmp_path / "StockEtablissement_utf8.zip").write_bytes(CONTENU)
    with servir(lambda d: Reponse(statut=500)) as serveur:
        telecharger(ressource(serveur.adresse), tmp_path)
    assert serveur.demandes == []


def test_un_serveur_qui_coupe_toujours_finit_par_le_dire(tmp_path):
    with servir(lambda d: Reponse(b"", 206 if d.entetes.get("range") else 200, annonce=len(CONTENU))) as serveur:
        with pytest.raises(TelechargementImpossible, match="coupé 4 fois"):
            telecharger(ressource(serveur.adresse), tmp_path)


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
        with pytest.raises(ign.ServiceInjoignable, match="ne connaît pas 1.commune : 21999"):
            ign.contours_des_communes(["21231", "21999"], adresse=serveur.adresse)


@pytest.mark.parametrize(("reponse", "message"), [(Reponse(statut=500), "l'erreur 500"), (Reponse(b"<x>"), "du GeoJSON")])
def test_un_service_de_l_ign_en_panne_est_dit(reponse, message):
    with servir(lambda d: reponse) as serveur, pytest.raises(ign.ServiceInjoignable, match=message):
        ign.contours_des_communes(["21231"], adresse=serveur.adresse)
