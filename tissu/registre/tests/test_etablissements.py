"""Établissements composés : fichiers incomplets, activité, noms, corrections, positions."""

from datetime import date
from decimal import Decimal

import pytest

from tissu.registre.croisements import SCHEMAS, SORTIES, Contexte
from tissu.registre.tests.fabrique import CONTEXTE, SOURCE_AU, composer, etablissement, par, periode, unite

# --- Fichiers incomplets ---


def test_sans_historique_la_periode_courante_suffit():
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011", dateCreationEtablissement=None, dateDebut="2019-04-01"),
            etablissement("00000000100011", dateDebut="1900-01-01", dateCreationEtablissement="1900-01-01"),
        ]
    )
    assert [(p["siret"], p["date_debut"], p["date_fin"], p["etat"]) for p in tables["periodes"]] == [
        ("00000000000011", date(2019, 4, 1), None, "A"),
        ("00000000100011", None, None, "A"),
    ]
    premier, second = tables["etablissements"]
    assert (premier["date_creation"], second["date_creation"]) == (date(2019, 4, 1), None)
    assert [(e["siret"], e["type"], e["date_effet"]) for e in tables["evenements"]] == [
        ("00000000000011", "creation_pure", date(2019, 4, 1))
    ]


def test_une_periode_courante_plus_recente_que_l_historique_s_ajoute():
    siret = "00000000000011"
    tables = composer(
        sirene_etablissements=[etablissement(siret, dateDebut="2026-10-01", etatAdministratifEtablissement="F")],
        sirene_historique=[periode(siret, "2015-03-02", "A")],
    )
    assert [(p["date_debut"], p["date_fin"], p["etat"], p["changement_etat"]) for p in tables["periodes"]] == [
        (date(2015, 3, 2), date(2026, 9, 30), "A", False),
        (date(2026, 10, 1), None, "F", True),
    ]
    assert tables["etablissements"][0]["date_fermeture"] == date(2026, 10, 1)


def test_colonnes_exactes_meme_sans_rien():
    tables = composer(
        sirene_etablissements=[
            {"siret": "00000000000011", "codeCommuneEtablissement": "21231", "dateDebut": "2020-01-01"}
        ]
    )
    assert set(SCHEMAS) == set(SORTIES)
    ligne = tables["etablissements"][0]
    assert list(ligne) == list(SCHEMAS["etablissements"])
    assert (ligne["etat"], ligne["siege"], ligne["corrections"], ligne["site_cci"]) == (None, None, [], False)
    assert list(tables["evenements"][0]) == list(SCHEMAS["evenements"])


def test_les_etablissements_hors_du_territoire_ne_sont_que_dans_leur_table():
    siret = "00000000000029"
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011"),
            etablissement(siret, codeCommuneEtablissement="69384"),
        ],
        sirene_historique=[periode(siret, "2018-01-01", "A"), periode(siret, "2020-01-01", "F")],
    )
    assert [ligne["siret"] for ligne in tables["etablissements"]] == ["00000000000011"]
    assert {ligne["siret"] for ligne in tables["periodes"]} == {"00000000000011"}
    assert tables["etablissements_hors"] == [
        {
            "siret": siret, "siren": "000000000", "etat": "F", "date_premiere": date(2018, 1, 1),
            "date_fermeture": date(2020, 1, 1), "naf": "62.01Z",
        }
    ]  # fmt: skip


# --- Activité, noms, corrections, positions ---


def test_les_agregats_ne_valent_que_pour_la_naf_rev2():
    tables = composer(
        sirene_etablissements=[
            etablissement(f"{rang:09d}00011", activitePrincipaleEtablissement=code,
                          nomenclatureActivitePrincipaleEtablissement=nomenclature)
            for rang, (code, nomenclature) in enumerate(
                [("62.01Z", "NAFRev2"), ("62.01Z", "NAF2025"), ("62.01Z", "NAF1993"), ("62.01Z", None),
                 ("6201Z", "NAFRev2"), ("72.2C", "NAFRev1")]
            )
        ]
    )  # fmt: skip
    lus = sorted((e["siret"], e["section"], e["division"], e["a10"]) for e in tables["etablissements"])
    assert [valeurs[1:] for valeurs in lus] == [
        ("J", "62", "JZ"),
        *[(None, None, None)] * 3,
        ("J", "62", "JZ"),
        (None, None, None),
    ]


