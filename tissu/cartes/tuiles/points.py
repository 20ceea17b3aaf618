"""Les tuiles d'une couche de points.

Les points sont rangés une fois dans l'ordre de Morton, où les points d'une tuile, à tout niveau, se suivent : une tuile
se trouve par deux recherches dichotomiques. Tant qu'une tuile en porterait trop, ils sont rassemblés par case d'une
grille ; une case est elle-même une tuile plus fine, donc une suite de points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tissu.cartes.classement import SANS_DONNEE, SECRET, Rangement
from tissu.cartes.lecture import Jeu
from tissu.cartes.tuiles import mvt

OBJETS_PAR_TUILE = 1_500
"""Au-delà, une tuile rassemble : un téléphone dessine cela sans peine, et l'œil n'y distinguerait plus rien."""

CASES = 3
"""Une tuile de 512 pixels se coupe en 2³ × 2³ cases : 64 pixels de côté, un amas au plus dans chacune."""

RETRAIT = 0.3
"""Un amas reste à cette part de case du bord, pour que deux voisins ne se recouvrent pas."""

BITS = 26
ZOOM_LE_PLUS_FIN = 17
LATITUDE_MAX = 85.0511


@dataclass(eq=False)
class Index:
    """Les points placés d'un jeu, en ordre de Morton. `lignes` : leur rang dans la table du jeu."""

    jeu: Jeu
    lignes: np.ndarray
    x: np.ndarray
    y: np.ndarray
    codes: np.ndarray

    def bornes(self, z: int, x: int, y: int) -> tuple[int, int]:
        """Le premier point de la tuile, et celui qui suit son dernier."""
        prefixe = int(morton(np.array([x]), np.array([y]))[0])
        debut, fin = (np.uint64((prefixe + rang) << 2 * (BITS - z)) for rang in (0, 1))
        return int(np.searchsorted(self.codes, debut)), int(np.searchsorted(self.codes, fin))

    @cached_property
    def zoom_des_objets(self) -> int:
        """Le premier niveau où aucune tuile ne porte trop de points pour les donner un à un."""
        for zoom in range(ZOOM_LE_PLUS_FIN):
            if not len(self.codes) or self._plus_chargee(zoom) <= OBJETS_PAR_TUILE:
                return zoom
        return ZOOM_LE_PLUS_FIN

    def _plus_chargee(self, zoom: int) -> int:
        tuiles = self.codes >> np.uint64(2 * (BITS - zoom))
        departs = np.flatnonzero(np.diff(tuiles, prepend=tuiles[0] + np.uint64(1)))
        return int(np.diff(np.append(departs, len(tuiles))).max())

    @cached_property
    def champs(self) -> list[tuple[str, np.ndarray, Sequence[bytes]]]:
        """L'identifiant et le titre : la clé, le rang de la valeur de chaque point, les valeurs écrites."""
        codes = {cle: coder(self.jeu.table[colonne]) for cle, colonne in champs_de_tuile(self.jeu).items()}
        return [(cle, rangs[self.lignes], valeurs) for cle, (rangs, valeurs) in codes.items()]

    @cached_property
    def sommes(self) -> tuple[np.ndarray, np.ndarray]:
        """Sommes cumulées des positions, pour le milieu d'un amas."""
        return _cumul(self.x), _cumul(self.y)


def index(jeu: Jeu) -> Index:
    """L'index des points du jeu, fait une fois."""
    return jeu.une_fois("points", lambda: _indexer(jeu))


def _indexer(jeu: Jeu) -> Index:
    lignes = np.flatnonzero(jeu.places)
    x, y = dans_le_monde(*(jeu.table[nom].to_numpy()[lignes] for nom in ("lon", "lat")))
    codes = morton((x * (1 << BITS)).astype(np.uint64), (y * (1 << BITS)).astype(np.uint64))
    ordre = np.argsort(codes, kind="stable")
    return Index(jeu, lignes[ordre], x[ordre], y[ordre], codes[ordre])


