"""Le diaporama, rouvert et lu : titres, graphiques et tableaux natifs, gabarit du partenaire gardé."""

import io
from dataclasses import replace
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Emu

from tissu.publications.contenu import (
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.publications.habillage import Habillage
from tissu.publications.rendus.diaporama import rendre_diaporama
from tissu.publications.rendus.gabarit_recu import GabaritIllisible
from tissu.publications.tests.conftest import MOIS


def ouvrir(octets: bytes) -> Any:
    return Presentation(io.BytesIO(octets))


def avec_natif(document: Document) -> Document:
    natif = graphique_natif(
        MOIS, SorteDeGraphique.BARRES_EMPILEES, categorie="mois",
        valeurs={"entrees": "Entrées", "sorties": "Sorties"}, oppose=True,
    )  # fmt: skip
    premiere = document.sections[0]
    blocs = [replace(b, natif=natif) if isinstance(b, Figure) else b for b in premiere.blocs]
    return replace(document, sections=[replace(premiere, blocs=blocs), *document.sections[1:]])


def test_un_titre_par_diapositive_dans_son_emplacement(document: Document) -> None:
    diapositives = ouvrir(rendre_diaporama(avec_natif(document))).slides
    assert [d.shapes.title.text_frame.text for d in diapositives] == [
        "Flux d'établissements", "L'essentiel", "Le solde reste positif", "La liste", "Lire",
        "Liste des établissements", "Méthode et définitions",
    ]  # fmt: skip


def test_le_graphique_est_natif_decrit_et_juste(document: Document) -> None:
    diapositive = ouvrir(rendre_diaporama(avec_natif(document))).slides[2]
    cadre = next(forme for forme in diapositive.shapes if forme.has_chart)
    series = {serie.name: list(serie.values) for serie in cadre.chart.plots[0].series}
    assert series == {"Entrées": [1512.0, 1630.0], "Sorties": [-940.0, -1001.0]}
    assert cadre._element.xpath(".//p:cNvPr")[0].get("descr") == "Barres mensuelles"
    assert not any(forme.shape_type == 13 for forme in diapositive.shapes)


def test_le_tableau_est_natif_et_a_son_total(document: Document) -> None:
    diapositives = ouvrir(rendre_diaporama(document)).slides
    cadre = next(forme for forme in diapositives[2].shapes if forme.has_table)
    assert [[c.text for c in ligne.cells] for ligne in cadre.table.rows] == [
        ["Mois", "Entrées", "Sorties"], ["2026-09", "1\u202f512", "940"], ["2026-10", "1\u202f630", "1\u202f001"],
        ["Total", "3\u202f142", "1\u202f941"],
    ]  # fmt: skip


def _liste(combien: int) -> Document:
    colonnes = [Colonne("n", "Rang", Nature.NOMBRE)]
    tableau = Tableau("l", "Liste", colonnes, [{"n": n} for n in range(combien)], total={"n": combien})
    return Document("T", "", "L", "P", None, "", [Section("s", "S", [tableau])])


def test_un_long_tableau_se_poursuit_avec_son_en_tete_et_le_total_a_la_fin() -> None:
    diapositives = list(ouvrir(rendre_diaporama(_liste(25))).slides)[2:]
    titres = [d.shapes.title.text_frame.text for d in diapositives]
    tables = [next(f for f in d.shapes if f.has_table).table for d in diapositives]
    assert titres == ["Liste (1/3)", "Liste (suite 2/3)", "Liste (suite 3/3)"]
    assert [t.cell(0, 0).text for t in tables] == ["Rang"] * 3
    assert [t.last_row for t in tables] == [False, False, True]


def test_une_tres_longue_liste_renvoie_au_classeur() -> None:
    diapositives = list(ouvrir(rendre_diaporama(_liste(800))).slides)
    textes = " ".join(f.text_frame.text for f in diapositives[2].shapes if f.has_text_frame)
    assert (len(diapositives), "Les 788 lignes suivantes sont dans le classeur." in textes) == (3, True)


def test_le_gabarit_du_partenaire_garde_son_theme_et_perd_ses_diapositives(document: Document) -> None:
    gabarit = Presentation()
    gabarit.slide_width = Emu(12192000)
    gabarit.slide_master.name = "Maître du partenaire"
    gabarit.slides.add_slide(gabarit.slide_layouts[0]).shapes.title.text = "À effacer"
    octets = io.BytesIO()
    gabarit.save(octets)
    rendu = ouvrir(rendre_diaporama(document, Habillage(diapositives=octets.getvalue())))
    assert (rendu.slide_master.name, len(rendu.slide_layouts)) == ("Maître du partenaire", 11)
    assert rendu.slides[0].shapes.title.text_frame.text == "Flux d'établissements"
    assert "À effacer" not in [d.shapes.title.text_frame.text for d in rendu.slides]


def test_l_embargo_est_sur_chaque_diapositive(document: Document) -> None:
    mention = "Sous embargo jusqu'au 1er décembre"
    for diapositive in ouvrir(rendre_diaporama(document, Habillage(embargo=mention))).slides:
        assert any(mention in f.text_frame.text for f in diapositive.shapes if f.has_text_frame)


def test_un_gabarit_illisible_est_dit(document: Document) -> None:
    with pytest.raises(GabaritIllisible, match="n'est pas un diaporama PPTX"):
        rendre_diaporama(document, Habillage(diapositives=b"autre chose"))


def _rectangles(diapositive: Any) -> list[tuple[int, int, int, int]]:
    formes = [f for f in diapositive.shapes if f.has_text_frame and f.text_frame.text and not f.is_placeholder]
    return [(f.left, f.top, f.left + f.width, f.top + f.height) for f in formes]


@pytest.mark.parametrize("phrases", [1, 6])
def test_les_chiffres_et_les_textes_ne_se_recouvrent_pas(phrases: int) -> None:
    """Les textes qui tiennent sont sous les chiffres ; trop longs, ils passent ensemble à la diapositive suivante."""
    constat = "Neuf fiches sur dix-sept sont en bonne voie, trois à surveiller, une en difficulté, quatre à voir. " * 2
    chiffres = Chiffres([Chiffre(f"Chiffre {rang}", rang, comparaison="sur dix") for rang in range(6)])
    encadres = [Encadre("Un partenaire", ["Nous avons tenu le calendrier, et il reste à faire. " * 2])] * phrases
    section = Section("essentiel", "L'essentiel", [Paragraphe(constat), chiffres, *encadres])
    document = Document("T", "", "L", "P", None, "", [section])
    diapositives = list(ouvrir(rendre_diaporama(document)).slides)[1:]
    assert [d.shapes.title.text_frame.text for d in diapositives] == [
        "L'essentiel", *(["L'essentiel (suite)"] if phrases > 1 else []),
    ]  # fmt: skip
    for diapositive in diapositives:
        aires = _rectangles(diapositive)
        recouvrements = [
            (a, b) for rang, a in enumerate(aires) for b in aires[rang + 1 :]
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        ]  # fmt: skip
        assert recouvrements == []
        tuiles = [f for f in diapositive.shapes if f.has_text_frame and f.text_frame.text.startswith("Chiffre")]
        assert all(tuile.height > 800_000 for tuile in tuiles)
    textes = [f.text_frame.text for d in diapositives for f in d.shapes if f.has_text_frame]
    assert sum(texte.count("Nous avons tenu") for texte in textes) == 2 * phrases
