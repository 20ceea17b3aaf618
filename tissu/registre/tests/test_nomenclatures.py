"""Nomenclatures : les mots de l'Insee, chacun dans sa version."""

import csv
import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tissu.registre import nomenclatures
from tissu.registre.nomenclatures import magasin, officiels
from tissu.registre.nomenclatures.colonnes import COLONNES

LE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def donnees_neuves(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    magasin._garde.clear()
    yield
    magasin._garde.clear()


def _ecrire(dossier: Path, nom: str, texte: str, encodage: str = "utf-8") -> Path:
    fichier = dossier / nom
    fichier.write_text(texte, encoding=encodage)
    return fichier


NAF_2025 = "niv5,niv4,niv3,niv2,niv1,niv1_libelle,niv5_libelle\n" + "".join(
    f"{n:02}.00Y,{n:02}.00,{n:02}.0,{n:02},{chr(64 + n)},SECTION {n},Activité {n}\n" for n in range(1, 23)
)


def test_un_code_se_lit_avec_ou_sans_point_et_a_tous_les_niveaux():
    assert nomenclatures.libelle_naf("6201Z") == nomenclatures.libelle_naf("62.01Z") == "Programmation informatique"
    assert nomenclatures.niveaux("6201Z")[0] == ("J", "Information et communication")
    assert [code for code, _ in nomenclatures.niveaux("62.01Z")] == ["J", "62", "62.0", "62.01", "62.01Z"]


def test_un_code_d_une_autre_version_n_emprunte_jamais_de_libelle():
    assert nomenclatures.libelle_naf("62.01Z", "NAF1993") == "code 62.01Z de la NAF 1993"
    assert nomenclatures.libelle_naf("62.10Y", "NAF2025") == "code 62.10Y de la NAF 2025"
    assert nomenclatures.libelle_naf("00.00Z") == "Activité non encore attribuée"
    assert nomenclatures.libelle_naf(None) == "Activité inconnue"


def test_la_naf_2025_importee_libelle_ses_codes_et_eux_seuls(tmp_path):
    officiels.importer(_ecrire(tmp_path, "naf2025.csv", NAF_2025), le=LE)
    assert nomenclatures.libelle_naf("01.00Y", "NAF2025") == "Activité 1"
    assert nomenclatures.libelle_naf("62.01Z", "NAF2025") == "code 62.01Z de la NAF 2025"
    assert nomenclatures.libelle_naf("62.01Z") == "Programmation informatique"
    assert nomenclatures.niveaux("22.00Y", "NAF2025")[0] == ("V", "SECTION 22")


def test_la_naf_2025_entre_en_vigueur_le_premier_janvier_2027():
    assert nomenclatures.naf_en_vigueur(date(2026, 12, 31)) == nomenclatures.NAF_REV2
    assert nomenclatures.naf_en_vigueur(date(2027, 1, 1)) == nomenclatures.NAF_2025


def test_la_table_des_agregations_a_une_ligne_par_sous_classe():
    table = nomenclatures.table_agregations()
    assert table.column_names == list(COLONNES)
    assert table.num_rows == 732
    ligne = next(ligne for ligne in table.to_pylist() if ligne["code"] == "62.01Z")
    assert ligne == {
        "code": "62.01Z", "section": "J", "division": "62", "a5": "GU", "a10": "JZ", "a17": "JZ", "a38": "JC",
        "a64": "JC0", "a88": "62", "a129": "J62Z", "a138": "GJ62Z",
    }  # fmt: skip


def test_notre_petite_table_range_les_divisions_comme_l_insee():
    for ligne in nomenclatures.table_agregations().to_pylist():
        notres = magasin.agregats_de_division(ligne["division"])
        assert {n: ligne[n] for n in ("a5", "a10", "a17", "a38", "a64", "a88")} == {
            n: notres[n] for n in ("a5", "a10", "a17", "a38", "a64", "a88")
        }


def test_sans_les_donnees_de_l_insee_rien_n_est_vide(monkeypatch):
    from tissu.registre.nomenclatures import libelles

    monkeypatch.setattr(libelles, "insee", lambda: None)
    libelles._libelles_sans_import.cache_clear()
    libelles.table_agregations.cache_clear()
    try:
        assert libelles.libelle_naf("62.01Z") == "Informatique"
        assert libelles.libelle_naf("J") == "Numérique, médias et télécommunications"
        assert libelles.table_agregations().num_rows == 88
        assert (
            libelles.libelle_agregat("a10", "FZ") == "Construction de bâtiments, Travaux publics, Métiers du bâtiment"
        )
        assert libelles.code_connu("62.01Z")
        assert not libelles.code_connu("04.01Z")
    finally:
        libelles._libelles_sans_import.cache_clear()
        libelles.table_agregations.cache_clear()


def test_les_formes_juridiques_descendent_du_precis_au_general():
    assert nomenclatures.libelle_categorie_juridique("5710") == "Société par actions simplifiée (SAS)"
    assert nomenclatures.libelle_categorie_juridique("7389") == "Établissement public administratif"
    assert nomenclatures.libelle_categorie_juridique("4999") == "Établissement public commercial"
    assert nomenclatures.libelle_categorie_juridique("") == "Forme juridique inconnue"


def test_un_dossier_de_fichiers_officiels_s_importe_en_une_commande(tmp_path):
    dossier = tmp_path / "officiels"
    dossier.mkdir()
    _ecrire(dossier, "cj.csv", "code;libelle\n5710;SAS, société par actions simplifiée\n", "cp1252")
    _ecrire(dossier, "tranches.json", json.dumps({"NN": "Pas de salarié", "21": "De 50 à 99"}))
    _ecrire(
        dossier,
        "pays.json",
        json.dumps([{"model": "x", "pk": 1, "fields": {"code": 109, "name": "ALLEMAGNE", "department": 99}}]),
    )
    sortie = StringIO()
    call_command("nomenclatures", "importer", str(dossier), stdout=sortie)
    assert sortie.getvalue().count("codes.") == 3
    assert nomenclatures.libelle_categorie_juridique("5710") == "SAS, société par actions simplifiée"
    assert nomenclatures.libelle_tranche("21") == "De 50 à 99"
    assert nomenclatures.libelle_tranche("53") == "10\u202f000 salariés et plus"
    assert nomenclatures.libelle_pays("109") == "ALLEMAGNE"


@pytest.mark.parametrize(
    ("nom", "texte", "message"),
    [
        ("x.csv", "a,b\n1,2\n", "« x.csv » n'est pas reconnu (colonnes : a, b)"),
        ("x.json", "{", "« x.json » est abîmé"),
        ("x.json", '{"NN": "rien", "99": "?"}', "tranches inconnues 99"),
        ("x.json", '{"abc": "rien"}', "ni des catégories juridiques"),
        ("x.csv", "code,libelle\n", "n'est pas reconnu"),
    ],
)
def test_un_fichier_faux_est_nomme_et_rien_n_est_range(tmp_path, nom, texte, message):
    with pytest.raises(CommandError) as refus:
        call_command("nomenclatures", "importer", str(_ecrire(tmp_path, nom, texte)))
    assert message in str(refus.value)
    assert not magasin.dossier_nomenclatures().exists()


OFFICIELLES = Path(__file__).parents[4] / "shared" / "data" / "nomenclatures"


@pytest.mark.donnees_reelles
@pytest.mark.skipif(not OFFICIELLES.is_dir(), reason="les nomenclatures partagées ne sont pas sur ce poste")
def test_les_libelles_egalent_ceux_des_fichiers_officiels():
    with (OFFICIELLES / "naf_rev2_5_niveaux.csv").open(encoding="utf-8-sig", newline="") as flux:
        officielles = {ligne["NIV5"]: ligne["NIV5 - Libellé"] for ligne in csv.DictReader(flux)}
    assert {code: nomenclatures.libelle_naf(code) for code in officielles} == officielles
    lues = {n.sorte: n for n in officiels.importer(OFFICIELLES, le=LE)}
    assert set(lues) == set(magasin.SORTES)
    assert len(lues["naf_2025"].libelles) > 740
    assert nomenclatures.libelle_categorie_juridique("1000") == "Entrepreneur individuel"
    assert nomenclatures.libelle_pays("99109") == "ALLEMAGNE"
