"""Diffusion partielle : la composition cache ce que la règle cache, et rien n'en sort d'aucune table."""

from datetime import date

import pytest

from tissu.registre import rules
from tissu.registre.croisements import SORTIES
from tissu.registre.tests.fabrique import composer, etablissement, par, periode, unite
from tissu.registre.tests.test_rules import LIGNE, lire_cas

DIFFUSION = lire_cas("diffusion.yaml")

# Champs du stock pour chaque valeur de la ligne modèle de `test_rules`.
MARQUE = {
    "trancheEffectifsEtablissement": "21",
    "complementAdresseEtablissement": "BATIMENT B",
    "indiceRepetitionEtablissement": "B",
}


@pytest.fixture(scope="module")
def registre_de_la_diffusion():
    stock, unites, geolocalisation, historique, annonces = [], [], [], [], []
    for rang, cas in enumerate(DIFFUSION):
        siren = f"{rang:09d}"
        siret = f"{siren}00011"
        stock.append(etablissement(siret, statutDiffusionEtablissement=cas["etablissement"], **MARQUE))
        unites.append(
            unite(siren, statutDiffusionUniteLegale=cas["unite"], categorieJuridiqueUniteLegale=cas["categorie"])
        )
        geolocalisation.append({"siret": siret, "qualite_xy": "11", "x_longitude": "5.04", "y_latitude": "47.32"})
        historique.append(periode(siret, "2015-03-02", "A"))
        annonces.append(
            {"id": f"B{rang}", "siren": siren, "famille": "radiation", "type_avis": "annonce",
             "date_parution": date(2026, 1, 5), "annulee": False, "nature": "Radiations", "texte": "M. DUPONT",
             "evenement": "radiation_rcs"}
        )  # fmt: skip
    consulaire = [{"siret": ligne["siret"], "effectif": "12", "capital_eur": "500"} for ligne in stock]
    return composer(
        sirene_etablissements=stock,
        sirene_unites_legales=unites,
        sirene_geolocalisation=geolocalisation,
        sirene_historique=historique,
        consulaire=consulaire,
        bodacc=annonces,
    )


@pytest.mark.parametrize("rang", range(len(DIFFUSION)), ids=[cas["cas"] for cas in DIFFUSION])
def test_diffusion_composee(registre_de_la_diffusion, rang):
    cas = DIFFUSION[rang]
    ligne = par(registre_de_la_diffusion["etablissements"], "siret")[f"{rang:09d}00011"]
    assert [champ for champ in cas["visibles"] if ligne[champ] is None] == []
    assert [champ for champ in cas["caches"] if ligne[champ] is not None] == []
    assert ligne["diffusion"] == ("P" if cas["caches"] else "O")
    assert (ligne["section"], ligne["effectif_cci"], ligne["site_cci"]) == ("J", 12, True)


def test_la_composition_masque_comme_la_regle(registre_de_la_diffusion):
    """Remasquer une ligne déjà composée n'ôte rien : la composition et `rules.masquer` disent la même chose."""
    for nom in ("etablissements", "unites_legales"):
        for ligne in registre_de_la_diffusion[nom]:
            assert rules.masquer(ligne) == ligne
    for cas, ligne in zip(DIFFUSION, registre_de_la_diffusion["etablissements"], strict=True):
        regle = rules.masquer(
            LIGNE
            | {"diffusion_unite": cas["unite"], "diffusion": cas["etablissement"]}
            | {"categorie_juridique": cas["categorie"]}
        )
        compares = [champ for champ in regle if champ in ligne and champ not in ("diffusion", "diffusion_unite")]
        vides = {champ for champ in compares if regle[champ] is None}
        assert {champ for champ in compares if ligne[champ] is None} - {"chiffre_affaires_eur"} == vides - {
            "chiffre_affaires_eur"
        }


def test_rien_de_protege_ne_sort_d_aucune_table(registre_de_la_diffusion):
    """Aucune table de l'instantané ne porte un nom, une voie ou un point d'une personne protégée."""
    proteges = {f"{rang:09d}" for rang, cas in enumerate(DIFFUSION) if cas["unite"] != "O" and "nom" in cas["caches"]}
    secrets = ("LA SOCIETE", "SGL", "ENSEIGNE", "USUEL", "TANNEURS", "21000", "BATIMENT", "5.04", "47.32", "DUPONT")
    assert len(proteges) == 6
    for nom in SORTIES:
        for ligne in registre_de_la_diffusion[nom]:
            if ligne["siret"][:9] in proteges if "siret" in ligne else ligne.get("siren") in proteges:
                assert [secret for secret in secrets if secret in str(ligne)] == [], nom
    visibles = str(registre_de_la_diffusion["etablissements"][0])
    assert [secret for secret in secrets if secret not in visibles] == ["DUPONT"]


def test_sans_fichier_des_unites_un_non_diffusible_est_protege_comme_une_personne():
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011", statutDiffusionEtablissement="P"),
            etablissement("00000000100011"),
        ]
    )
    protege, libre = tables["etablissements"]
    assert [protege[champ] for champ in ("nom", "enseigne", "denomination_usuelle", "adresse", "lon")] == [None] * 5
    assert (libre["nom"], libre["diffusion_unite"], libre["adresse"]) == (
        "LE NOM USUEL",
        None,
        "12 RUE DES TANNEURS 21000 Dijon",
    )
