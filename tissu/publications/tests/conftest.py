from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation, Personne
from tissu.publications import graphiques
from tissu.publications.contenu import (
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Intertitre,
    Liste,
    Nature,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.models import Publication
from tissu.publications.tests.fabrique import AU, LIEUX, personne

MOIS = [{"mois": "2026-09", "entrees": 1512, "sorties": 940}, {"mois": "2026-10", "entrees": 1630, "sorties": 1001}]


@pytest.fixture
def document() -> Document:
    """Un document qui porte chaque sorte de bloc, un nom qui ressemble à une formule et un balisage hostile."""
    mensuel = Tableau(
        "mensuel",
        "Entrées et sorties",
        [
            Colonne("mois", "Mois"),
            Colonne("entrees", "Entrées", Nature.NOMBRE),
            Colonne("sorties", "Sorties", Nature.NOMBRE),
        ],
        MOIS,
        total={"mois": "Total", "entrees": 3142, "sorties": 1941},
        source="Insee, base Sirene.",
    )
    liste = Tableau(
        "liste",
        "Liste des établissements",
        [
            Colonne("siret", "SIRET", Nature.SIRET, adresse="url"),
            Colonne("nom", "Nom"),
            Colonne("jour", "Date d'effet", Nature.DATE),
            Colonne("part", "Part", Nature.TAUX),
        ],
        [
            {
                "siret": "99000000100013",
                "nom": '=HYPERLINK("x")',
                "jour": date(2026, 10, 1),
                "part": 0.074,
                "url": "/e/1/",
            },
            {"siret": "00000000200017", "nom": "#strong[<b>Trois Cormorans</b>]", "jour": None, "part": None},
        ],
    )
    dessin = graphiques.entrees_et_sorties(MOIS, entrees="entrees", sorties="sorties")
    figure = Figure("Le solde reste positif", "Établissements par mois", dessin, "Barres mensuelles", mensuel, "Insee")
    chiffres = Chiffres([Chiffre("Entrées", 1630, unite="établissements", comparaison="+118 en un mois")])
    return Document(
        titre="Flux d'établissements",
        sous_titre="Créations et fermetures",
        territoire="Métropole d'essai",
        periode="octobre 2026",
        source_au=date(2026, 11, 1),
        version="première publication",
        sections=[
            Section("essentiel", "L'essentiel", [chiffres, Paragraphe("Une phrase."), figure]),
            Section(
                "liste",
                "La liste",
                [Intertitre("Une partie"), Liste(["un", "deux"]), Encadre("Lire", ["Attention."]), liste],
            ),
        ],
        partenaires=["CCI", "Métropole"],
        methode=["Périmètre : industrie et services."],
    )


@pytest.fixture(autouse=True)
def stockage(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Les fichiers d'un essai restent dans son dossier, et ses appels ne comptent pas pour le suivant."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    yield


@pytest.fixture
def mission(db: None) -> Personne:
    return personne("mission", Organisation.objects.create(nom="Chambre", type="cci"), Role.CHARGE_MISSION)


@pytest.fixture
def flux(mission: Personne) -> Publication:
    return Publication.objects.create(
        slug="flux", titre="Flux", resume="Chaque mois.", nature="rapport", organisation=mission.organisation,
        mots_cles=["entreprises"], periodicite="MONTHLY", creee_le=AU,
    )  # fmt: skip


@pytest.fixture
def ouvert(document: Document) -> Document:
    """Le document, et un tableau ouvert."""
    return replace(document, sections=[*document.sections, Section("lieux", "Lieux", [LIEUX])])
