"""Chaque filtre contre un compte refait à la main, ligne à ligne, sur le registre exemple."""

from dataclasses import replace
from datetime import date

import pytest

from tissu.entrepot.instantane import courant
from tissu.registre.filtres import Filtres, etat_au
from tissu.registre.queries.recherche import Demande, rechercher, selection
from tissu.registre.rules import TRANCHES
from tissu.registre.tests import exemple as x

pytestmark = pytest.mark.usefixtures("registre_exemple")


def toutes() -> list[dict]:
    instantane = courant()
    return instantane.executer(instantane.table("etablissements"))


def dans_la_zone(e: dict) -> bool:
    return bool(e["lon"] and 5.05 < e["lon"] < 5.07 and 47.29 < e["lat"] < 47.31)


def au_moins(e: dict, seuil: int) -> bool:
    tranche = TRANCHES.get(e["tranche_effectif"] or "")
    return bool(tranche and tranche.minimum >= seuil)


CAS = {
    "commune": ({"communes": ("21515",)}, lambda e: e["code_commune"] == "21515"),
    "deux communes": ({"communes": ("21515", "21231")}, lambda e: True),
    "zone": ({"zones": ("parc-exemple",)}, dans_la_zone),
    "section": ({"activites": ("J",)}, lambda e: e["section"] == "J"),
    "division": ({"niveau": "division", "activites": ("56", "10")}, lambda e: e["division"] in {"56", "10"}),
    "a17": ({"niveau": "a17", "activites": ("GZ",)}, lambda e: e["a17"] == "GZ"),
    "sous-classe": ({"niveau": "naf", "activites": ("62.01Z",)}, lambda e: e["naf"] == "62.01Z"),
    "activité en mots": ({"mots_activite": "boulangerie"}, lambda e: e["naf"] in {"10.71B", "10.71C"}),
    "secteur": ({"sections": ("B", "C", "D", "E", "F")}, lambda e: e["section"] in set("BCDEF")),
    "tranche": ({"tranches": ("53", "NN")}, lambda e: e["tranche_effectif"] in {"53", "NN"}),
    "au moins 10": ({"effectif_min": 10}, lambda e: au_moins(e, 10)),
    "forme": ({"formes": ("10",)}, lambda e: e["categorie_juridique"].startswith("10")),
    "création": (
        {"creation_du": date(2012, 1, 1), "creation_au": date(2018, 1, 1)},
        lambda e: bool(e["date_creation"]) and date(2012, 1, 1) <= e["date_creation"] <= date(2018, 1, 1),
    ),
    "fermeture": (
        {"fermeture_du": date(2024, 1, 1), "fermeture_au": date(2024, 12, 31)},
        lambda e: bool(e["date_fermeture"]) and e["date_fermeture"].year == 2024,
    ),
    "ouverts": ({"etats": ("ouvert",)}, lambda e: etat_au(e, x.AU) in {"ouvert", "reactive", "fermeture_prevue"}),
    "fermés": ({"etats": ("ferme",)}, lambda e: etat_au(e, x.AU) == "ferme"),
    "prévus": ({"etats": ("fermeture_prevue",)}, lambda e: e["siret"] == x.PREVUE),
    "rouverts": ({"etats": ("reactive",)}, lambda e: e["siret"] == x.ROUVERT),
    "partielle": ({"diffusion": "P"}, lambda e: e["siret"] in {x.PERSONNE_P, x.SOCIETE_P, x.SECONDAIRE_P}),
    "diffusible": ({"diffusion": "O"}, lambda e: e["siret"] not in {x.PERSONNE_P, x.SOCIETE_P, x.SECONDAIRE_P}),
    "sièges": ({"siege": "oui"}, lambda e: e["siege"] is True),
    "secondaires": ({"siege": "non"}, lambda e: e["siege"] is False),
    "ma liste": ({"sirets": (x.GARAGE, x.USINE, "0" * 14)}, lambda e: e["siret"] in {x.GARAGE, x.USINE}),
    "liste sans rien d'ici": ({"sirets": ()}, lambda e: False),
    "deux filtres": (
        {"communes": ("21515",), "etats": ("ouvert",), "effectif_min": 10},
        lambda e: e["code_commune"] == "21515" and e["etat"] == "A" and au_moins(e, 10),
    ),
}


@pytest.mark.parametrize("nom", CAS)
def test_le_filtre_rend_ce_que_compte_la_main(nom):
    champs, attendu = CAS[nom]
    demande = Demande(filtres=replace(Filtres(), **champs))
    a_la_main = {e["siret"] for e in toutes() if attendu(e)}
    assert set(selection(demande, au=x.AU)) == a_la_main
    assert rechercher(demande, au=x.AU).page.paginator.count == len(a_la_main)


def test_le_tri_et_son_inverse_rangent_les_inconnus_a_la_fin():
    croissant = selection(Demande(tri="effectif"), au=x.AU)
    assert (croissant[-1], selection(Demande(tri="-effectif"), au=x.AU)[0]) == (x.USINE, x.USINE)
    assert selection(Demande(tri="fermeture"), au=x.AU)[0] == x.NAF_ANCIENNE
    assert selection(Demande(tri="-fermeture"), au=x.AU)[0] == x.PREVUE


def test_les_pages_se_suivent_sans_manque_ni_double():
    pages = [rechercher(Demande(), page=n, au=x.AU, taille=10).page for n in (1, 2, 3)]
    vus = [ligne["siret"] for page in pages for ligne in page.object_list]
    assert sorted(vus) == sorted(e["siret"] for e in toutes())


def test_le_registre_entier_met_les_ouverts_et_les_grands_devant():
    premiers = [ligne["siret"] for ligne in rechercher(Demande(), au=x.AU).page.object_list]
    assert premiers[0] == x.USINE
    assert premiers == selection(Demande(), au=x.AU)