def dans_le_monde(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Des degrés WGS 84 aux coordonnées du monde en Mercator, de 0 à 1, le nord en haut."""
    x = (lon.astype(np.float64) + 180) / 360
    sinus = np.sin(np.radians(np.clip(lat.astype(np.float64), -LATITUDE_MAX, LATITUDE_MAX)))
    y = 0.5 - np.log((1 + sinus) / (1 - sinus)) / (4 * np.pi)
    return np.clip(x, 0, 1 - 2.0**-BITS), np.clip(y, 0, 1 - 2.0**-BITS)


def morton(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Les bits de `x` et de `y` entrelacés : deux points d'une même tuile ont le même début."""
    return _ecarter(x.astype(np.uint64)) | (_ecarter(y.astype(np.uint64)) << np.uint64(1))


def _ecarter(bits: np.ndarray) -> np.ndarray:
    for decalage, masque in (
        (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):  # fmt: skip
        bits = (bits | (bits << np.uint64(decalage))) & np.uint64(masque)
    return bits


def tuile(jeu: Jeu, rangement: Rangement, z: int, x: int, y: int) -> bytes:
    """Les points de la tuile, ou leurs amas."""
    tous = index(jeu)
    debut, fin = tous.bornes(z, x, y)
    if debut == fin:
        return b""
    if z >= tous.zoom_des_objets:
        return _objets(tous, rangement, np.arange(debut, fin), z, x, y)
    cases = tous.codes[debut:fin] >> np.uint64(2 * (BITS - z - CASES))
    departs = debut + np.flatnonzero(np.diff(cases, prepend=cases[0] + np.uint64(1)))
    arrivees = np.append(departs[1:], fin)
    seuls = arrivees - departs == 1
    return _objets(tous, rangement, departs[seuls], z, x, y) + _amas(
        tous, rangement, departs[~seuls], arrivees[~seuls], z, x, y
    )


def _objets(tous: Index, rangement: Rangement, rangs: np.ndarray, z: int, x: int, y: int) -> bytes:
    proprietes = mvt.Proprietes()
    proprietes.ajouter_entiers("k", _classes(tous, rangement)[rangs])
    for cle, codes, valeurs in tous.champs:
        proprietes.ajouter(cle, codes[rangs], valeurs)
    return mvt.couche_de_points(
        "objets", dans_la_tuile(tous.x[rangs], z, x), dans_la_tuile(tous.y[rangs], z, y), proprietes
    )


def _amas(
    tous: Index, rangement: Rangement, departs: np.ndarray, arrivees: np.ndarray, z: int, x: int, y: int
) -> bytes:
    if not len(departs):
        return b""
    effectifs = arrivees - departs
    milieux = [
        _en_retrait((somme[arrivees] - somme[departs]) / effectifs, z + CASES)
        for somme in tous.sommes
    ]  # fmt: skip
    proprietes = mvt.Proprietes()
    proprietes.ajouter_entiers("n", effectifs)
    for cle, cumul in _cumuls(tous, rangement).items():
        proprietes.ajouter_entiers(cle, cumul[arrivees] - cumul[departs], zero=False)
    return mvt.couche_de_points("amas", dans_la_tuile(milieux[0], z, x), dans_la_tuile(milieux[1], z, y), proprietes)


def _classes(tous: Index, rangement: Rangement) -> np.ndarray:
    """Le rang de classe de chaque point, dans l'ordre de l'index."""
    return tous.jeu.une_fois(("rangs", rangement.theme.slug), lambda: rangement.rangs[tous.lignes])


def _cumuls(tous: Index, rangement: Rangement) -> dict[str, np.ndarray]:
    """Pour chaque classe, combien de points de cette classe avant chacun."""

    def calculer() -> dict[str, np.ndarray]:
        rangs = _classes(tous, rangement)
        cles = {SANS_DONNEE: "kx", SECRET: "ks"} | {rang: f"k{rang}" for rang in range(len(rangement.classes))}
        return {cle: _cumul((rangs == rang).astype(np.int32)) for rang, cle in cles.items() if (rangs == rang).any()}

    return tous.jeu.une_fois(("cumuls", rangement.theme.slug), calculer)


def _cumul(valeurs: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(valeurs)])


def _en_retrait(milieux: np.ndarray, zoom: int) -> np.ndarray:
    """Les milieux ramenés à distance du bord de leur case."""
    cases = milieux * (1 << zoom)
    coins = np.floor(cases)
    return (coins + np.clip(cases - coins, RETRAIT, 1 - RETRAIT)) / (1 << zoom)


def dans_la_tuile(positions: np.ndarray, z: int, rang: int) -> np.ndarray:
    """Une coordonnée du monde, en unités de la tuile."""
    locales = np.floor((positions * (1 << z) - rang) * mvt.ETENDUE).astype(np.int64)
    return np.clip(locales, 0, mvt.ETENDUE - 1)


def champs_de_tuile(jeu: Jeu) -> dict[str, str]:
    """Ce qu'un objet porte dans une tuile, de la clé à la colonne : de quoi le désigner, et le nommer au survol."""
    titre = jeu.couche.titre_objet
    montre = any(champ.cle == titre and champ.carte for champ in jeu.champs)
    return {"id": "id", "titre": titre} if montre else {"id": "id"}


def coder(colonne: pa.ChunkedArray) -> tuple[np.ndarray, Sequence[bytes]]:
    """La colonne en dictionnaire : le rang de la valeur de chaque ligne (-1 : aucune), et les valeurs écrites."""
    tableau = colonne.combine_chunks()
    codee = tableau if pa.types.is_dictionary(tableau.type) else pc.dictionary_encode(tableau)
    codes = codee.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, [mvt.valeur(contenu) for contenu in codee.dictionary.to_pylist()]
