"""Règles pures : diffusion partielle, tranches d'effectif, date de fermeture."""

from pathlib import Path

import pytest
import yaml

from tissu.registre import rules
from tissu.registre.rules import CasDiffusion, Periode

CAS = Path(__file__).parent / "cas"
OUI_NON = {"oui": True, "non": False, None: None}


def lire_cas(nom):
    return yaml.safe_load((CAS / nom).read_text(encoding="utf-8"))


def periodes_du_cas(cas):
    """Les périodes d'un cas, complétées à trois valeurs ; 1900-01-01 est une date inconnue."""
    for ligne in cas["periodes"]:
        debut, etat, change = [*ligne, None, None][:3]
        yield None if debut == rules.DATE_INCONNUE else debut, etat, OUI_NON[change]


@pytest.mark.parametrize("cas", lire_cas("fermetures.yaml"), ids=lambda cas: cas["cas"])
def test_date_de_fermeture(cas):
    periodes = [Periode(*valeurs) for valeurs in periodes_du_cas(cas)]
    assert rules.date_fermeture(periodes) == cas["fermeture"]
    assert rules.date_fermeture(reversed(periodes)) == cas["fermeture"]


LIGNE = {
    "commune": "Dijon",
    "code_commune": "21231",
    "nom": "LA SOCIETE",
    "denomination_unite": "LA SOCIETE",
    "sigle": "SGL",
    "enseigne": "L'ENSEIGNE",
    "denomination_usuelle": "LE NOM USUEL",
    "adresse": "12 RUE DES TANNEURS 21000 Dijon",
    "complement": "BATIMENT B",
    "numero": "12",
    "indice": "B",
    "type_voie": "RUE",
    "libelle_voie": "DES TANNEURS",
    "code_postal": "21000",
    "lon": 5.04,
    "lat": 47.32,
    "qualite_xy": "11",
    "origine_position": "geolocalisation_insee",
    "chiffre_affaires_eur": 1000,
    "capital_eur": 500,
    "section": "J",
    "tranche_effectif": "21",
}


@pytest.mark.parametrize("cas", lire_cas("diffusion.yaml"), ids=lambda cas: cas["cas"])
def test_masquer(cas):
    droits = {
        "diffusion_unite": cas["unite"],
        "diffusion": cas["etablissement"],
        "categorie_juridique": cas["categorie"],
    }
    montree = rules.masquer(LIGNE | droits)
    assert {champ: montree[champ] for champ in cas["visibles"]} == {champ: LIGNE[champ] for champ in cas["visibles"]}
    assert [montree[champ] for champ in cas["caches"]] == [None] * len(cas["caches"])
    assert (montree["section"], montree["tranche_effectif"]) == ("J", "21")


def test_le_droit_de_voir_leve_le_masque_mais_pas_les_marqueurs():
    ligne = LIGNE | {"diffusion": "P", "diffusion_unite": "P", "categorie_juridique": "1000", "enseigne": "[ND]"}
    vue = rules.masquer(ligne, peut_voir=True)
    assert (vue["nom"], vue["adresse"], vue["enseigne"]) == ("LA SOCIETE", LIGNE["adresse"], None)


def test_le_marqueur_de_l_insee_est_vide_meme_chez_un_diffusible():
    ligne = LIGNE | {"diffusion": "O", "diffusion_unite": "O", "categorie_juridique": "5710", "sigle": "[ND]"}
    assert rules.masquer(ligne)["sigle"] is None
    assert rules.masquer(ligne)["nom"] == "LA SOCIETE"


def test_une_unite_legale_se_masque_par_son_seul_statut():
    societe = {"siren": "1", "diffusion": "P", "categorie_juridique": "5710", "nom": "A", "sigle": "B"}
    assert rules.masquer(societe) == societe | {"sigle": None}
    personne = societe | {"categorie_juridique": "1000"}
    assert rules.masquer(personne) == personne | {"nom": None, "sigle": None}


def test_aucun_cas_protege_ne_montre_de_position_ni_n_en_cache_la_commune():
    for cas, champs in rules.CHAMPS_MASQUES.items():
        assert ({"lon", "lat", "adresse", "code_postal"} <= champs) is (cas is not CasDiffusion.DIFFUSIBLE)
        assert not champs & {"commune", "code_commune", "siren", "siret", "naf", "tranche_effectif"}


@pytest.mark.parametrize(
    ("code", "protege"),
    [("1000", True), ("2110", True), ("2900", True), ("0000", True), ("7190", True), ("9210", True), (None, True),
     ("5710", False), ("9220", False), ("7210", False), ("3120", False), ("6540", False)],
)  # fmt: skip
def test_nom_protege(code, protege):
    assert rules.nom_protege(code) is protege


def test_tranches_completes_et_sans_trou():
    codes = ["NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53"]
    assert list(rules.TRANCHES) == codes
    suite = [rules.TRANCHES[code] for code in codes[2:]]
    assert [(avant.maximum + 1) for avant in suite[:-1]] == [apres.minimum for apres in suite[1:]]
    assert suite[-1].maximum is None


@pytest.mark.parametrize(
    ("code", "minimum", "libelle"),
    [
        ("21", 50, "50 à 99 salariés"),
        ("12", 20, "20 à 49 salariés"),
        ("53", 10_000, "10\u202f000 salariés et plus"),
        ("NN", 0, "Non employeur"),
        ("00", 0, "0 salarié au 31 décembre, employeur dans l'année"),
        (None, None, "Effectif inconnu"),
        ("", None, "Effectif inconnu"),
        ("99", None, "Effectif inconnu"),
    ],
)
def test_tranche(code, minimum, libelle):
    assert rules.tranche_minimum(code) == minimum
    assert rules.tranche_libelle(code) == libelle
