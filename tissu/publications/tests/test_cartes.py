"""Une carte dans un document : la même en page, PDF, diaporama et classeur, avec son tableau ; rien qui agisse."""

import csv
import io
import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tissu.publications import contenu_json
from tissu.publications.contenu import Carte, Colonne, Document, Nature, Section, Tableau, epure
from tissu.publications.dessins import DessinRefuse, en_image, pour_la_page, verifier
from tissu.publications.rendus import contexte_page, rendre

DESSIN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160mm" height="100mm" viewBox="0 0 160 100"><defs>'
    '<clipPath id="cadre"><rect width="160" height="100"/></clipPath></defs><g clip-path="url(#cadre)">'
    '<rect width="160" height="100" fill="#eceae6"/><circle cx="80" cy="50" r="20" fill="#d55e00"/>'
    '<text x="80" y="52" font-family="Source Sans 3" font-size="5" text-anchor="middle" fill="#2f2c2a">Dijon</text>'
    "</g></svg>"
)
COLONNES = [Colonne("quartier", "Quartier", adresse="url"), Colonne("taux", "Taux", Nature.TAUX)]
LIGNES = [
    {"quartier": "Centre-ville", "taux": 0.074, "url": "/q/1/"},
    {"quartier": "Toison d'or", "taux": None, "url": ""},
]
TABLEAU = Tableau("vacance", "Vacance par quartier", COLONNES, LIGNES, source="Relevé d'essai")
CARTE = Carte(
    "Le centre se vide",
    "Locaux vacants, en %",
    DESSIN,
    "Carte de la vacance : Centre-ville 7,4 %.",
    TABLEAU,
    "Relevé d'essai",
)


@pytest.fixture
def avec_carte(document: Document) -> Document:
    return replace(document, sections=[Section("carte", "La carte", [CARTE])], methode=[])


def test_la_page_porte_le_dessin_sa_description_et_son_tableau(avec_carte: Document) -> None:
    html = render_to_string("publications/_document.html", contexte_page(avec_carte))
    assert 'role="img" aria-label="Carte de la vacance : Centre-ville 7,4 %."' in html
    assert (html.count("<svg "), "style=" in html, "7,4\u202f%" in html) == (1, False, True)
    assert "Le centre se vide" in html


def test_deux_cartes_d_une_page_n_ont_pas_les_memes_identifiants(avec_carte: Document) -> None:
    autre = replace(CARTE, dessin=DESSIN.replace("Dijon", "Talant"))
    html = render_to_string(
        "publications/_document.html", contexte_page(replace(avec_carte, sections=[Section("c", "C", [CARTE, autre])]))
    )
    identifiants = re.findall(r'<clipPath id="([^"]+)"', html)
    assert len(set(identifiants)) == 2
    assert re.findall(r"url\(#([^)]+)\)", html) == identifiants


def test_le_pdf_porte_l_image_son_texte_de_remplacement_et_le_tableau(avec_carte: Document) -> None:
    octets = rendre(avec_carte, "pdf")
    texte = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages))
    for attendu in ("Le centre se vide", "Locaux vacants", "Vacance par quartier", "Centre-ville", "7,4", "Relevé d"):
        assert attendu in texte
    assert "Carte de la vacance : Centre-ville 7,4 %." in _alternatives(octets)


def _alternatives(octets: bytes) -> list[str]:
    trouves: list[str] = []

    def parcourir(noeud: object) -> None:
        noeud = noeud.get_object() if hasattr(noeud, "get_object") else noeud
        if isinstance(noeud, list):
            for un in noeud:
                parcourir(un)
        elif isinstance(noeud, dict):
            if "/Alt" in noeud:
                trouves.append(str(noeud["/Alt"]))
            parcourir(noeud.get("/K", []))

    parcourir(PdfReader(io.BytesIO(octets)).trailer["/Root"]["/StructTreeRoot"])
    return trouves


def test_le_diaporama_porte_l_image_decrite_puis_son_tableau(avec_carte: Document) -> None:
    diapositives = list(Presentation(io.BytesIO(rendre(avec_carte, "pptx"))).slides)
    images = [(rang, forme) for rang, une in enumerate(diapositives) for forme in une.shapes if forme.shape_type == 13]
    assert len(images) == 1
    rang, image = images[0]
    assert image._element.xpath(".//p:cNvPr")[0].get("descr") == "Carte de la vacance : Centre-ville 7,4 %."
    assert diapositives[rang].shapes.title.text_frame.text == "Le centre se vide"
    assert image.width / image.height == pytest.approx(1.6, rel=0.01)
    tableaux = [forme for forme in diapositives[rang + 1].shapes if forme.has_table]
    assert tableaux[0].table.cell(1, 0).text_frame.text == "Centre-ville"


def test_le_classeur_et_le_csv_portent_le_tableau(avec_carte: Document) -> None:
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(rendre(avec_carte, "xlsx")))
    assert classeur.get_sheet_by_name("Vacance par quartier").to_python()[1] == ["Centre-ville", 0.074]
    lignes = list(csv.reader(io.StringIO(rendre(avec_carte, "csv").decode("utf-8-sig")), delimiter=";"))
    assert lignes == [["Quartier", "Taux"], ["Centre-ville", "0,074"], ["Toison d'or", ""]]


def test_une_carte_se_fige_sans_perte_et_s_epure(avec_carte: Document) -> None:
    assert contenu_json.lire(contenu_json.ecrire(avec_carte)) == avec_carte
    figee = epure(avec_carte).sections[0].blocs[0]
    assert isinstance(figee, Carte)
    assert figee.tableau.lignes[0] == {"quartier": "Centre-ville", "taux": 0.074}


@pytest.mark.parametrize(
    "intrus",
    [
        "<script>alert(1)</script>", '<image href="http://ailleurs.example/x.png"/>', '<rect onload="alert(1)"/>',
        '<rect style="fill:red"/>', '<rect fill="url(http://ailleurs.example/#a)"/>', "<foreignObject/>",
        '<a href="javascript:alert(1)"/>', "<use/>", "<animate/>",
    ],
)  # fmt: skip
def test_un_dessin_qui_agit_est_refuse(intrus: str) -> None:
    with pytest.raises(DessinRefuse):
        pour_la_page(DESSIN.replace("</svg>", f"{intrus}</svg>"))


@pytest.mark.parametrize("faux", ["", "<svg", "\x00", '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'])
def test_un_dessin_illisible_est_refuse(faux: str) -> None:
    with pytest.raises(DessinRefuse):
        verifier(faux)


def test_l_image_d_un_dessin_a_sa_taille_et_ses_couleurs() -> None:
    image = Image.open(io.BytesIO(en_image(DESSIN))).convert("RGB")
    assert image.size == pytest.approx((160 / 25.4 * 250, 100 / 25.4 * 250), abs=2)
    assert image.getpixel((image.width // 2 - 150, image.height // 2)) == (0xD5, 0x5E, 0x00)