def test_une_nomenclature_2025_a_ses_propres_agregats():
    """En 2027, le même code change de section : chaque nomenclature garde la sienne."""
    naf = [
        {"code": "62.01Z", "nomenclature": "NAFRev2", "section": "J", "division": "62"},
        {"code": "62.01Z", "nomenclature": "NAF2025", "section": "K", "division": "62"},
    ]
    tables = composer(
        naf=naf,
        sirene_etablissements=[
            etablissement("00000000000011", activitePrincipaleNAF25Etablissement="62.10Y"),
            etablissement("00000000100011", nomenclatureActivitePrincipaleEtablissement="NAF2025"),
        ],
    )
    lus = par(tables["etablissements"], "siret")
    assert [(e["section"], e["naf25"]) for _, e in sorted(lus.items())] == [("J", "62.10Y"), ("K", None)]


def test_agregats_reduits_aux_divisions():
    tables = composer(
        naf=[{"code": "62", "section": "J", "division": "62", "a10": "JZ"}],
        sirene_etablissements=[etablissement("00000000000011")],
    )
    ligne = tables["etablissements"][0]
    assert (ligne["section"], ligne["division"], ligne["a10"], ligne["a138"]) == ("J", "62", "JZ", None)


def test_nom():
    personne = {"denominationUniteLegale": None, "categorieJuridiqueUniteLegale": "1000", "nomUniteLegale": "Durand"}
    cas = [
        ({"denominationUniteLegale": "LA SOCIETE"}, "LA SOCIETE"),
        ({"denominationUniteLegale": None, "denominationUsuelle1UniteLegale": "USUELLE"}, "USUELLE"),
        (personne | {"prenom1UniteLegale": "MARIE", "prenomUsuelUniteLegale": "ANNE-LISE"}, "Anne-Lise DURAND"),
        (personne | {"prenom1UniteLegale": "MARIE", "nomUsageUniteLegale": "LE GOFF"}, "Marie LE GOFF"),
        (personne, "DURAND"),
        ({"denominationUniteLegale": None}, "LE NOM USUEL"),
    ]
    sirens = [f"{rang:09d}" for rang in range(len(cas))]
    tables = composer(
        sirene_etablissements=[etablissement(f"{siren}00011") for siren in sirens],
        sirene_unites_legales=[unite(siren, **champs) for siren, (champs, _) in zip(sirens, cas, strict=True)],
    )
    etablissements = par(tables["etablissements"], "siren")
    assert [etablissements[siren]["nom"] for siren in sirens] == [nom for _, nom in cas]
    unites = par(tables["unites_legales"], "siren")
    assert [unites[siren]["nom"] for siren in sirens] == [nom for _, nom in cas[:-1]] + [None]


def test_corrections():
    siret, protege = "00000000000011", "00000000100011"
    tables = composer(
        sirene_etablissements=[etablissement(siret), etablissement(protege, statutDiffusionEtablissement="P")],
        corrections=[
            {"siret": siret, "champ": "enseigne", "valeur": "AU BON COIN"},
            {"siret": siret, "champ": "naf", "valeur": "56.10A"},
            {"siret": siret, "champ": "lon", "valeur": "5.01"},
            {"siret": siret, "champ": "lat", "valeur": "47.30"},
            {"siret": siret, "champ": "denomination_usuelle", "valeur": ""},
            {"siret": siret, "champ": "siren", "valeur": "999999999"},
            {"siret": protege, "champ": "lon", "valeur": "5.01"},
            {"siret": protege, "champ": "lat", "valeur": "47.30"},
        ],
    )
    lignes = par(tables["etablissements"], "siret")
    corrige = lignes[siret]
    assert (corrige["enseigne"], corrige["naf"], corrige["section"]) == ("AU BON COIN", "56.10A", "I")
    assert (corrige["lon"], corrige["lat"], corrige["origine_position"]) == (5.01, 47.30, "correction")
    assert (corrige["denomination_usuelle"], corrige["siren"]) == (None, "000000000")
    assert corrige["corrections"] == ["denomination_usuelle", "enseigne", "lat", "lon", "naf"]
    assert (lignes[protege]["lon"], lignes[protege]["origine_position"]) == (None, None)


