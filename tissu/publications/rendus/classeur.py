"""Le classeur : une feuille de légende, puis une feuille par tableau, prête à filtrer."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tissu.publications.contenu import Chiffre, Chiffres, Document, Encadre, Nature, Tableau
from tissu.publications.valeurs import affichee, numerique
from tissu.socle.formats import date_longue

_FORMATS_EXCEL = {
    Nature.NOMBRE: "# ##0",
    Nature.DECIMAL: "# ##0.0",
    Nature.VARIATION: "+# ##0;-# ##0;0",
    Nature.TAUX: "0.0 %",
    Nature.EUROS: '# ##0 "€"',
    Nature.CENTIMES: '# ##0.00 "€"',
    Nature.CENTIEMES: "# ##0.00",
    Nature.DATE: "dd/mm/yyyy",
}
LARGEUR_MAXIMALE = 60
HAUTEUR_DE_LIGNE = 15
A4 = 9
"""Le format de papier, dans les codes d'Excel."""


def rendre_classeur(document: Document) -> bytes:
    """Rend le document en XLSX. Les textes restent des textes (aucune formule), les SIRET aussi."""
    sortie = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sortie, options) as classeur:
        classeur.set_properties(
            {"title": document.titre, "subject": document.sous_titre, "author": document.territoire}
        )
        _feuille_de_legende(classeur, document)
        pris: set[str] = {"légende"}
        for tableau in document.tableaux():
            _feuille_de_tableau(classeur, tableau, _nom_de_feuille(tableau.titre, pris))
    return sortie.getvalue()


def _feuille_de_legende(classeur: xlsxwriter.Workbook, document: Document) -> None:
    feuille = classeur.add_worksheet("Légende")
    feuille.hide_gridlines(2)
    feuille.set_column(0, 0, 34)
    feuille.set_column(1, 1, 90)
    titre = classeur.add_format({"bold": True, "font_size": 16})
    gras = classeur.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    texte = classeur.add_format({"text_wrap": True, "valign": "top"})
    feuille.set_paper(A4)
    feuille.fit_to_pages(1, 0)
    feuille.write_string(0, 0, document.titre, titre)
    lignes = [
        ("Territoire", document.territoire),
        ("Période", document.periode),
        ("Données au", date_longue(document.source_au)),
        ("Version", document.version),
        *[("Méthode", phrase) for phrase in document.methode],
        *[(tableau.titre, tableau.source or tableau.note) for tableau in document.tableaux()],
        *_lignes_des_blocs(document),
    ]
    for rang, (cle, valeur) in enumerate(lignes, start=2):
        feuille.write_string(rang, 0, cle, gras)
        feuille.write_string(rang, 1, valeur, texte)
        feuille.set_row(rang, _hauteur([(cle, 32), (valeur, 88)]))


