"""Les versions du registre : absentes, publiées d'un coup, lues pendant qu'on les remplace."""

import threading
from datetime import datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from tissu.entrepot import moteur
from tissu.entrepot.instantane import RegistreAbsent, chantier, courant, designer
from tissu.entrepot.verrou import EcritureEnCours, ecriture

DEBUT = datetime(2026, 11, 1, 8)  # noqa: DTZ001 - l'heure d'une version n'est qu'un nom


def publier(rang, lignes=50):
    sirets = [f"{n:014d}" for n in range(lignes)]
    with chantier(DEBUT + timedelta(days=rang)) as version:
        tables = version.exposer({"brut": pa.table({"siret": sirets, "rang": [rang] * lignes})})
        assert version.ecrire("etablissements", tables["brut"], ("siret",)) == lignes
        return version.publier({"source_au": "2026-10-31", "comptes": {"etablissements": lignes}})


def rangs(instantane):
    table = instantane.table("etablissements")
    return instantane.executer(table.group_by("rang").agg(n=table.count()))


def test_sans_import_le_registre_dit_comment_commencer():
    with pytest.raises(RegistreAbsent, match="tissu sirene importer DOSSIER"):
        courant()


def test_une_version_publiee_devient_la_courante():
    publier(1)
    assert courant().manifeste["version"] == "20261102T080000"
    assert rangs(courant()) == [{"rang": 1, "n": 50}]
    assert courant().lignes("etablissements", "siret", ["00000000000007"]) == [{"siret": "00000000000007", "rang": 1}]
    assert courant().lignes("etablissements", "siret", []) == []


def test_un_chantier_abandonne_ne_laisse_rien(donnees):
    publier(1)
    with pytest.raises(ZeroDivisionError), chantier(DEBUT) as version:
        version.ecrire("etablissements", version.exposer({"brut": pa.table({"siret": ["1"]})})["brut"])
        raise ZeroDivisionError
    assert [c.name for c in (donnees / "registre" / "versions").iterdir()] == ["20261102T080000"]
    assert rangs(courant()) == [{"rang": 1, "n": 50}]


def test_trois_versions_sont_gardees_et_l_on_peut_revenir_en_arriere(donnees):
    for rang in range(1, 6):
        publier(rang)
    versions = sorted(c.name for c in (donnees / "registre" / "versions").iterdir())
    assert versions == ["20261104T080000", "20261105T080000", "20261106T080000"]
    designer("20261104T080000")
    assert rangs(courant()) == [{"rang": 3, "n": 50}]


def test_une_lecture_commencee_sur_une_version_s_y_acheve():
    ancienne = publier(1)
    assert rangs(ancienne) == [{"rang": 1, "n": 50}]
    publier(2)
    assert rangs(ancienne) == [{"rang": 1, "n": 50}]
    assert rangs(courant()) == [{"rang": 2, "n": 50}]


def test_des_lectures_de_plusieurs_fils_pendant_les_publications_ne_voient_jamais_de_melange():
    publier(0)
    fautes, fini = [], threading.Event()

    def lire():
        while not fini.is_set():
            try:
                vues = rangs(courant())
                if len(vues) != 1 or vues[0]["n"] != 50:
                    fautes.append(vues)
            except Exception as erreur:
                fautes.append(erreur)

    fils = [threading.Thread(target=lire) for _ in range(4)]
    for fil in fils:
        fil.start()
    for rang in range(1, 4):
        publier(rang)
    fini.set()
    for fil in fils:
        fil.join()
    assert fautes == []


def test_une_version_sans_sa_copie_indexee_se_lit_quand_meme():
    instantane = publier(1)
    (instantane.chemin / moteur.BASE_DE_LECTURE).unlink()
    assert rangs(instantane) == [{"rang": 1, "n": 50}]


def test_la_meme_expression_n_est_traduite_qu_une_fois(monkeypatch):
    table = ibis.table({"siret": "string"}, name="une_table_jamais_vue")
    premiere = moteur.compiler(table.filter(table.siret == "1"))
    monkeypatch.setattr(ibis, "to_sql", lambda *a, **k: pytest.fail("traduite deux fois"))
    assert moteur.compiler(table.filter(table.siret == "1")) == premiere


def test_un_seul_ecrivain_a_la_fois():
    with ecriture(), pytest.raises(EcritureEnCours, match="Un autre import est en cours"), ecriture():
        pass
    with ecriture():
        pass
