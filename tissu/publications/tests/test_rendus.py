"""Chaque rendu, par son contenu : tout y est, rien n'y est interprété."""

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tissu.publications.contenu import Document, Paragraphe, Section
from tissu.publications.rendus import FormatInconnu, contexte_page, rendre
from tissu.publications.rendus.feuille import TableauInconnu
from tissu.publications.rendus.garde import rendre_et_garder
from tissu.publications.valeurs import enchainer


def lignes_csv(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def test_le_csv_porte_le_dernier_tableau_par_defaut(document: Document) -> None:
    assert lignes_csv(rendre(document, "csv")) == [
        ["SIRET", "Nom", "Date d'effet", "Part"],
        ["99000000100013", '\'=HYPERLINK("x")', "2026-10-01", "0,074"],
        ["00000000200017", "#strong[<b>Trois Cormorans</b>]", "", ""],
    ]


def test_le_csv_d_un_tableau_choisi(document: Document) -> None:
    assert lignes_csv(rendre(document, "csv", tableau="mensuel"))[1] == ["2026-09", "1512", "940"]


def test_un_tableau_absent_est_dit(document: Document) -> None:
    with pytest.raises(TableauInconnu, match="Pas de tableau « zones » : choisissez parmi mensuel, liste"):
        rendre(document, "csv", tableau="zones")


def test_un_format_absent_est_dit(document: Document) -> None:
    with pytest.raises(FormatInconnu, match="demandez pdf, pptx, xlsx, csv"):
        rendre(document, "doc")


def test_le_classeur_a_sa_legende_et_ses_tableaux(document: Document) -> None:
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(rendre(document, "xlsx")))
    assert classeur.sheet_names == ["Légende", "Entrées et sorties", "Liste des établissements"]
    legende = dict(ligne[:2] for ligne in classeur.get_sheet_by_name("Légende").to_python()[2:])
    assert legende["Données au"] == "1er\u00a0novembre\u00a02026"
    assert legende["Méthode"] == "Périmètre : industrie et services."
    assert classeur.get_sheet_by_name("Entrées et sorties").to_python()[-1] == ["Total", 3142.0, 1941.0]
    liste = classeur.get_sheet_by_name("Liste des établissements").to_python()
    assert [ligne[0] for ligne in liste] == ["SIRET", "99000000100013", "00000000200017"]
    assert liste[1][1] == '=HYPERLINK("x")'


def test_le_pdf_est_balise_et_dit_tout(document: Document) -> None:
    pdf = PdfReader(io.BytesIO(rendre(document, "pdf")))
    texte = "\n".join(page.extract_text() for page in pdf.pages)
    assert bool(pdf.trailer["/Root"]["/MarkInfo"]["/Marked"])
    assert pdf.trailer["/Root"]["/Lang"] == "fr-FR"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Flux d'établissements"
    assert [signet["/Title"] for signet in pdf.outline if isinstance(signet, dict)] == [
        "1. L'essentiel", "2. La liste", "3. Méthode et définitions",
    ]  # fmt: skip
    sans_espace = re.sub(r"\s", "", texte)
    for attendu in ("1630", "99000000100013", "7,4%", "#strong[<b>TroisCormorans</b>]", "Lesolderestepositif"):
        assert attendu in sans_espace


def test_une_fiche_se_passe_de_page_de_titre(document: Document) -> None:
    """Une page de contenu tient sur une page : ni page de titre, ni sommaire ; le titre ouvre la page."""
    courte = replace(document, sections=[Section("s", "Constat", [Paragraphe("Rien à dire.")])], methode=())
    document_, fiche = (
        PdfReader(io.BytesIO(rendre(replace(courte, fiche=choix), "pdf"))) for choix in (False, True)
    )  # fmt: skip
    assert (len(document_.pages), len(fiche.pages)) == (2, 1)
    texte = fiche.pages[0].extract_text()
    assert texte.index("Flux d'établissements") < texte.index("Constat") < texte.index("Rien à dire")
    assert "Sommaire" not in texte


def test_un_intertitre_se_lit_partout(document: Document) -> None:
    page = render_to_string("publications/_document.html", contexte_page(document))
    assert "<h3>Une partie</h3>" in page
    pdf = PdfReader(io.BytesIO(rendre(document, "pdf")))
    assert "/H2" in {str(balise.get("/S")) for balise in _balises(pdf.trailer["/Root"]["/StructTreeRoot"])}
    assert "Une partie" in "".join(page.extract_text() for page in pdf.pages)


