"""Le diaporama et son gabarit : trouver les dispositions par leurs emplacements, poser titres, tableaux et graphiques.

Un gabarit de partenaire n'est jamais reconnu à ses noms : ses dispositions se lisent de leurs emplacements. Un
emplacement qui manque laisse la place à une zone de texte.
"""

import copy
import io
from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import MSO_THEME_COLOR
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from tissu.publications.contenu import Carte, Chiffre, Document, Encadre, Figure, Nature, SorteDeGraphique, Tableau
from tissu.publications.habillage import Habillage
from tissu.publications.rendus.gabarit_maison import presentation_maison
from tissu.publications.rendus.gabarit_recu import TITRES, emplacement, ouvrir_gabarit
from tissu.publications.valeurs import affichee, numerique
from tissu.socle.formats import date_longue

CORPS = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT}
ANNEXES = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
FORMES = {
    SorteDeGraphique.BARRES: XL_CHART_TYPE.COLUMN_CLUSTERED,
    SorteDeGraphique.BARRES_COUCHEES: XL_CHART_TYPE.BAR_CLUSTERED,
    SorteDeGraphique.BARRES_EMPILEES: XL_CHART_TYPE.COLUMN_STACKED,
    SorteDeGraphique.COURBE: XL_CHART_TYPE.LINE_MARKERS,
}
NOMBRES = {
    Nature.DECIMAL: "#,##0.0",
    Nature.TAUX: "0.0%",
    Nature.VARIATION: "+#,##0;-#,##0;0",
    Nature.EUROS: '#,##0 "€"',
    Nature.CENTIMES: '#,##0.00 "€"',
    Nature.CENTIEMES: "#,##0.00",
}


# Une tuile : son titre sur deux lignes, sa valeur, sa comparaison.
HAUTE_TUILE = 900_000


