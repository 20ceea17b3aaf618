"""Les documents, par leur contenu : mêmes chiffres d'un format à l'autre, totaux justes, définitions présentes."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.publications.details import MESURES
from tissu.actions.fichier_entreprises.publications.flux import document_flux
from tissu.actions.fichier_entreprises.publications.grands import document_plus_de_50
from tissu.actions.fichier_entreprises.queries import flux, grands
from tissu.actions.fichier_entreprises.queries.lignes import lignes_du_mois
from tissu.entrepot.instantane import Instantane
from tissu.publications.contenu import Document, Tableau
from tissu.publications.rendus import rendre
from tissu.registre.models import Zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(registre: Instantane, zone_valmy: Zone) -> Document:
    rapport = flux.rapport("2026-10")
    return document_flux(rapport, lignes_du_mois(rapport.flux.periode, rapport.flux.perimetre))


def tableau(document: Document, identifiant: str) -> Tableau:
    return next(t for t in document.tableaux() if t.identifiant == identifiant)


@pytest.mark.parametrize("identifiant", ["commune", "activite", "tranche"])
def test_les_totaux_sont_la_somme_des_lignes(document: Document, identifiant: str) -> None:
    trouve = tableau(document, identifiant)
    assert trouve.total is not None
    for cle, _, _ in MESURES:
        # Une unité légale de deux communes compterait deux fois : les colonnes UL de l'essai n'en ont pas.
        assert sum(ligne[cle] for ligne in trouve.lignes) == trouve.total[cle]


def test_les_onze_types_et_le_solde_sont_au_tableau(document: Document) -> None:
    types = tableau(document, "types")
    assert len(types.lignes) == len(rules.TYPES_PUBLIES)
    assert types.total is not None
    assert (types.total["etablissements"], types.total["unites_legales"]) == (5, 3)


def test_la_methode_definit_chaque_type(document: Document) -> None:
    methode = " ".join(document.methode)
    assert all(definition in methode for definition in rules.DEFINITIONS.values())


def test_le_csv_liste_les_entreprises(document: Document) -> None:
    lignes = list(csv.reader(io.StringIO(rendre(document, "csv").decode("utf-8-sig")), delimiter=";"))
    assert lignes[0][:3] == ["Date d'effet", "Événement", "Entreprise"]
    assert len(lignes) - 1 == 13
    assert [ligne[2] for ligne in lignes if ligne[2] == "Non diffusible"] == ["Non diffusible", "Non diffusible"]


def test_le_classeur_porte_chaque_tableau(document: Document) -> None:
    feuilles = CalamineWorkbook.from_filelike(io.BytesIO(rendre(document, "xlsx"))).sheet_names
    assert len(feuilles) == 1 + len(document.tableaux())


def test_le_pdf_se_compose(document: Document) -> None:
    assert rendre(document, "pdf").startswith(b"%PDF")


def test_la_liste_des_plus_de_50_ne_nomme_pas_le_dirigeant_sans_droit(registre: Instantane) -> None:
    liste = grands.liste("2026-S1")
    sans = {colonne.cle for colonne in tableau(document_plus_de_50(liste), "etablissements").colonnes}
    avec = {colonne.cle for colonne in tableau(document_plus_de_50(liste, {}), "etablissements").colonnes}
    assert avec - sans == {"dirigeant"}
    assert {"source", "annee", "mention", "naf", "adresse", "commune", "zones", "filiere"} <= sans
