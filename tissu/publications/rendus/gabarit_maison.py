"""Le gabarit de diaporama de la maison, fait par le code : 16:9, trois dispositions, l'accent du territoire."""

import re
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches

from tissu.publications.graphiques import ENCRE, FILET, PALETTE
from tissu.socle.theme import theme

POLICE = "Source Sans 3"
LARGEUR, HAUTEUR = Inches(13.333), Inches(7.5)
MARGE = Inches(0.7)
UTILE = LARGEUR - 2 * MARGE
DISPOSITIONS = (0, 1, 5)
"""Du modèle de python-pptx : titre, titre et contenu, titre seul."""


def presentation_maison(accent: str = "") -> Any:
    """Une présentation vide à nos couleurs ; `accent` (#rrggbb) remplace celui du territoire."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = LARGEUR, HAUTEUR
    maitre = presentation.slide_master
    _colorer(maitre, accent or theme().accent)
    for rang in reversed(range(len(presentation.slide_layouts))):
        if rang not in DISPOSITIONS:
            presentation.slide_layouts.remove(presentation.slide_layouts[rang])
    ouverture, contenu, seule = presentation.slide_layouts
    for porteur in (maitre, contenu, seule):
        _disposer(porteur)
    _disposer(ouverture, ouverture=True)
    return presentation


def _colorer(maitre: Any, accent: str) -> None:
    """Réécrit les couleurs et les polices du thème : tout le reste du diaporama s'y rapporte."""
    partie = maitre.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = partie.blob.decode()
    couleurs = {"dk2": ENCRE, "lt2": FILET, "accent1": accent}
    autres = [couleur for couleur in PALETTE if couleur.lower() != accent.lower()]
    couleurs |= {
        f"accent{rang}": couleur for rang, couleur in enumerate(autres[1:6] + autres[:1], start=2) if rang <= 6
    }
    for nom, couleur in couleurs.items():
        xml = re.sub(rf"(<a:{nom}>).*?(</a:{nom}>)", rf'\1<a:srgbClr val="{couleur[1:].upper()}"/>\2', xml, flags=re.S)
    xml = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{POLICE}", xml)
    partie._blob = xml.encode()


def _disposer(porteur: Any, *, ouverture: bool = False) -> None:
    for place in porteur.placeholders:
        sorte = place.placeholder_format.type
        if sorte in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
            haut, hauteur, taille = (Inches(1.9), Inches(1.6), 40) if ouverture else (Inches(0.4), Inches(0.95), 28)
            _poser(place, MARGE, haut, UTILE, hauteur)
            _style(place, taille, MSO_ANCHOR.BOTTOM if ouverture else MSO_ANCHOR.MIDDLE)
        elif sorte is PP_PLACEHOLDER.SUBTITLE:
            _poser(place, MARGE, Inches(3.7), UTILE, Inches(2.6))
            _style(place, 20, MSO_ANCHOR.TOP)
        elif sorte in (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT):
            _poser(place, MARGE, Inches(1.45), UTILE, Inches(5.35))
        elif sorte is PP_PLACEHOLDER.FOOTER:
            _poser(place, MARGE, Inches(6.95), UTILE - Inches(1), Inches(0.35))
            _style(place, 10, MSO_ANCHOR.MIDDLE)
        elif sorte is PP_PLACEHOLDER.SLIDE_NUMBER:
            _poser(place, LARGEUR - MARGE - Inches(0.9), Inches(6.95), Inches(0.9), Inches(0.35))
        else:
            place._element.getparent().remove(place._element)


def _poser(place: Any, gauche: int, haut: int, largeur: int, hauteur: int) -> None:
    place.left, place.top, place.width, place.height = Emu(gauche), Emu(haut), Emu(largeur), Emu(hauteur)


def _style(place: Any, taille: int, ancre: Any) -> None:
    place.text_frame.vertical_anchor, place.text_frame.word_wrap = ancre, True
    corps = place._element.txBody
    liste = corps.find("{http://schemas.openxmlformats.org/drawingml/2006/main}lstStyle")
    for ancien in list(liste):
        liste.remove(ancien)
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    niveau = liste.makeelement(f"{{{a}}}lvl1pPr", {"algn": "l", "marL": "0", "indent": "0"})
    liste.append(niveau)
    niveau.append(niveau.makeelement(f"{{{a}}}buNone", {}))
    texte = niveau.makeelement(f"{{{a}}}defRPr", {"sz": str(taille * 100), "b": "1" if taille > 20 else "0"})
    niveau.append(texte)
    if taille > 20:
        rempli = texte.makeelement(f"{{{a}}}solidFill", {})
        rempli.append(rempli.makeelement(f"{{{a}}}schemeClr", {"val": "accent1"}))
        texte.append(rempli)
