"""Les imprimés, par leur contenu : une page, balisée, où rien n'est interprété."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from tissu.publications.codes_qr import MARGE, code_qr
from tissu.publications.contenu import Encadre, Intertitre, Liste, Paragraphe
from tissu.publications.dessins import verifier
from tissu.publications.habillage import Habillage
from tissu.publications.imprimes import Courrier, Depliant, Invitation, Lettre, Logo, Papier
from tissu.publications.rendus.imprimes import BlocHorsDImprime, rendre_depliant, rendre_lettres

ADRESSE = "https://tissu.exemple.test/alerte-commerce/"
LOGO = Path(__file__).resolve().parents[3] / "territoires" / "dijon_metropole" / "logo.svg"
DEPLIANT = Depliant(
    "Alerte", "Prévenu en quelques minutes.",
    [Paragraphe("#strong[Pour <b>tous</b>]"), Intertitre("Comment"), Liste(["Un appel au 17.", "Un SMS."])],
    Invitation("Adhérez", ADRESSE, "tissu.exemple.test/alerte-commerce"), ["Andréa Essai, référente"],
    [Logo("Métropole d'essai", "svg", LOGO.read_bytes())], "Gratuit.",
)  # fmt: skip


@pytest.mark.parametrize(("papier", "largeur_mm"), [(Papier.A5, 148), (Papier.A4, 210)])
def test_le_depliant_tient_sur_une_page(papier: Papier, largeur_mm: int) -> None:
    pdf = PdfReader(io.BytesIO(rendre_depliant(DEPLIANT, papier)))
    assert (len(pdf.pages), round(float(pdf.pages[0].mediabox.width) * 25.4 / 72)) == (1, largeur_mm)
    texte = re.sub(r"\s+", " ", pdf.pages[0].extract_text())
    attendus = ("Prévenu en quelques minutes.", "#strong[Pour <b>tous</b>]", "Comment", "Un appel au 17.", "Adhérez",
                "tissu.exemple.test/alerte-commerce", "Andréa Essai, référente", "Gratuit.")  # fmt: skip
    assert [mot for mot in attendus if mot not in texte] == []


def test_un_bloc_sans_forme_imprimee_est_refuse() -> None:
    with pytest.raises(BlocHorsDImprime, match="Encadre"):
        rendre_depliant(replace(DEPLIANT, blocs=[Encadre("Non", ["Non."])]), Papier.A5)


def test_un_code_qr_est_un_dessin_a_trois_reperes_et_a_marge_blanche() -> None:
    dessin = verifier(code_qr(ADRESSE))
    cote = int(re.findall(r'width="(\d+)"', dessin)[0])
    pleins = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", dessin)}
    fin = cote - MARGE
    assert {min(min(case) for case in pleins), max(max(case) for case in pleins)} == {MARGE, fin - 1}
    coin = {(x, y) for x in range(7) for y in range(7) if 0 in (x, y) or 6 in (x, y) or (1 < x < 5 and 1 < y < 5)}
    for gauche, haut in ((MARGE, MARGE), (fin - 7, MARGE), (MARGE, fin - 7)):
        vus = {(x - gauche, y - haut) for x, y in pleins if 0 <= x - gauche < 7 and 0 <= y - haut < 7}
        assert vus == coin
    assert code_qr(ADRESSE + "?") != dessin


COURRIER = Courrier(
    "Lettres d'essai", "Dijon, le 26 novembre 2026",
    [
        Lettre(["Café d'Émile", "3 rue du Four", "21300 CHENOVE"], "Rejoignez-nous", [Paragraphe("Bonjour Café.")]),
        Lettre(["#strong[Bar]", "9 rue du Four", "21000 DIJON"], "Rejoignez-nous", [Liste(["Un", "Deux"])]),
    ],
    Invitation("Adhérez", ADRESSE, "tissu.exemple.test"), "La présidente",
)  # fmt: skip


def test_chaque_lettre_a_sa_feuille_et_son_adresse_dans_la_fenetre() -> None:
    pdf = PdfReader(io.BytesIO(rendre_lettres(COURRIER, Habillage(organisation="Chambre d'essai", pied="Siège"))))
    assert len(pdf.pages) == 2
    premiere, seconde = (re.sub(r"\s+", " ", page.extract_text()) for page in pdf.pages)
    attendus = ("Chambre d'essai", "Café d'Émile", "Dijon, le 26 novembre 2026", "Rejoignez-nous", "Bonjour Café.",
                "La présidente", "Adhérez", "tissu.exemple.test", "Siège")  # fmt: skip
    assert [mot for mot in attendus if mot not in premiere] == []
    assert ("#strong[Bar]" in seconde, "Café d'Émile" in seconde) == (True, False)
    places: dict[str, tuple[float, float]] = {}

    def noter(texte: str, cm: list[float], tm: list[float], *_: object) -> None:
        if texte.strip():
            gauche, bas = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            places[texte.strip()] = (gauche * 25.4 / 72, 297 - bas * 25.4 / 72)

    pdf.pages[0].extract_text(visitor_text=noter)
    for ligne in COURRIER.lettres[0].destinataire:
        gauche, haut = places[ligne]
        assert (round(gauche), 50 < haut < 82) == (105, True), (ligne, places)


def test_une_lettre_longue_se_poursuit_sans_rien_perdre() -> None:
    longue = replace(COURRIER.lettres[0], blocs=[Paragraphe(f"Phrase {rang}. " + "mot " * 40) for rang in range(30)])
    pdf = PdfReader(io.BytesIO(rendre_lettres(replace(COURRIER, lettres=[longue, COURRIER.lettres[1]]))))
    texte = "".join(page.extract_text() for page in pdf.pages)
    assert [rang for rang in range(30) if f"Phrase {rang}." not in texte] == []
    assert "#strong[Bar]" in pdf.pages[-1].extract_text()
