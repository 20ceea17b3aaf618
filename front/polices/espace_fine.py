"""Fabrique `espace-fine.ttf` : une police d'un seul signe, l'espace fine insécable (U+202F), large de 0,18 em.

Les polices réduites au latin n'ont pas ce signe et le navigateur le remplace par un dixième de cadratin : un SIRET
ou un nombre paraît alors d'un bloc. À relancer seulement pour changer la largeur ; demande `fonttools`.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph

CADRATIN = 1000
LARGEUR = 180
# Les hauteurs de Source Sans 3 : la ligne ne bouge pas.
MONTEE, DESCENTE = 1024, -400

NOM = "tissu espace fine"


def fabriquer(sortie: Path) -> None:
    """Écrit la police."""
    police = FontBuilder(CADRATIN, isTTF=True)
    police.setupGlyphOrder([".notdef", "espacefine"])
    police.setupCharacterMap({0x202F: "espacefine"})
    police.setupGlyf({".notdef": Glyph(), "espacefine": Glyph()})
    police.setupHorizontalMetrics({".notdef": (LARGEUR, 0), "espacefine": (LARGEUR, 0)})
    police.setupHorizontalHeader(ascent=MONTEE, descent=DESCENTE)
    police.setupNameTable({"familyName": NOM, "styleName": "Regular", "licenseDescription": "MIT"})
    police.setupOS2(sTypoAscender=MONTEE, sTypoDescender=DESCENTE, usWinAscent=MONTEE, usWinDescent=-DESCENTE)
    police.setupPost()
    police.save(sortie)


if __name__ == "__main__":
    fabriquer(Path(__file__).with_name("espace-fine.ttf"))
