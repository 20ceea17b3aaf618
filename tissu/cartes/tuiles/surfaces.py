"""Les tuiles d'une couche de surfaces : contours simplifiés au niveau demandé, coupés au bord de la tuile."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely

from tissu.cartes.classement import Rangement
from tissu.cartes.lecture import Jeu
from tissu.cartes.tuiles import mvt
from tissu.cartes.tuiles.points import champs_de_tuile, coder, dans_la_tuile, dans_le_monde
from tissu.publications.valeurs import affichee

DEBORD = 64
"""Un contour dépasse la tuile d'autant, pour que sa coupe ne se voie pas."""

TOLERANCE = 2
"""Écart admis d'un contour simplifié, en unités de tuile : un quart de pixel."""


@dataclass(eq=False)
class Contours:
    """Les surfaces placées d'un jeu, en coordonnées du monde (0 à 1). `lignes` : leur rang dans la table du jeu."""

    lignes: np.ndarray
    surfaces: np.ndarray
    interieurs: np.ndarray
    arbre: shapely.STRtree


def contours(jeu: Jeu) -> Contours:
    """Les contours du jeu, projetés une fois."""

    def projeter() -> Contours:
        lignes = np.flatnonzero(jeu.places)
        surfaces = shapely.from_wkb(jeu.table["geometrie"].to_numpy(zero_copy_only=False)[lignes])
        monde = shapely.transform(surfaces, lambda p: np.column_stack(dans_le_monde(p[:, 0], p[:, 1])))
        return Contours(lignes, monde, shapely.point_on_surface(monde), shapely.STRtree(monde))

    return jeu.une_fois("contours", projeter)


def tuile(jeu: Jeu, rangement: Rangement, z: int, x: int, y: int) -> bytes:
    """Les surfaces de la tuile, et un point pour le nom de celles dont le milieu y tombe."""
    tous = contours(jeu)
    debord = DEBORD / mvt.ETENDUE
    cadre = np.array([x - debord, y - debord, x + 1 + debord, y + 1 + debord]) / (1 << z)
    proches = np.sort(tous.arbre.query(shapely.box(*cadre), predicate="intersects"))
    if not len(proches):
        return b""
    coupes = shapely.intersection(_simplifies(jeu, tous, z)[proches], shapely.box(*cadre))
    traces = [_commandes(coupe, z, x, y) for coupe in coupes]
    gardes = [rang for rang, trace in enumerate(traces) if len(trace)]
    presentes = tous.lignes[proches[gardes]]
    surfaces = mvt.couche_de_surfaces(
        "objets", [traces[rang] for rang in gardes], _proprietes(jeu, rangement, presentes)
    )
    return surfaces + _etiquettes(jeu, rangement, tous, proches, z, x, y)


def _simplifies(jeu: Jeu, tous: Contours, z: int) -> np.ndarray:
    tolerance = TOLERANCE / mvt.ETENDUE / (1 << z)
    return jeu.une_fois(("simplifies", z), lambda: shapely.simplify(tous.surfaces, tolerance))


def _commandes(surface: shapely.Geometry, z: int, x: int, y: int) -> np.ndarray:
    """Les anneaux de la surface en coordonnées de tuile ; vide si elle y est plus petite qu'un point."""
    anneaux = []
    for polygone in shapely.get_parts(surface):
        if polygone.geom_type != "Polygon":
            continue
        for rang, anneau in enumerate([polygone.exterior, *polygone.interiors]):
            ecrit = _anneau(np.asarray(anneau.coords), z, x, y, exterieur=rang == 0)
            if ecrit is None and rang == 0:
                break
            if ecrit is not None:
                anneaux.append(ecrit)
    return mvt.anneaux(anneaux) if anneaux else np.empty(0, dtype=np.uint32)


def _anneau(coins: np.ndarray, z: int, x: int, y: int, *, exterieur: bool) -> np.ndarray | None:
    """L'anneau en entiers, tourné dans le sens que veut le format ; None s'il n'a plus de surface."""
    points = np.rint((coins[:-1] * (1 << z) - (x, y)) * mvt.ETENDUE).astype(np.int64)
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    if len(points) < 3:
        return None
    suivants = np.roll(points, -1, axis=0)
    aire = int((points[:, 0] * suivants[:, 1] - suivants[:, 0] * points[:, 1]).sum())
    if not aire:
        return None
    return points if (aire > 0) == exterieur else points[::-1]


def _proprietes(jeu: Jeu, rangement: Rangement, lignes: np.ndarray) -> mvt.Proprietes:
    proprietes = mvt.Proprietes()
    proprietes.ajouter_entiers("k", rangement.rangs[lignes])
    for cle, colonne in champs_de_tuile(jeu).items():
        codes, valeurs = jeu.une_fois(("code", cle), partial(coder, jeu.table[colonne]))
        proprietes.ajouter(cle, codes[lignes], valeurs)
    return proprietes


def _etiquettes(jeu: Jeu, rangement: Rangement, tous: Contours, proches: np.ndarray, z: int, x: int, y: int) -> bytes:
    """Le nom et le chiffre de chaque surface dont le point intérieur est dans la tuile."""
    titre, theme = jeu.couche.titre_objet, rangement.theme
    if titre not in jeu.table.column_names:
        return b""
    px, py = shapely.get_x(tous.interieurs[proches]) * (1 << z), shapely.get_y(tous.interieurs[proches]) * (1 << z)
    dedans = (np.floor(px) == x) & (np.floor(py) == y)
    lignes = tous.lignes[proches[dedans]]
    nature = jeu.couche.champ(theme.champ).nature
    textes = [
        "secret" if secret else affichee(valeur, nature)
        for valeur, secret in zip(jeu.table[theme.champ].take(lignes).to_pylist(), jeu.secrets[lignes], strict=True)
    ]
    rangs = np.arange(len(lignes))
    proprietes = mvt.Proprietes()
    noms = [str(nom or "") for nom in jeu.table[titre].take(lignes).to_pylist()]
    proprietes.ajouter("nom", rangs, [mvt.valeur(nom) for nom in noms])
    proprietes.ajouter("valeur", rangs, [mvt.valeur(texte) for texte in textes])
    monde = tous.interieurs[proches[dedans]]
    return mvt.couche_de_points(
        "etiquettes", dans_la_tuile(shapely.get_x(monde), z, x), dans_la_tuile(shapely.get_y(monde), z, y), proprietes
    )
