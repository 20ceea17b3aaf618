"""Les cartes de la fiche 7 : les mêmes événements que les lignes d'un mois."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tissu.actions.fichier_entreprises.couches import COMMUNES, EVENEMENTS, PAR_TYPE
from tissu.actions.fichier_entreprises.queries.lignes import Criteres, lignes_filtrees
from tissu.actions.fichier_entreprises.rules import TYPES_PUBLIES
from tissu.cartes.classement import ranger
from tissu.cartes.lecture import demander, lire
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import Instantane
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registre")]
OCTOBRE = "au=2026-10-31"


def jeu(couche: Any, qui: Any, adresse: str = OCTOBRE) -> Any:
    return lire(couche, demander(couche, QueryDict(adresse), qui))


@pytest.mark.parametrize(
    ("adresse", "criteres"),
    [
        ("", Criteres("industrie-services")),
        ("secteurs=tous", Criteres("tous")),
        ("type=creation_pure&type=reprise", Criteres("industrie-services", types=("creation_pure", "reprise"))),
        ("commune=21166", Criteres("industrie-services", commune="21166")),
        ("activite=C1", Criteres("industrie-services", activite="C1")),
        ("tranche=11", Criteres("industrie-services", tranche="11")),
        ("commune=99999", Criteres("industrie-services")),
    ],
)
def test_la_carte_a_les_evenements_des_lignes(adresse: str, criteres: Criteres, chargee: Personne) -> None:
    lignes = lignes_filtrees("2026-10", criteres).lignes
    table = jeu(EVENEMENTS, chargee, f"{OCTOBRE}&{adresse}").table
    attendus = Counter((ligne["siret"], ligne["libelle_type"], ligne["date_effet"]) for ligne in lignes)
    assert Counter(zip(*(table[c].to_pylist() for c in ("siret", "type", "date_effet")), strict=True)) == attendus
    assert len(set(table["id"].to_pylist())) == len(lignes) > 0


def test_chaque_type_publie_a_sa_couleur(chargee: Personne) -> None:
    couverts = [valeur for classe in PAR_TYPE.classes for valeur in classe.valeurs]
    assert sorted(couverts) == sorted(LIBELLES_EVENEMENTS[TypeEvenement(type_)] for type_ in TYPES_PUBLIES)
    rangement = ranger(jeu(EVENEMENTS, chargee), PAR_TYPE)
    assert rangement.effectif(-1) == 0


def test_un_masque_est_compte_sans_nom_ni_place(chargee: Personne) -> None:
    table = jeu(EVENEMENTS, chargee).table
    masques = [ligne for ligne in table.to_pylist() if ligne["nom"] == "Non diffusible"]
    assert {ligne["type"] for ligne in masques} == {"Fermeture d'établissement", "Cessation d'unité légale"}
    assert {(ligne["lon"], ligne["lat"], ligne["adresse"]) for ligne in masques} == {(None, None, None)}


def test_le_temps_avance_de_mois_en_mois(chargee: Personne) -> None:
    assert EVENEMENTS.dates is not None
    jours = list(EVENEMENTS.dates())
    assert (jours[-1], jours[-2], len(jours)) == (date(2026, 11, 30), date(2026, 10, 31), 18)
    assert set(jeu(EVENEMENTS, chargee, "").table["type"].to_pylist()) == {"Fermeture d'établissement"}


def test_les_creations_par_commune_sont_celles_du_mois(chargee: Personne) -> None:
    lues = {ligne["id"]: ligne for ligne in jeu(COMMUNES, chargee).table.to_pylist()}
    attendues = Counter(
        ligne["code_commune"]
        for ligne in lignes_filtrees("2026-10", Criteres("industrie-services", types=("creation_pure",))).lignes
    )
    assert {code: ligne["creations"] for code, ligne in lues.items() if ligne["creations"]} == dict(attendues)
    dijon = lues["21231"]
    assert dijon["taux"] == pytest.approx(1_000 * dijon["creations"] / dijon["actifs"])
    assert (lues["21003"]["actifs"], lues["21003"]["taux"]) == (0, None)


def test_la_page_des_lignes_porte_sa_carte(connecte: Callable[..., Client], chargee: Personne) -> None:
    adresse = reverse("fichier_entreprises:flux_lignes", args=["2026-10"]) + "?type=creation_pure,reprise"
    lu = connecte(chargee).get(adresse).content.decode()
    carte = lu.partition("data-carte=")[2].partition(">")[0]
    assert "type=creation_pure" in carte and "type=reprise" in carte and "au=2026-10-31" in carte
    assert lu.count("data-objet=") == 3


def test_sans_registre_la_carte_le_dit(
    connecte: Callable[..., Client], chargee: Personne, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "vide"))
    assert "aucun import" in connecte(chargee).get("/cartes/flux/").content.decode()


def test_la_version_de_la_carte_est_celle_du_registre(registre: Instantane) -> None:
    assert EVENEMENTS.version() == registre.version
