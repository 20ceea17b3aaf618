"""Sources : lecture tolérante des colonnes officielles, projection, annonces du BODACC."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pyproj
import pytest

from tissu.entrepot.moteur import atelier, compiler
from tissu.registre.sources import bodacc, champs, geolocalisation

RACINE = Path(__file__).resolve().parents[3]
DONNEES = Path(os.environ.get("TISSU_DONNEES_REELLES") or RACINE.parent / "shared" / "data")
GANYMEDE = DONNEES / "bodacc" / "bodacc_ods_v1_records_ganymede.json"


def calculer(lignes, composition):
    """Les lignes d'une expression posée sur une table d'une colonne `v` (ou plusieurs, en dictionnaires)."""
    entree = pa.Table.from_pylist(lignes)
    table = ibis.table(ibis.Schema.from_pyarrow(entree.schema), name="entree")
    with atelier() as moteur:
        moteur.register("entree", entree)
        return moteur.execute(compiler(composition(table))).to_arrow_table().to_pylist()


def une_colonne(valeurs, lecture):
    lignes = calculer([{"v": valeur} for valeur in valeurs], lambda table: table.select(lu=lecture(table, "v")))
    return [ligne["lu"] for ligne in lignes]


# --- Champs ---


def test_texte():
    valeurs = ["  RUE ", "", " ", "[ND]", "[NON-DIFFUSIBLE]", None, "[ND] et suite"]
    assert une_colonne(valeurs, champs.texte) == ["RUE", None, None, None, None, None, "[ND] et suite"]


def test_jour():
    valeurs = ["2024-02-29", "2024-03-30T12:38:46.582", "1900-01-01", "2023-02-30", "hier", "", None]
    assert une_colonne(valeurs, champs.jour) == [date(2024, 2, 29), date(2024, 3, 30), *[None] * 5]


def test_entier():
    assert une_colonne(["2022", "2022.0", "", "x"], champs.entier) == [2022, 2022, None, None]


def test_montant_exact():
    lus = une_colonne(["1250000.50", "0.1", "", "x"], champs.montant)
    assert lus == [Decimal("1250000.50"), Decimal("0.10"), None, None]


def test_booleen():
    valeurs = ["true", "false", "O", "N", "1", "", "peut-être"]
    assert une_colonne(valeurs, champs.booleen) == [True, False, True, False, True, None, None]


def test_une_colonne_absente_est_vide():
    for lecture in (champs.texte, champs.jour, champs.entier, champs.reel, champs.booleen):
        assert calculer([{"v": "x"}], lambda table, lire=lecture: table.select(lu=lire(table, "absente"))) == [
            {"lu": None}
        ]


def test_assembler():
    lignes = [{"a": "12", "b": None, "c": "RUE"}, {"a": None, "b": None, "c": None}]
    lus = calculer(lignes, lambda t: t.select(lu=champs.assembler([t.a.cast("string"), t.b.cast("string"), t.c])))
    assert [ligne["lu"] for ligne in lus] == ["12 RUE", None]


# --- Positions ---


def test_lambert93_comme_proj():
    """Dijon, Lyon, Brest, Nice, Lille, Ajaccio : au décimètre de la bibliothèque de référence."""
    metres = [(854000.0, 6693000.0), (842500.0, 6520000.0), (147000.0, 6839000.0), (1044000.0, 6299000.0),
              (704000.0, 7059000.0), (1176000.0, 6109000.0)]  # fmt: skip
    reference = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)
    lus = calculer(
        [{"x": x, "y": y} for x, y in metres],
        lambda t: geolocalisation.avec_degres(t, "x", "y"),
    )
    assert len(lus) == len(metres)
    for ligne in lus:
        lon, lat = reference.transform(ligne["x"], ligne["y"])
        assert ligne["lon_lambert"] == pytest.approx(lon, abs=1e-6)
        assert ligne["lat_lambert"] == pytest.approx(lat, abs=1e-6)


def test_geolocalisation_en_metres_et_qualite_33():
    noms = ("siret", "qualite_xy", "epsg", "x", "y", "x_longitude", "y_latitude")
    valeurs = [
        ("1", "11", "2154", "854000", "6693000", None, None),
        ("2", "33", "2154", "854000", "6693000", "5.0", "47.3"),
        ("3", "12", "2154", "854000", "6693000", "5.1", "47.4"),
        ("4", "11", "2975", "338000", "7689000", None, None),
    ]
    lignes = [dict(zip(noms, ligne, strict=True)) for ligne in valeurs]
    lus = sorted(calculer(lignes, geolocalisation.geolocalisation), key=lambda ligne: ligne["siret"])
    assert [(ligne["siret"], round(ligne["lon"], 2), round(ligne["lat"], 2)) for ligne in lus] == [
        ("1", 5.04, 47.32),
        ("3", 5.1, 47.4),
    ]


# --- BODACC ---

AVIS = {
    "id": "B20220227446",
    "registre": "880878145,880 878 145",
    "familleavis": "radiation",
    "familleavis_lib": "Radiations",
    "typeavis": "annonce",
    "dateparution": "2022-11-23",
    "tribunal": "GAAAreffe du Tribunal de Commerce de Paris",
}
JUGEMENT = {
    "famille": "Jugement d'ouverture",
    "nature": "Jugement d'ouverture de liquidation judiciaire",
    "date": "2022-11-03",
}
LIQUIDATION, REDRESSEMENT, SAUVEGARDE = "liquidation judiciaire", "redressement judiciaire", "sauvegarde"


def test_radiation():
    assert bodacc.normaliser(AVIS) == {
        "id": "B20220227446",
        "siren": "880878145",
        "famille": "radiation",
        "type_avis": "annonce",
        "date_parution": date(2022, 11, 23),
        "date_effet": None,
        "nature": "Radiations",
        "tribunal": "Greffe du Tribunal de Commerce de Paris",
        "annulee": False,
        "texte": None,
        "evenement": "radiation_rcs",
        "id_precedent": None,
    }
    assert list(bodacc.normaliser(AVIS)) == list(bodacc.SCHEMA)


def test_radiation_d_une_personne_physique_garde_la_date_de_cessation():
    for radiation in (
        {"dateCessationActivitePP": "2022-06-30"},
        {"radiationPP": {"dateCessationActivitePP": "2022-06-30"}},
    ):
        assert bodacc.normaliser(AVIS | {"radiationaurcs": json.dumps(radiation)})["date_effet"] == date(2022, 6, 30)


@pytest.mark.parametrize(
    ("champs_avis", "evenement"),
    [
        ({"radiationaurcs": {"commentaire": "Transfert du siège hors ressort"}}, None),
        ({"typeavis": "rectificatif", "radiationaurcs": {"commentaire": "Rapport de radiation d'office"}}, None),
        ({"typeavis": "rectificatif"}, "radiation_rcs"),
        ({"typeavis": "annulation"}, None),
        ({"familleavis": "dpc"}, None),
    ],
)
def test_ce_qui_est_une_radiation(champs_avis, evenement):
    assert bodacc.normaliser(AVIS | champs_avis)["evenement"] == evenement


@pytest.mark.parametrize(
    ("nature", "complement", "procedure"),
    [
        ("Jugement d'ouverture de liquidation judiciaire", None, LIQUIDATION),
        ("Jugement d'ouverture d'une procédure de redressement judiciaire", None, REDRESSEMENT),
        ("Jugement d'ouverture d'une procédure de sauvegarde accélérée", None, SAUVEGARDE),
        ("Jugement d'extension de liquidation judiciaire", None, LIQUIDATION),
        ("Jugement de conversion en liquidation judiciaire de la procédure de sauvegarde", None, LIQUIDATION),
        ("Jugement de conversion en redressement judiciaire de la procédure de sauvegarde", None, REDRESSEMENT),
        ("Jugement prononçant la résolution du plan de sauvegarde et la liquidation judiciaire", None, LIQUIDATION),
        ("Autre jugement d'ouverture", "Ouverture d'une liquidation judiciaire simplifiée", LIQUIDATION),
        ("Autre jugement d'ouverture", None, None),
        ("Jugement de clôture pour insuffisance d'actif", "liquidation judiciaire", None),
        ("Jugement de clôture de la procédure de sauvegarde", None, None),
        ("Jugement arrêtant le plan de redressement judiciaire", None, None),
        ("Jugement d'ouverture d'une procédure de traitement de sortie de crise", None, None),
        ("Liste des créances nées après le jugement d'ouverture d'une procédure de liquidation judiciaire", None, None),
        ("Dépôt de l'état des créances", None, None),
        (None, None, None),
    ],
)
def test_procedure(nature, complement, procedure):
    assert bodacc.procedure(nature, complement) == procedure


def test_jugement():
    ligne = bodacc.normaliser(
        AVIS
        | {"id": "A1", "familleavis": "collective"}
        | {"jugement": json.dumps(JUGEMENT | {"complementJugement": "Liquidateur : Me Untel."})}
    )
    assert (ligne["evenement"], ligne["date_effet"], ligne["nature"], ligne["texte"]) == (
        "procedure_collective",
        date(2022, 11, 3),
        "Jugement d'ouverture de liquidation judiciaire",
        "Liquidateur : Me Untel.",
    )


def test_une_retractation_efface_comme_une_annulation():
    vise = {"nomPublication": "BODACC A", "numeroParution": "20220200", "numeroAnnonce": 12}
    ligne = bodacc.normaliser(
        AVIS
        | {"familleavis": "collective", "parutionavisprecedent": json.dumps(vise)}
        | {"jugement": JUGEMENT | {"famille": "Rétractation sur tierce opposition"}}
    )
    assert (ligne["type_avis"], ligne["annulee"], ligne["evenement"], ligne["id_precedent"]) == (
        "annulation",
        True,
        None,
        "A2022020012",
    )


@pytest.mark.parametrize("registre", ["880878145,880 878 145", ["880 878 145"], "880 878 145", None])
def test_siren_du_registre_ou_de_la_personne(registre):
    personne = {"personne": {"numeroImmatriculation": {"numeroIdentification": "880 878 145"}}}
    avis = AVIS | {"registre": registre, "listepersonnes": json.dumps(personne)}
    assert bodacc.normaliser(avis)["siren"] == "880878145"


@pytest.mark.parametrize("champs_avis", [{"registre": "880878146"}, {"registre": ""}, {"id": None}])
def test_une_annonce_sans_siren_valide_est_ecartee(champs_avis):
    assert bodacc.normaliser(AVIS | champs_avis) is None


@pytest.mark.parametrize(
    ("brut", "repare"),
    [
        ("Jugement de clÃ´ture", "Jugement de clôture"),
        ("DÃ©pÃ´t", "Dépôt"),
        ("GAAAreffe du Tribunal", "Greffe du Tribunal"),
        ("Greffe de Mâcon", "Greffe de Mâcon"),
        ("ÂGE", "ÂGE"),
    ],
)
def test_reparer(brut, repare):
    assert bodacc.reparer(brut) == repare


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("2022-11-23", date(2022, 11, 23)),
        ("23 novembre 2022", date(2022, 11, 23)),
        ("1er août 2008", date(2008, 8, 1)),
        ("1213-10-03", None),
        ("5019-06-01", None),
        ("2022-02-30", None),
        ("novembre", None),
        (None, None),
    ],
)
def test_lire_date(texte, jour):
    assert bodacc.lire_date(texte) == jour


def test_formats_json_et_csv(tmp_path):
    attendu = [bodacc.normaliser(AVIS)]
    contenus = {
        "v1.json": {"records": [{"fields": AVIS}]},
        "v2.json": {"results": [AVIS]},
        "nu.json": [AVIS],
    }
    for nom, contenu in contenus.items():
        (tmp_path / nom).write_text(json.dumps(contenu), encoding="utf-8")
        assert list(bodacc.lire(tmp_path / nom)) == attendu
    entete, valeurs = ";".join(AVIS), ";".join(AVIS.values())
    (tmp_path / "export.csv").write_text(f"\ufeff{entete}\n{valeurs}\n", encoding="utf-8")
    assert list(bodacc.lire(tmp_path / "export.csv")) == attendu


XML_RADIATION = """<?xml version="1.0" encoding="UTF-8"?>
<RCS-B_IMMAT><parution>20220227</parution><dateParution>2022-11-23</dateParution><listeAvis>
<avis><typeAnnonce><annonce/></typeAnnonce><nojo>1</nojo><numeroAnnonce>446</numeroAnnonce>
<numeroDepartement>75</numeroDepartement><tribunal>Greffe de Paris</tribunal>
<listePersonnes><personne><personneMorale><denomination>X</denomination><numeroImmatriculation>
<numeroIdentificationRCS>880 878 145</numeroIdentificationRCS></numeroImmatriculation></personneMorale></personne>
</listePersonnes><radiationAuRCS><radiationPM>O</radiationPM></radiationAuRCS></avis>
<avis><typeAnnonce><annulation/></typeAnnonce><numeroAnnonce>447</numeroAnnonce><tribunal>Greffe de Paris</tribunal>
<numeroIdentificationRCS>880 878 145</numeroIdentificationRCS>
<radiationAuRCS><radiationPM>O</radiationPM></radiationAuRCS>
<parutionAvisPrecedent><nomPublication>BODACC B</nomPublication><numeroParution>20220227</numeroParution>
<numeroAnnonce>446</numeroAnnonce></parutionAvisPrecedent></avis>
</listeAvis></RCS-B_IMMAT>"""

XML_PROCEDURE = """<?xml version="1.0" encoding="UTF-8"?>
<PCL_REDIFF><parution>20220230</parution><dateParution>2022-11-28</dateParution><annonces>
<annonce><typeAnnonce><annonce/></typeAnnonce><numeroAnnonce>12</numeroAnnonce><tribunal>Tribunal de Dijon</tribunal>
<numeroImmatriculation><numeroIdentificationRCS>880 878 145</numeroIdentificationRCS></numeroImmatriculation>
<jugement><famille>Jugement d'ouverture</famille><nature>Jugement d'ouverture de liquidation judiciaire</nature>
<date>3 novembre 2022</date></jugement></annonce></annonces></PCL_REDIFF>"""


def test_format_xml(tmp_path):
    (tmp_path / "RCS-B_BXB20220227.xml").write_text(XML_RADIATION, encoding="utf-8")
    radiation, annulation = bodacc.lire(tmp_path / "RCS-B_BXB20220227.xml")
    champs_lus = ("id", "siren", "evenement", "id_precedent", "date_parution")
    assert [radiation[champ] for champ in champs_lus] == [
        "B20220227446", "880878145", "radiation_rcs", None, date(2022, 11, 23),
    ]  # fmt: skip
    assert [annulation[champ] for champ in champs_lus[:4]] == ["B20220227447", "880878145", None, "B20220227446"]
    (tmp_path / "PCL_BXA20220230.xml").write_text(XML_PROCEDURE, encoding="utf-8")
    (procedure,) = bodacc.lire(tmp_path / "PCL_BXA20220230.xml")
    assert (procedure["id"], procedure["evenement"], procedure["date_effet"]) == (
        "A2022023012", "procedure_collective", date(2022, 11, 3),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("a.txt", "", "se lit en .json, .csv ou .xml"),
        ("a.json", "{", "n'est pas lisible"),
        ("a.json", '"x"', "ni « records » ni « results »"),
        ("a.csv", "x;y\n1;2\n", "il manque une colonne"),
        ("a.xml", "<a>", "n'est pas lisible"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "déclaration d'entités refusée"),
    ],
)
def test_fichier_illisible(tmp_path, nom, contenu, message):
    (tmp_path / nom).write_text(contenu, encoding="utf-8")
    with pytest.raises(bodacc.BodaccIllisible, match=message):
        list(bodacc.lire(tmp_path / nom))


@pytest.mark.donnees_reelles
@pytest.mark.skipif(
    not GANYMEDE.is_file(), reason="Annonces réelles absentes (dossier à nommer dans TISSU_DONNEES_REELLES)."
)
def test_annonces_reelles():
    lignes = list(bodacc.lire(GANYMEDE))
    assert [(ligne["id"], ligne["siren"], ligne["famille"], ligne["evenement"]) for ligne in lignes] == [
        ("B20220227446", "880878145", "radiation", "radiation_rcs"),
        ("C202200902528", "880878145", "dpc", None),
        ("C202101554392", "880878145", "dpc", None),
    ]
    assert lignes[0]["tribunal"] == "Greffe du Tribunal de Commerce de Paris"
