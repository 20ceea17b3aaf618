"""Le document d'une revue : le constat d'abord, des totaux qui somment, les mêmes chiffres dans les trois formats."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatTemps, Feu
from tissu.programme.models import Critere, Fiche, FigureFigee, JourPasse, Mesure, Revue
from tissu.programme.operations import revues
from tissu.programme.publications import revue_parties as parties
from tissu.programme.publications.revue import document_revue
from tissu.programme.queries.figures import ranger
from tissu.programme.queries.photographie import TOTAUX
from tissu.programme.tests import fabrique
from tissu.publications.contenu import Chiffres, Document, Paragraphe, Tableau
from tissu.publications.rendus import rendre
from tissu.publications.valeurs import numerique

ZERO = Decimal(0)
FINE = "\u202f"


@pytest.fixture
def bilan(critere: Critere, mission_cci: Personne, mission_metropole: Personne) -> Revue:
    """Deux fiches, dix jours validés sur la première, huit entreprises sur dix, et la parole des partenaires."""
    fiche = critere.fiche
    seconde = fabrique.fiche(numero=2, lignes=[("Étude", 5600, 8)])
    fabrique.contribution(seconde, "Région", None)
    for jour in range(4, 14):
        JourPasse.objects.create(
            personne=mission_cci, ligne=fiche.lignes.get(libelle="Entretiens"), jour=date(2024, 3, jour),
            duree_jours=Decimal(1), etat=EtatTemps.VALIDE,
        )  # fmt: skip
    Mesure.objects.create(
        critere=critere, periode="2024", debut=date(2024, 1, 1), fin=fabrique.FIN_2024, valeur=Decimal(8),
        origine="manuelle", etablie_le=fabrique.LE_BILAN,
    )  # fmt: skip
    revue = fabrique.ouvrir_revue(fiche.convention, mission_cci)
    le = fabrique.LE_BILAN
    revues.commenter(revue=revue, fiche=fiche, texte="Une belle année.", revision=0, auteur=mission_cci, au=le)
    revues.proposer(
        revue=revue, fiche=fiche, suite="modifier", texte="Viser douze.", total_eur=Decimal(9800), cibles={},
        revision=0, auteur=mission_cci, au=le,
    )  # fmt: skip
    return fabrique.verrouiller(revue, mission_cci, mission_metropole)


def tableau(document: Document, identifiant: str) -> Tableau:
    return next(un for un in document.tableaux() if un.identifiant == identifiant)


@pytest.mark.django_db
def test_le_constat_vient_d_abord_puis_ce_qu_il_faut_decider(bilan: Revue) -> None:
    document = document_revue(bilan)
    assert [section.titre for section in document.sections] == [
        "L'essentiel", "À décider pour l'année suivante", "Où en est chaque fiche", "Les résultats", "Le budget",
        "Fiche 1 : Essai 1", "Fiche 2 : Essai 2", "Méthode",
    ]  # fmt: skip
    constat, chiffres = document.sections[0].blocs[:2]
    assert isinstance(constat, Paragraphe)
    assert constat.texte == (
        "Aucune fiche sur 2 n'est en bonne voie, 1 à surveiller, 1 sans résultat mesuré. Aucune cible n'est atteinte "
        f"sur 1 chiffrées et mesurées. 48{FINE}% du budget est dépensé et validé : 7{FINE}000\u00a0€ sur "
        f"14{FINE}700\u00a0€."
    )
    assert isinstance(chiffres, Chiffres)
    assert [(un.titre, un.valeur, un.comparaison) for un in chiffres.chiffres][2] == (
        "Budget dépensé", f"48{FINE}%", f"7{FINE}000\u00a0€ sur 14{FINE}700\u00a0€")  # fmt: skip
    decisions = tableau(document, "propositions")
    assert (decisions.lignes[0]["propose"], decisions.total) == (
        Decimal(9800), {"fiche": "Total", "retenu": Decimal(9100), "propose": Decimal(9800)})  # fmt: skip


@pytest.mark.django_db
def test_les_trois_formats_disent_les_memes_chiffres(bilan: Revue) -> None:
    document = document_revue(bilan)
    assert document.version == "Verrouillé le 20\u00a0janvier\u00a02025 par Chambre d'essai et Métropole d'essai"
    pages = [page.extract_text() for page in PdfReader(BytesIO(rendre(document, "pdf"))).pages]
    # Une mise en page qui ne se fixe pas répète ses numéros.
    assert [f"{rang} / {len(pages)}" in page for rang, page in enumerate(pages, start=1)] == [True] * len(pages)
    pdf = " ".join(pages)
    diaporama = Presentation(BytesIO(rendre(document, "pptx")))
    formes = [forme for page in diaporama.slides for forme in page.shapes]
    diapositives = " ".join(
        [forme.text_frame.text for forme in formes if forme.has_text_frame]
        + [cellule.text for forme in formes if forme.has_table for cellule in forme.table.iter_cells()]
    )
    for attendu in ("Une belle année.", "Viser douze.", f"14{FINE}700", f"7{FINE}000", f"48{FINE}%"):
        assert attendu in " ".join(pdf.split("\n"))
        assert attendu in diapositives
    classeur = load_workbook(BytesIO(rendre(document, "xlsx")))
    budget = next(feuille for feuille in classeur if feuille.title.startswith("Budget et dépense"))
    assert [cellule.value for cellule in budget[budget.max_row]][1:] == [
        "Total", 14700, 14700, 14700, 7000, pytest.approx(7000 / 14700)]  # fmt: skip
    resultats = next(feuille for feuille in classeur if feuille.title.startswith("Chaque critère"))
    assert [cellule.value for cellule in resultats[2]][1:6] == [
        "1. Essai 1", "Entreprises suivies", "8 entreprises", "10 entreprises", 0.8]  # fmt: skip


@pytest.mark.django_db
def test_une_rectification_se_lit_a_cote_dans_le_document(bilan: Revue, mission_cci: Personne) -> None:
    assert "Rectifications" not in [section.titre for section in document_revue(bilan).sections]
    figure = bilan.figures.get(cle="f01.critere.entreprises")
    revues.rectifier(
        figure=figure, valeur=Decimal(9), motif="Une entreprise oubliée", source_au=None, auteur=mission_cci,
        au=fabrique.LE_BILAN,
    )  # fmt: skip
    document = document_revue(bilan)
    [ligne] = tableau(document, "rectifications").lignes
    assert (ligne["figee"], ligne["rectifiee"], ligne["motif"]) == (
        "8 entreprises", "9 entreprises", "Une entreprise oubliée")  # fmt: skip
    assert tableau(document, "resultats").lignes[0]["resultat"] == "8 entreprises (rectifié : 9 entreprises)"


def verifier_les_totaux(tableaux: Sequence[Tableau]) -> int:
    """Chaque total d'euros est la somme des nombres de sa colonne ; rend combien ont été vérifiés."""
    verifies = 0
    for un in tableaux:
        for colonne in un.colonnes:
            total = (un.total or {}).get(colonne.cle)
            if isinstance(total, Decimal) and numerique(colonne.nature) and colonne.nature != "taux":
                nombres = [ligne[colonne.cle] for ligne in un.lignes if isinstance(ligne.get(colonne.cle), Decimal)]
                assert total == sum(nombres, ZERO), (un.titre, colonne.titre)
                verifies += 1
    return verifies


