"""Une carte de couche posée dans un document : son dessin se vérifie, son tableau dit la même chose."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from tissu.cartes.presentation import presenter
from tissu.cartes.publications import carte_de_document
from tissu.cartes.tests.exemple import ESSAI_LOCAUX, ESSAI_QUARTIERS
from tissu.publications.contenu import Carte, Document, Section
from tissu.publications.dessins import verifier
from tissu.publications.rendus import rendre


def carte(couches_d_essai, couche, adresse: str = "") -> Carte:
    return carte_de_document(presenter(couche, QueryDict(adresse), AnonymousUser()), titre="Le centre s'anime")


@pytest.fixture
def points(couches_d_essai) -> Carte:
    return carte(couches_d_essai, ESSAI_LOCAUX)


def test_les_points_se_comptent_par_classe(points):
    assert (points.titre, points.sous_titre, points.source) == (
        "Le centre s'anime", "Par activité", "Relevé d'essai, 1er\u00a0nov.\u00a02026",
    )  # fmt: skip
    assert [(ligne["classe"], ligne["effectif"], ligne["part"]) for ligne in points.tableau.lignes] == [
        ("Restauration", 1, 0.2), ("Habillement", 2, 0.4), ("Services", 2, 0.4),
    ]  # fmt: skip
    assert points.tableau.total == {"classe": "Ensemble", "effectif": 5, "part": 1.0}
    assert points.tableau.note == "Dont 1 sans position, absents de la carte."
    assert points.description.startswith("Carte « Le centre s'anime » de Dijon Métropole, échelle 1\u00a0:\u00a0")


def test_le_dessin_porte_la_legende_et_rien_qui_agisse(points):
    propre = verifier(points.dessin)
    legende = [texte for texte in re.findall(r">([^<]+)</text>", propre) if "(" in texte]
    assert legende == ["Restauration (1)", "Habillement (2)", "Services (2)"]
    assert propre.count("<circle ") == 3


def test_les_surfaces_donnent_leur_valeur(couches_d_essai):
    surfaces = carte(couches_d_essai, ESSAI_QUARTIERS)
    assert surfaces.tableau.lignes == [{"nom": "Centre-ville", "valeur": 3}, {"nom": "Nord", "valeur": None}]
    assert [colonne.titre for colonne in surfaces.tableau.colonnes] == ["Quartier", "Locaux"]
    verifier(surfaces.dessin)


def test_la_carte_se_rend_partout(points):
    document = Document("Bilan", "", "Essai", "2026", None, "1", [Section("carte", "La carte", [points])])
    debuts = {format_: rendre(document, format_)[:4] for format_ in ("pdf", "pptx", "xlsx", "csv")}
    assert debuts == {"pdf": b"%PDF", "pptx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbfP"}
