"""Les tuiles vectorielles d'un jeu, faites à la demande : points rassemblés de loin, un à un de près ; surfaces.

Une tuile ne contient que ce que la personne peut lire : elle est tirée d'un jeu (`tissu.cartes.lecture`), dont les
champs réservés à d'autres sont déjà absents.
"""

from tissu.cartes.classement import ranger
from tissu.cartes.couches import Geometrie, Theme
from tissu.cartes.lecture import Jeu
from tissu.cartes.tuiles import points, surfaces

ZOOM_MAX = 20
ZOOM_PRECIS = 14
"""À ce niveau, l'unité d'une tuile est de quarante centimètres : l'agrandir au-delà ne déplace rien de visible."""


def tuile(jeu: Jeu, theme: Theme, z: int, x: int, y: int) -> bytes:
    """La tuile `z/x/y` du jeu, colorée par ce thème, au format Mapbox Vector Tile 2 ; vide si rien n'y tombe.

    Couche « objets » : `id`, `k` (rang de la classe, négatif sans donnée ou secret), `titre`. Couche « amas » : `n` et
    le nombre d'objets de chaque classe (`k0`, `k1`… ; `kx` sans donnée, `ks` secret). Couche « etiquettes » : un point
    par surface, pour son nom.
    """
    rangement = ranger(jeu, theme)
    if jeu.couche.geometrie is Geometrie.SURFACE:
        return surfaces.tuile(jeu, rangement, z, x, y)
    return points.tuile(jeu, rangement, z, x, y)


def zoom_fin(jeu: Jeu) -> int:
    """Le dernier niveau qu'il faut demander : au-delà, le navigateur agrandit la tuile de ce niveau."""
    if jeu.couche.geometrie is Geometrie.SURFACE:
        return ZOOM_PRECIS
    return max(points.index(jeu).zoom_des_objets, ZOOM_PRECIS)


def a_des_amas(jeu: Jeu) -> bool:
    """Dit si, d'assez loin, des points sont rassemblés."""
    return jeu.couche.geometrie is Geometrie.POINT and points.index(jeu).zoom_des_objets > 0


def existe(z: int, x: int, y: int) -> bool:
    """Dit si l'adresse d'une tuile existe."""
    return 0 <= z <= ZOOM_MAX and 0 <= x < 1 << z and 0 <= y < 1 << z