@pytest.mark.django_db
def test_chaque_total_du_document_somme_ses_lignes(bilan: Revue) -> None:
    assert verifier_les_totaux(document_revue(bilan).tableaux()) == 10
    for nom, _, _ in TOTAUX:
        parts = list(bilan.figures.filter(fiche__isnull=False, cle__endswith=f".{nom}").order_by("ordre"))
        total = bilan.figures.get(cle=f"total.{nom}")
        assert len(parts) == 2
        assert total.valeur == sum((part.valeur or ZERO for part in parts), ZERO), nom


montants = st.decimals(min_value=0, max_value=10**7, places=2)
apports = st.lists(st.tuples(st.sampled_from(["CCI", "Métropole", "Région"]), st.none() | montants), max_size=4)


def _figures(numero: int, ecrits: Sequence[Decimal | None], financeurs: Sequence[tuple[str, Decimal | None]]):
    fiche = Fiche(pk=numero, numero=numero, annee=2024, titre_court=f"Essai {numero}")
    noms = ("total_declare", "total_calcule", "total_retenu", "depense")
    yield FigureFigee(fiche=fiche, cle=f"f{numero:02d}.feu", groupe="etat", origine=Feu.VERT, texte="En bonne voie.")
    for nom, valeur in zip(noms, ecrits, strict=True):
        yield FigureFigee(fiche=fiche, cle=f"f{numero:02d}.{nom}", groupe="budget", valeur=valeur, unite="€")
    for rang, (financeur, montant) in enumerate(dict(financeurs).items(), start=1):
        for nom, mot in (("prevu", "prévu"), ("porte", "part du dépensé")):
            yield FigureFigee(
                fiche=fiche, cle=f"f{numero:02d}.financeur_{rang}.{nom}", groupe="financement", valeur=montant,
                libelle=f"{financeur} : {mot}", unite="€",
            )  # fmt: skip


# Le premier graphique charge son moteur : le temps d'un exemple ne dit rien.
@given(st.lists(st.tuples(st.tuples(*[st.none() | montants] * 4), apports), min_size=1, max_size=6))
def test_les_totaux_du_budget_somment_quels_que_soient_les_montants(
    fiches: list[tuple[tuple[Decimal | None, ...], list[tuple[str, Decimal | None]]]],
) -> None:
    figures = [une for numero, (ecrits, financeurs) in enumerate(fiches, start=1)
               for une in _figures(numero, ecrits, financeurs)]  # fmt: skip
    for nom in ("total_declare", "total_calcule", "total_retenu", "depense"):
        valeurs = [une.valeur for une in figures if une.cle.endswith(f".{nom}") and une.valeur is not None]
        figures.append(FigureFigee(cle=f"total.{nom}", groupe="total", valeur=sum(valeurs, ZERO), unite="€"))
    section = parties.budget(ranger(figures))
    tableaux = [bloc for bloc in section.blocs if isinstance(bloc, Tableau)]
    avec_financeur = any(financeurs for _, financeurs in fiches)
    assert verifier_les_totaux(tableaux) == (8 if avec_financeur else 4)
    if avec_financeur:
        programme, par_fiche = tableaux[1:]
        assert [programme.total and programme.total[cle] for cle in ("prevu", "porte")] == [
            par_fiche.total and par_fiche.total[cle] for cle in ("prevu", "porte")]  # fmt: skip