def _hauteur(textes: Sequence[tuple[str, int]]) -> int:
    """La hauteur d'une ligne, pour (texte, signes par ligne) : un tableur ne l'ajuste pas toujours de lui-même."""
    rangs = max((-(-len(texte) // signes) for texte, signes in textes), default=1)
    return HAUTEUR_DE_LIGNE * max(1, rangs)


def _lignes_des_blocs(document: Document) -> list[tuple[str, str]]:
    """Les chiffres clés et les encadrés, sous le titre de leur section."""
    lignes: list[tuple[str, str]] = []
    for section in document.sections:
        siennes: list[tuple[str, str]] = []
        for bloc in section.blocs:
            if isinstance(bloc, Chiffres):
                siennes += [(c.titre, _chiffre(c)) for c in bloc.chiffres]
            elif isinstance(bloc, Encadre):
                siennes += [(bloc.titre, phrase) for phrase in bloc.texte]
        lignes += [("", ""), (section.titre.upper(), ""), *siennes] if siennes else []
    return lignes


def _chiffre(chiffre: Chiffre) -> str:
    valeur = f"{affichee(chiffre.valeur, chiffre.nature)} {chiffre.unite}".strip()
    return f"{valeur} ({chiffre.comparaison})" if chiffre.comparaison else valeur


def _feuille_de_tableau(classeur: xlsxwriter.Workbook, tableau: Tableau, nom: str) -> None:
    feuille = classeur.add_worksheet(nom)
    for rang, colonne in enumerate(tableau.colonnes):
        format_excel = _FORMATS_EXCEL.get(colonne.nature)
        aspect = {"num_format": format_excel} if format_excel else {"text_wrap": True}
        cote = _cote(tableau, rang)
        style = classeur.add_format({"valign": "top", **cote, **aspect})
        gras = {"bold": True, "top": 1, **cote}
        style_total = classeur.add_format({"num_format": format_excel, **gras} if format_excel else gras)
        entete = classeur.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", **cote})
        feuille.write_string(0, rang, colonne.titre, entete)
        for numero, ligne in enumerate(tableau.lignes, start=1):
            _ecrire(feuille, numero, rang, ligne.get(colonne.cle), colonne.nature, style)
        if tableau.total is not None:
            _ecrire(feuille, len(tableau.lignes) + 1, rang, tableau.total.get(colonne.cle), colonne.nature, style_total)
        feuille.set_column(rang, rang, _largeur(tableau, rang))
    _poser_les_hauteurs(feuille, tableau)
    feuille.freeze_panes(1, 1)
    feuille.set_paper(A4)
    feuille.set_landscape()
    feuille.fit_to_pages(1, 0)
    feuille.repeat_rows(0)
    if tableau.lignes:
        feuille.autofilter(0, 0, len(tableau.lignes), len(tableau.colonnes) - 1)


def _cote(tableau: Tableau, rang: int) -> dict[str, Any]:
    """Les nombres à droite, titre compris ; un texte qui suit un nombre s'en écarte."""
    if numerique(tableau.colonnes[rang].nature):
        return {"align": "right"}
    return {"indent": 1} if rang and numerique(tableau.colonnes[rang - 1].nature) else {}


def _poser_les_hauteurs(feuille: Worksheet, tableau: Tableau) -> None:
    largeurs = [_largeur(tableau, rang) for rang in range(len(tableau.colonnes))]
    feuille.set_row(0, _hauteur([(c.titre, large - 2) for c, large in zip(tableau.colonnes, largeurs, strict=True)]))
    for numero, ligne in enumerate(tableau.lignes, start=1):
        textes = [affichee(ligne.get(c.cle), c.nature) for c in tableau.colonnes]
        hauteur = _hauteur(list(zip(textes, largeurs, strict=True)))
        if hauteur > HAUTEUR_DE_LIGNE:
            feuille.set_row(numero, hauteur)


def _ecrire(feuille: Worksheet, ligne: int, colonne: int, valeur: Any, nature: Nature, style: Any) -> None:
    if valeur is None or valeur == "":
        feuille.write_blank(ligne, colonne, None, style)
    elif isinstance(valeur, bool):
        feuille.write_string(ligne, colonne, "oui" if valeur else "non", style)
    elif isinstance(valeur, date):
        feuille.write_datetime(ligne, colonne, valeur, style)
    elif numerique(nature) and not isinstance(valeur, str):
        feuille.write_number(ligne, colonne, float(valeur), style)
    else:
        feuille.write_string(ligne, colonne, str(valeur), style)


def _largeur(tableau: Tableau, rang: int) -> int:
    colonne = tableau.colonnes[rang]
    textes = [affichee(ligne.get(colonne.cle), colonne.nature) for ligne in tableau.lignes[:200]]
    return min(LARGEUR_MAXIMALE, max([len(colonne.titre) // 2 + 4, *map(len, textes)], default=8) + 3)


def _nom_de_feuille(titre: str, pris: set[str]) -> str:
    """Un nom de feuille permis par Excel : 31 caractères, sans []:*?/\\, unique sans égard à la casse."""
    base = re.sub(r"[\[\]:*?/\\']", " ", titre).strip()[:28] or "Tableau"
    nom, rang = base, 2
    while nom.lower() in pris:
        nom, rang = f"{base} {rang}", rang + 1
    pris.add(nom.lower())
    return nom