@pytest.mark.usefixtures("stockage")
def test_un_rendu_garde_ne_se_refait_que_si_le_document_change(
    document: Document, settings: Any, tmp_path: Path
) -> None:
    settings.CACHES = settings.CACHES | {"dessins": settings.CACHES["dessins"] | {"LOCATION": str(tmp_path / "d")}}
    premier = rendre_et_garder(document, "pdf")
    gardes = {fichier.stat().st_mtime_ns for fichier in (tmp_path / "d").iterdir()}
    assert rendre_et_garder(document, "pdf") == premier
    assert {fichier.stat().st_mtime_ns for fichier in (tmp_path / "d").iterdir()} == gardes
    autre = rendre_et_garder(replace(document, sous_titre="Autre"), "pdf")
    assert "Autre" in PdfReader(io.BytesIO(autre)).pages[0].extract_text()


def test_la_page_relie_chaque_cellule_et_montre_les_totaux(document: Document) -> None:
    page = render_to_string("publications/_document.html", contexte_page(document))
    assert '<a href="/e/1/">990\u202f000\u202f001\u202f00013</a>' in page
    assert "&lt;b&gt;Trois Cormorans&lt;/b&gt;" in page
    assert "3\u202f142" in page
    assert [page.count(f"graphique--{taille}") for taille in ("large", "etroit")] == [1, 1]
    assert "style=" not in page


def test_la_couleur_du_texte_suit_le_theme_de_la_page(document: Document) -> None:
    page = render_to_string("publications/_document.html", contexte_page(document))
    assert 'fill="currentColor"' in page


def test_un_long_tableau_de_page_est_coupe_et_le_dit(document: Document) -> None:
    long = replace(document.tableaux()[0], lignes=[document.tableaux()[0].lignes[0]] * 5, note="")
    page = contexte_page(replace(document, sections=[Section("s", "Longue", [long])]), lignes_au_plus=3)
    affiche = page["sections"][0]["blocs"][0]["tableau"]
    assert len(affiche["lignes"]) == 3
    assert affiche["contenu"].note == "Les 2 lignes suivantes sont dans les fichiers à télécharger."


def test_notes_et_sources_s_enchainent() -> None:
    assert enchainer("", "Insee, base Sirene", " Deux lignes tues. ", "Suite au classeur") == (
        "Insee, base Sirene. Deux lignes tues. Suite au classeur"
    )
    assert (enchainer(), enchainer("Insee")) == ("", "Insee")


def test_la_note_d_un_tableau_se_lit_dans_le_pdf(document: Document) -> None:
    note = "Dont quatre lignes en diffusion partielle"
    tableau = replace(document.tableaux()[0], note=note)
    pdf = PdfReader(io.BytesIO(rendre(replace(document, sections=[Section("s", "S", [tableau])]), "pdf")))
    texte = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert "".join(f"{note}. Insee, base Sirene.".split()) in texte


def test_le_pdf_suit_pdf_ua(document: Document) -> None:
    """Titre affiché, langue, arbre de balises, texte des figures, et la déclaration PDF/UA-1 des métadonnées."""
    pdf = PdfReader(io.BytesIO(rendre(document, "pdf")))
    racine = pdf.trailer["/Root"]
    assert (racine["/ViewerPreferences"]["/DisplayDocTitle"].value, racine["/Lang"]) == (True, "fr-FR")
    metadonnees = html.unescape(racine["/Metadata"].get_data().decode())
    assert re.search(r'pdfuaid:part(>|=")1', metadonnees)
    assert "Flux d'établissements" in metadonnees
    balises = list(_balises(racine["/StructTreeRoot"]))
    roles = {str(balise.get("/S")) for balise in balises}
    assert {"/Document", "/H1", "/Table", "/TH", "/TD", "/TR", "/Figure", "/L", "/LI", "/P"} <= roles
    figures = [balise for balise in balises if balise.get("/S") == "/Figure"]
    assert [str(figure.get("/Alt")) for figure in figures] == ["Barres mensuelles"]
    assert all("/StructParents" in page for page in pdf.pages)
    polices = {str(police.get_object()["/BaseFont"]) for page in pdf.pages
               for police in page["/Resources"].get("/Font", {}).values()}  # fmt: skip
    assert {police.partition("+")[2].partition("-")[0] for police in polices} == {"SourceSans3"}


def _balises(noeud: Any) -> Iterator[Any]:
    objet = noeud.get_object() if hasattr(noeud, "get_object") else noeud
    if isinstance(objet, list):
        for enfant in objet:
            yield from _balises(enfant)
    elif isinstance(objet, dict):
        if "/S" in objet:
            yield objet
        if "/K" in objet:
            yield from _balises(objet["/K"])
