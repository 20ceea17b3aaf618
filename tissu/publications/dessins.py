"""Un dessin SVG fait par une autre pièce, posé dans un document : vérifié avant la page, rendu en image ailleurs."""

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import typst
from django.core.cache import caches

from tissu.publications.graphiques import POLICES

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset({"svg", "g", "defs", "clipPath", "pattern", "path", "rect", "circle", "line", "text", "tspan"})
ATTRIBUTS = frozenset({
    "width", "height", "viewBox", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "d", "id", "transform",
    "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap",
    "stroke-dasharray", "clip-path", "patternUnits", "patternTransform", "font-family", "font-size", "font-weight",
    "text-anchor", "class",
})  # fmt: skip
GABARIT = Path(__file__).resolve().parent / "gabarits" / "dessin.typ"
POINTS_PAR_POUCE = 250


class DessinRefuse(ValueError):
    """Le dessin porte autre chose que des traits, des aplats et des textes."""


def verifier(dessin: str) -> str:
    """Le dessin, s'il n'est fait que de traits, d'aplats et de textes. Lève `DessinRefuse`."""
    try:
        # Un dessin sans déclaration de type n'a pas d'entité à développer.
        if "<!" in dessin:
            raise DessinRefuse("Le dessin porte une déclaration.")
        racine = ElementTree.fromstring(dessin)  # noqa: S314
    except ElementTree.ParseError as erreur:
        raise DessinRefuse(f"Le dessin n'est pas du SVG : {erreur}") from erreur
    for element in racine.iter():
        if str(element.tag).removeprefix(f"{{{SVG}}}") not in ELEMENTS:
            raise DessinRefuse(f"Le dessin porte un élément « {element.tag} ».")
        for nom, valeur in element.attrib.items():
            lien = "url(" in valeur.replace("url(#", "")
            if nom not in ATTRIBUTS or lien:
                raise DessinRefuse(f"Le dessin porte un attribut « {nom} » qui ne se dessine pas.")
    return dessin


def pour_la_page(dessin: str) -> str:
    """Le dessin à poser dans une page : ses identifiants n'y rencontrent ceux d'aucun autre."""
    marque = f"d{hashlib.sha256(dessin.encode()).hexdigest()[:8]}-"
    propre = verifier(dessin).replace(' id="', f' id="{marque}').replace("url(#", f"url(#{marque}")
    return propre.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def en_image(dessin: str) -> bytes:
    """Le dessin en PNG, gardé sur disque."""
    cle = "png:" + hashlib.sha256(dessin.encode()).hexdigest()
    gardes = caches["dessins"]
    image = gardes.get(cle)
    if image is None:
        image = typst.compile(
            GABARIT, format="png", ppi=POINTS_PAR_POUCE, font_paths=[POLICES], ignore_system_fonts=True,
            sys_inputs={"dessin": verifier(dessin)},
        )  # fmt: skip
        gardes.set(cle, image, timeout=None)
    return image