def test_le_point_de_l_insee_prime_et_le_point_au_hasard_ne_compte_pas():
    sirets = [f"{rang:09d}00011" for rang in range(3)]
    tables = composer(
        sirene_etablissements=[etablissement(siret) for siret in sirets[:2]]
        + [etablissement(sirets[2], coordonneeLambertAbscisseEtablissement=None)],
        sirene_geolocalisation=[
            {"siret": sirets[0], "qualite_xy": "11", "x_longitude": "5.01", "y_latitude": "47.30"},
            {"siret": sirets[1], "qualite_xy": "33", "x_longitude": "5.90", "y_latitude": "47.90"},
            {"siret": sirets[2], "qualite_xy": "33", "x_longitude": "5.90", "y_latitude": "47.90"},
        ],
    )
    lignes = par(tables["etablissements"], "siret")
    assert [lignes[siret]["origine_position"] for siret in sirets] == ["geolocalisation_insee", "lambert_sirene", None]
    assert [lignes[siret]["qualite_xy"] for siret in sirets] == ["11", None, None]
    assert (lignes[sirets[0]]["lon"], lignes[sirets[2]]["lon"]) == (5.01, None)
    assert (round(lignes[sirets[1]]["lon"], 2), round(lignes[sirets[1]]["lat"], 2)) == (5.04, 47.32)


def test_effectifs_avec_leur_annee_ou_sans():
    tranches = [("53", "2024"), ("NN", None), ("21", None), (None, "2024"), ("12", "2022.0")]
    sirets = [f"{rang:09d}00011" for rang in range(len(tranches))]
    tables = composer(
        sirene_etablissements=[
            etablissement(siret, trancheEffectifsEtablissement=code, anneeEffectifsEtablissement=annee)
            for siret, (code, annee) in zip(sirets, tranches, strict=True)
        ],
        consulaire=[
            {"siret": sirets[1], "effectif": "23", "effectif_date": "2026-09-15", "chiffre_affaires_eur": "1250000.50"}
        ],
    )
    lignes = par(tables["etablissements"], "siret")
    assert [(lignes[siret]["tranche_effectif"], lignes[siret]["annee_effectif"]) for siret in sirets] == [
        ("53", 2024),
        ("NN", None),
        ("21", None),
        (None, 2024),
        ("12", 2022),
    ]
    declare = lignes[sirets[1]]
    assert (declare["effectif_cci"], declare["effectif_cci_date"], declare["site_cci"]) == (23, date(2026, 9, 15), True)
    assert declare["chiffre_affaires_eur"] == Decimal("1250000.50")
    assert {lignes[siret]["site_cci"] for siret in sirets if siret != sirets[1]} == {False}


def test_siege_deduit_de_l_unite():
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011", etablissementSiege=None),
            etablissement("00000000000029", etablissementSiege=None),
        ],
        sirene_unites_legales=[unite("000000000", nicSiegeUniteLegale="00029")],
    )
    assert {e["siret"]: e["siege"] for e in tables["etablissements"]} == {
        "00000000000011": False,
        "00000000000029": True,
    }


@pytest.mark.django_db
def test_contexte_aux_reglages_du_jour():
    contexte = Contexte.du_territoire(communes=CONTEXTE.communes, source_au=SOURCE_AU, adresses_connues=True)
    assert contexte == CONTEXTE
