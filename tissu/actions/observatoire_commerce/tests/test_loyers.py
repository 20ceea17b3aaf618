"""Les loyers : une médiane sous la règle du secret, pour qui peut les lire, et nulle part ailleurs."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from tissu.actions.observatoire_commerce.publications.vacance import document_public, document_vacance
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.loyers import Loyer, loyers
from tissu.actions.observatoire_commerce.rules.secret import publiable
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique
from tissu.publications.rendus import rendre

pytestmark = pytest.mark.django_db
JOUR = fabrique.JOUR
PAGE = "/observatoire-commerce/vacance/"
MEDIANE = "4321"
Connecter = Callable[[Personne], Client]


def peupler() -> None:
    """Centre : trois loyers, médiane 4321 ; Nord : deux ; Sud : trois dont un domine ; Est : aucun loyer connu."""
    for quartier, valeurs in (
        ("Centre", (4320, 4321, 4322)), ("Nord", (200, 210)), ("Sud", (900, 10, 10)), ("Est", (None, 0)),
    ):  # fmt: skip
        for valeur in valeurs:
            fabrique.local("Enseigne", "bar", quartier=quartier, loyer_eur_m2_an=valeur, releve_le=timezone.localdate())


def test_la_mediane_et_son_n_par_quartier() -> None:
    peupler()
    assert loyers(Lieu(), JOUR, "quartier") == [
        Loyer("Centre", "Centre", 3, Decimal("4321.0")), Loyer("Nord", "Nord", 2, None),
        Loyer("Sud", "Sud", 3, None),
    ]  # fmt: skip
    [tout] = loyers(Lieu(), JOUR)
    assert (tout.unites, tout.mediane) == (8, Decimal("555.0"))
    assert loyers(Lieu(quartier="Est"), JOUR) == []


@pytest.mark.parametrize(
    ("unites", "plus_grande", "somme", "attendu"),
    [(3, 85, 100, True), (3, 86, 100, False), (2, 50, 100, False), (0, 0, 0, False)],
)
def test_la_regle_du_secret(unites: int, plus_grande: float, somme: float, attendu: bool) -> None:
    assert publiable(unites, plus_grande, somme, unites_min=3, part_max=0.85) is attendu


def test_la_page_les_dit_a_un_agent_des_partenaires(mission: Personne, connecte: Connecter) -> None:
    peupler()
    document = connecte(mission).get(PAGE).context["document"]
    [tableau] = [un for un in document.tableaux() if un.identifiant == "loyers_quartier"]
    assert [(ligne["titre"], ligne["mediane"], ligne["unites"]) for ligne in tableau.lignes] == [
        ("Centre", Decimal("4321.0"), 3), ("Nord", "secret", 2), ("Sud", "secret", 3),
    ]  # fmt: skip
    assert "Aucun loyer" in connecte(mission).get(PAGE, {"quartier": "Est"}).content.decode()


@pytest.mark.parametrize("role", [Role.ELU, Role.LECTEUR, Role.AGENCE])
def test_la_page_les_tait_aux_autres(role: str, connecte: Connecter) -> None:
    peupler()
    reponse = connecte(fabrique.personne(role, organisation="metropole")).get(PAGE)
    assert "loyers" not in {section.identifiant for section in reponse.context["document"].sections}
    assert MEDIANE not in lisible(reponse.content)


def test_une_agence_n_est_pas_partenaire(agence: Personne, connecte: Connecter) -> None:
    peupler()
    assert MEDIANE not in lisible(connecte(agence).get(PAGE).content)


@pytest.mark.parametrize("adresse", [
    "/geoshop/", "/cartes/geoshop/export.csv", "/cartes/geoshop/export.geojson",
    "/ogc/collections/geoshop/items?f=json&limit=1000", "/cartes/vacance-quartiers/export.csv",
    "/observatoire-commerce/", "/observatoire-commerce/veilles/",
])  # fmt: skip
def test_aucune_autre_page_ne_les_dit(adresse: str, mission: Personne, connecte: Connecter) -> None:
    peupler()
    reponse = connecte(mission).get(adresse)
    assert reponse.status_code == 200
    assert MEDIANE not in lisible(b"".join(reponse) if reponse.streaming else reponse.content)


def test_aucun_fichier_ne_les_contient() -> None:
    peupler()
    for document in (document_vacance(Lieu(), au=JOUR, complet=True), document_public(au=JOUR)):
        assert "loyers" not in {section.identifiant for section in document.sections}
        textes = [str(ligne) for tableau in document.tableaux() for ligne in tableau.lignes]
        assert not any(MEDIANE in texte for texte in textes)
    assert rendre(document_public(au=JOUR), "xlsx").startswith(b"PK")


def lisible(octets: bytes) -> str:
    """Le texte sans les espaces des milliers : un nombre s'y cherche tel qu'on l'écrit."""
    return octets.decode("utf-8-sig").replace("\u202f", "").replace("\xa0", "")