class Diapositives:
    """Le diaporama en cours d'écriture."""

    def __init__(self, document: Document, habillage: Habillage) -> None:
        self.maison = habillage.diapositives is None
        gabarit = habillage.diapositives
        self.presentation = presentation_maison(habillage.accent) if gabarit is None else ouvrir_gabarit(gabarit)
        self.habillage = habillage
        mentions = [habillage.embargo or habillage.reserve, document.territoire, habillage.pied, habillage.edition]
        mentions.append(f"données au {date_longue(document.source_au)}")
        self.pied = " · ".join(texte for texte in mentions if texte)
        self.largeur, self.hauteur = self.presentation.slide_width, self.presentation.slide_height
        proprietes = self.presentation.core_properties
        proprietes.title, proprietes.subject = document.titre, document.sous_titre
        proprietes.author, proprietes.language = habillage.organisation or document.territoire, "fr-FR"
        dispositions = list(self.presentation.slide_layouts)
        titrees = [d for d in dispositions if emplacement(d, TITRES) is not None]
        corps = [d for d in titrees if sum(p.placeholder_format.type in CORPS for p in d.placeholders) == 1]
        self.ouvrante = next(
            (d for d in titrees if emplacement(d, {PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.SUBTITLE})), titrees[0]
        )
        self.contenu = max(corps, key=lambda d: _aire(emplacement(d, CORPS)), default=titrees[-1])
        menus = TITRES | ANNEXES | {PP_PLACEHOLDER.DATE}
        seules = [d for d in titrees if all(p.placeholder_format.type in menus for p in d.placeholders)]
        self.seule = seules[0] if seules else self.contenu

    # --- Les sortes de diapositives ---

    def ouverture(self, titre: str, lignes: Sequence[str]) -> None:
        """La page de titre ; le logo n'y est posé que dans notre gabarit, celui du partenaire a le sien."""
        diapositive = self._nouvelle(self.ouvrante, titre, "")
        place = emplacement(diapositive, {PP_PLACEHOLDER.SUBTITLE} | CORPS)
        if place is None:
            place = diapositive.shapes.add_textbox(*self._zone(diapositive))
        _ecrire(place.text_frame, lignes)
        if self.habillage.logo and self.maison:
            image = diapositive.shapes.add_picture(
                io.BytesIO(self.habillage.logo), self.largeur - Emu(2900000), Emu(500000), height=Emu(800000)
            )
            image.left = self.largeur - image.width - Emu(700000)
            _decrire(image, f"Logo : {self.habillage.organisation}")

    def texte(self, titre: str, phrases: Sequence[str], *, puces: bool = False, notes: str = "") -> None:
        """Un titre et des paragraphes, dans le corps de la disposition."""
        diapositive = self._nouvelle(self.contenu, titre, notes)
        place = emplacement(diapositive, CORPS)
        if place is None:
            place = diapositive.shapes.add_textbox(*self._zone(diapositive))
            place.text_frame.word_wrap = True
        signes = sum(map(len, phrases))
        taille = Pt(14) if signes > 700 else Pt(18) if signes > 250 else Pt(22)
        _ecrire(place.text_frame, phrases, taille=taille)
        if not puces:
            for paragraphe in place.text_frame.paragraphs:
                _sans_puce(paragraphe)

    def chiffres(
        self, titre: str, chiffres: Sequence[Chiffre], phrases: Sequence[str], notes: str,
        dessous: Sequence[Encadre] = (),
    ) -> None:  # fmt: skip
        """Des chiffres clés en tuiles, la phrase du constat au-dessus, et sous eux ce que l'on en dit."""
        definitions = [f"{c.titre} : {c.definition}" for c in chiffres if c.definition]
        diapositive = self._nouvelle(self.seule, titre, "\n".join([*phrases, *definitions, notes]))
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        if phrases:
            haute = Emu(_haute_de_la_phrase(phrases) - 100000)
            boite = diapositive.shapes.add_textbox(gauche, haut, largeur, haute)
            boite.text_frame.word_wrap = True
            _ecrire(boite.text_frame, phrases[:1], taille=Pt(18))
            haut, hauteur = Emu(haut + haute + 100000), Emu(hauteur - haute - 100000)
        if dessous:
            reserve = self._dessous(diapositive, dessous)
            hauteur = Emu(hauteur - reserve)
        par_rangee, rangees = _rangees(chiffres)
        pas = min(Emu(int(hauteur / max(rangees, 1))), Emu(1800000))
        petite, grande = (Pt(12), Pt(24)) if dessous else (Pt(14), Pt(30))
        for rang, chiffre in enumerate(chiffres):
            boite = diapositive.shapes.add_textbox(
                Emu(gauche + (rang % par_rangee) * int(largeur / par_rangee)),
                Emu(haut + (rang // par_rangee) * pas),
                Emu(int(largeur / par_rangee) - 150000),
                Emu(pas - 50000),
            )
            boite.text_frame.word_wrap = True
            lignes = [chiffre.titre, affichee(chiffre.valeur, chiffre.nature), chiffre.comparaison]
            _ecrire(boite.text_frame, [ligne for ligne in lignes if ligne], taille=petite)
            valeur = boite.text_frame.paragraphs[1]
            fort = valeur.runs[0].font
            fort.size, fort.bold, fort.color.theme_color = grande, True, MSO_THEME_COLOR.ACCENT_1
            if chiffre.unite:
                unite = valeur.add_run()
                unite.text, unite.font.size = f" {chiffre.unite}", petite

    def tiennent(self, chiffres: Sequence[Chiffre], phrases: Sequence[str], dessous: Sequence[Encadre]) -> bool:
        """Les tuiles gardent-elles de quoi se lire entre la phrase du constat et les textes du dessous ?"""
        *_, hauteur = self._zone(self.seule)
        _, rangees = _rangees(chiffres)
        return _haute_de_la_phrase(phrases) + rangees * HAUTE_TUILE + _haute_du_dessous(dessous) <= hauteur

    def encadres(self, titre: str, encadres: Sequence[Encadre], notes: str) -> None:
        """Des encadrés l'un sous l'autre, leur titre en gras."""
        diapositive = self._nouvelle(self.seule, titre, notes)
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        self._empiler(diapositive, encadres, (gauche, haut, largeur, hauteur), Pt(18))

    def _dessous(self, diapositive: Any, encadres: Sequence[Encadre]) -> int:
        """Pose les textes en bas de l'aire du contenu ; rend la hauteur qu'ils prennent."""
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        haute = _haute_du_dessous(encadres)
        self._empiler(diapositive, encadres, (gauche, Emu(haut + hauteur - haute), largeur, Emu(haute)), Pt(14))
        return haute + 50000

    def _empiler(self, diapositive: Any, encadres: Sequence[Encadre], aire: tuple[Emu, ...], taille: Pt) -> None:
        phrases = _phrases(encadres)
        boite = diapositive.shapes.add_textbox(*aire)
        boite.text_frame.word_wrap = True
        _ecrire(boite.text_frame, [texte for texte, _ in phrases], taille=taille)
        for paragraphe, (_, gras) in zip(boite.text_frame.paragraphs, phrases, strict=True):
            paragraphe.space_after = Pt(4)
            paragraphe.runs[0].font.bold = gras

    def tableau(
        self, titre: str, tableau: Tableau, cellules: Sequence[Sequence[str]], *, a_total: bool, source: str, notes: str
    ) -> None:
        """Un tableau natif, aux couleurs du thème ; ses colonnes de nombres à droite."""
        diapositive = self._nouvelle(self.seule, titre, notes)
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        taille = Pt(12) if len(tableau.colonnes) <= 6 else Pt(10)
        haute = min(Emu(int((hauteur - 400000) / (len(cellules) + 1))), Emu(370000))
        cadre = diapositive.shapes.add_table(
            len(cellules) + 1, len(tableau.colonnes), gauche, haut, largeur, haute * (len(cellules) + 1)
        )
        grille = cadre.table
        grille.last_row, grille.first_row, grille.horz_banding = a_total, True, False
        mesures = [
            4 + max(4, min(30, max(len(texte) for texte in (colonne.titre, *(ligne[rang] for ligne in cellules)))))
            for rang, colonne in enumerate(tableau.colonnes)
        ]
        for rang, colonne in enumerate(tableau.colonnes):
            grille.columns[rang].width = Emu(int(largeur * mesures[rang] / sum(mesures)))
            textes = [colonne.titre, *(ligne[rang] for ligne in cellules)]
            for numero, texte in enumerate(textes):
                cellule = grille.cell(numero, rang)
                cellule.margin_top = cellule.margin_bottom = Emu(25000)
                _ecrire(cellule.text_frame, [texte], taille=taille)
                if numerique(colonne.nature):
                    cellule.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        for ligne in grille.rows:
            ligne.height = haute
        _decrire(
            cadre, f"{tableau.titre} : {len(cellules)} lignes, colonnes {', '.join(c.titre for c in tableau.colonnes)}"
        )
        self._source(diapositive, source)

    def graphique(self, figure: Figure, notes: str) -> None:
        """Un graphique natif : le titre dit le constat, la mesure est dessous, les données sont dans le fichier."""
        natif = figure.natif
        assert natif is not None
        diapositive = self._nouvelle(self.seule, figure.titre, notes)
        donnees = CategoryChartData(number_format=NOMBRES.get(natif.nature, "#,##0"))
        donnees.categories = list(natif.categories)
        for rang, serie in enumerate(natif.series):
            oppose = natif.oppose and rang == len(natif.series) - 1
            valeurs = [None if v is None else -float(v) if oppose else float(v) for v in serie.valeurs]
            donnees.add_series(serie.titre, valeurs)
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        mesure = diapositive.shapes.add_textbox(gauche, haut, largeur, Emu(380000))
        _ecrire(mesure.text_frame, [figure.sous_titre], taille=Pt(14))
        cadre = diapositive.shapes.add_chart(
            FORMES[natif.sorte], gauche, haut + Emu(420000), largeur, hauteur - Emu(850000), donnees
        )
        _mettre_en_forme(cadre.chart, figure)
        _decrire(cadre, figure.description)
        self._source(diapositive, figure.source)

    def image(self, carte: Carte, octets: bytes, notes: str) -> None:
        """Une image à la mesure de la diapositive, avec son texte de remplacement."""
        diapositive = self._nouvelle(self.seule, carte.titre, notes)
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        mesure = diapositive.shapes.add_textbox(gauche, haut, largeur, Emu(380000))
        _ecrire(mesure.text_frame, [carte.sous_titre], taille=Pt(14))
        image = diapositive.shapes.add_picture(io.BytesIO(octets), gauche, haut + Emu(420000))
        reduit = min(largeur / image.width, (hauteur - 850000) / image.height)
        image.width, image.height = Emu(round(image.width * reduit)), Emu(round(image.height * reduit))
        image.left = Emu(gauche + (largeur - image.width) // 2)
        _decrire(image, carte.description)
        self._source(diapositive, carte.source)

    # --- La charpente ---

    def enregistrer(self, sortie: Any) -> None:
        """Écrit le fichier, chaque texte marqué en français."""
        for diapositive in self.presentation.slides:
            for texte in diapositive._element.iter(qn("a:r")):
                texte.get_or_add_rPr().set("lang", "fr-FR")
        self.presentation.save(sortie)

    def _nouvelle(self, disposition: Any, titre: str, notes: str) -> Any:
        diapositive = self.presentation.slides.add_slide(disposition)
        _ecrire(emplacement(diapositive, TITRES).text_frame, [titre])
        gardes = TITRES if disposition is self.seule else TITRES | CORPS | {PP_PLACEHOLDER.SUBTITLE}
        for place in list(diapositive.placeholders):
            if place.placeholder_format.type not in gardes:
                place._element.getparent().remove(place._element)
        self._annexes(diapositive, disposition)
        if notes.strip():
            diapositive.notes_slide.notes_text_frame.text = notes.strip()
        return diapositive

    def _annexes(self, diapositive: Any, disposition: Any) -> None:
        """Le pied et le numéro, repris des emplacements du gabarit ; sans emplacement, une zone de texte."""
        pied = False
        for place in disposition.placeholders:
            if place.placeholder_format.type not in ANNEXES:
                continue
            copie = copy.deepcopy(place._element)
            diapositive.shapes._spTree.append(copie)
            if place.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
                _ecrire(diapositive.shapes[-1].text_frame, [self.pied])
                pied = True
        if not pied:
            boite = diapositive.shapes.add_textbox(
                Emu(300000), self.hauteur - Emu(380000), self.largeur - Emu(600000), Emu(300000)
            )
            _ecrire(boite.text_frame, [self.pied], taille=Pt(10))

    def _zone(self, diapositive: Any) -> tuple[Emu, Emu, Emu, Emu]:
        """L'aire du contenu : celle du corps de la disposition, sinon ce qui reste sous le titre."""
        corps = emplacement(self.contenu, CORPS)
        if corps is not None and corps.width:
            return corps.left, corps.top, corps.width, corps.height
        titre = emplacement(diapositive, TITRES)
        haut = (titre.top or 0) + (titre.height or Emu(1200000)) + Emu(100000)
        marge = titre.left or Emu(600000)
        return marge, Emu(haut), Emu(self.largeur - 2 * marge), Emu(self.hauteur - haut - 600000)

    def _source(self, diapositive: Any, source: str) -> None:
        if not source:
            return
        gauche, haut, largeur, hauteur = self._zone(diapositive)
        boite = diapositive.shapes.add_textbox(gauche, Emu(haut + hauteur - 330000), largeur, Emu(330000))
        boite.text_frame.word_wrap = True
        _ecrire(boite.text_frame, [f"Source : {source}"], taille=Pt(10))


def _rangees(chiffres: Sequence[Chiffre]) -> tuple[int, int]:
    """Combien de tuiles par rangée, et de rangées."""
    par_rangee = 3 if len(chiffres) <= 6 else 4
    return par_rangee, -(-len(chiffres) // par_rangee)


def _phrases(encadres: Sequence[Encadre]) -> list[tuple[str, bool]]:
    """Les textes des encadrés, chacun avec « en gras » pour les titres."""
    return [
        (texte, gras)
        for encadre in encadres
        for texte, gras in ((encadre.titre, True), *((un, False) for un in encadre.texte))
        if texte
    ]


def _haute_de_la_phrase(phrases: Sequence[str]) -> int:
    return 150000 + 330000 * -(-len(phrases[0]) // 80) + 100000 if phrases else 0


def _haute_du_dessous(encadres: Sequence[Encadre]) -> int:
    phrases = _phrases(encadres)
    return sum(-(-len(texte) // 110) for texte, _ in phrases) * 260000 + len(phrases) * 50000


def _aire(place: Any) -> int:
    return (place.width or 0) * (place.height or 0)


def _ecrire(cadre: Any, lignes: Sequence[str], *, taille: Any = None) -> None:
    cadre.clear()
    for rang, ligne in enumerate(lignes):
        paragraphe = cadre.paragraphs[0] if rang == 0 else cadre.add_paragraph()
        morceau = paragraphe.add_run()
        morceau.text = ligne
        morceau.font.language_id = MSO_LANGUAGE_ID.FRENCH
        if taille is not None:
            morceau.font.size = taille


def _sans_puce(paragraphe: Any) -> None:
    proprietes = paragraphe._p.get_or_add_pPr()
    proprietes.set("marL", "0")
    proprietes.set("indent", "0")
    proprietes.insert(0, proprietes.makeelement(qn("a:buNone"), {}))
    paragraphe.space_after = Pt(8)


def _decrire(forme: Any, texte: str) -> None:
    """Le texte de remplacement, lu par une synthèse vocale."""
    forme._element.xpath(".//p:cNvPr")[0].set("descr", texte)


def _mettre_en_forme(graphique: Any, figure: Figure) -> None:
    natif = figure.natif
    assert natif is not None
    graphique.has_title = False
    graphique.font.size = Pt(12)
    graphique.has_legend = len(natif.series) > 1
    if graphique.has_legend:
        graphique.legend.position, graphique.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    nombres = "#,##0;#,##0" if natif.oppose else NOMBRES.get(natif.nature, "#,##0")
    valeurs, categories = graphique.value_axis, graphique.category_axis
    valeurs.tick_labels.number_format, valeurs.tick_labels.number_format_is_linked = nombres, False
    valeurs.format.line.fill.background()
    valeurs.major_gridlines.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_2
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    trace = graphique.plots[0]
    if natif.sorte is SorteDeGraphique.COURBE:
        for serie in trace.series:
            serie.smooth = False
        return
    trace.gap_width = 60
    if natif.oppose or natif.sorte is SorteDeGraphique.BARRES_EMPILEES:
        trace.overlap = 100
    if natif.sorte is SorteDeGraphique.BARRES_COUCHEES:
        categories.reverse_order = True
        valeurs.visible = valeurs.has_major_gridlines = False
    if len(natif.series) == 1 or natif.sorte is SorteDeGraphique.BARRES_COUCHEES:
        trace.has_data_labels = True
        trace.data_labels.number_format, trace.data_labels.number_format_is_linked = nombres, False
        trace.data_labels.font.size = Pt(12)
