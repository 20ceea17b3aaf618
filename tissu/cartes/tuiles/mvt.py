"""Écrire une tuile au format Mapbox Vector Tile 2, par tableaux numpy plutôt qu'objet par objet.

Un message Protocol Buffers de ce format n'est, entre ses textes, qu'une suite d'entiers de longueur variable : on pose
tous ceux d'une couche dans une matrice, une ligne par objet, et on les écrit d'un seul passage.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

ETENDUE = 4096
POINT, POLYGONE = 1, 3

# Numéros de champ et sortes de fil (champ << 3 | sorte) de la spécification.
_COUCHE, _OBJET, _CLE, _VALEUR, _EXTENT, _VERSION, _NOM = 0x1A, 0x12, 0x1A, 0x22, 0x28, 0x78, 0x0A
_TAGS, _GENRE, _GEOMETRIE = 0x12, 0x18, 0x22
_DEPLACER_UN = 9


def varints(valeurs: np.ndarray, presents: np.ndarray | None = None) -> tuple[bytes, np.ndarray]:
    """Les entiers (uint32) écrits en longueur variable, à la suite ; et le nombre d'octets de chacun.

    Ceux que `presents` écarte n'écrivent rien.
    """
    plats = valeurs.ravel().astype(np.uint32)
    octets = 1 + (plats >= 1 << 7).astype(np.int64)
    for bits in (14, 21, 28):
        octets += plats >= 1 << bits
    if presents is not None:
        octets[~presents.ravel()] = 0
    fins = np.cumsum(octets)
    debuts = fins - octets
    sortie = np.zeros(int(fins[-1]) if len(fins) else 0, dtype=np.uint8)
    for rang in range(5):
        ecrits = octets > rang
        if not ecrits.any():
            break
        suite = np.where(octets[ecrits] > rang + 1, 0x80, 0)
        sortie[debuts[ecrits] + rang] = ((plats[ecrits] >> np.uint32(7 * rang)) & 0x7F) | suite
    return sortie.tobytes(), octets.reshape(valeurs.shape)


def zigzag(valeurs: np.ndarray) -> np.ndarray:
    """Les entiers signés en entiers positifs, petits pour petits."""
    signes = valeurs.astype(np.int64)
    return ((signes << 1) ^ (signes >> 63)).astype(np.uint32)


def valeur(contenu: Any) -> bytes:
    """Une valeur de propriété : texte, entier, décimal, booléen ou date (écrite AAAA-MM-JJ)."""
    if isinstance(contenu, bool):
        return b"\x38\x01" if contenu else b"\x38\x00"
    if isinstance(contenu, int):
        return b"\x20" + _varint(contenu & 0xFFFFFFFFFFFFFFFF)
    if isinstance(contenu, float):
        return b"\x19" + np.float64(contenu).tobytes()
    texte = (contenu.isoformat() if isinstance(contenu, date) else str(contenu)).encode()
    return b"\x0a" + _varint(len(texte)) + texte


class Proprietes:
    """Les propriétés d'une couche de tuile : leurs clés, et la table des valeurs où chaque objet renvoie."""

    def __init__(self) -> None:
        self.cles: list[str] = []
        self.valeurs: list[bytes] = []
        self.colonnes: list[np.ndarray] = []
        self._connues: dict[bytes, int] = {}

    def ajouter(self, cle: str, codes: np.ndarray, dictionnaire: Sequence[bytes]) -> None:
        """Une propriété : pour chaque objet, le rang de sa valeur dans `dictionnaire`, ou -1 s'il ne l'a pas."""
        employes, rangs = np.unique(codes, return_inverse=True)
        renvois = np.array([self._renvoi(dictionnaire[code]) if code >= 0 else -1 for code in employes], dtype=np.int64)
        self.cles.append(cle)
        self.colonnes.append(renvois[rangs] if len(renvois) else np.empty(0, dtype=np.int64))

    def ajouter_entiers(self, cle: str, nombres: np.ndarray, *, zero: bool = True) -> None:
        """Une propriété entière ; sans `zero`, celle qui vaut zéro n'est pas écrite."""
        employes, rangs = np.unique(nombres, return_inverse=True)
        renvois = [self._renvoi(valeur(int(nombre))) if zero or nombre else -1 for nombre in employes]
        self.cles.append(cle)
        self.colonnes.append(np.array(renvois, dtype=np.int64)[rangs])

    def _renvoi(self, ecrite: bytes) -> int:
        connue = self._connues.get(ecrite)
        if connue is None:
            connue = self._connues[ecrite] = len(self.valeurs)
            self.valeurs.append(ecrite)
        return connue


def couche_de_points(nom: str, x: np.ndarray, y: np.ndarray, proprietes: Proprietes) -> bytes:
    """Une couche de points, en coordonnées de tuile (0 à `ETENDUE`)."""
    if not len(x):
        return b""
    geometrie = np.column_stack([np.full(len(x), _DEPLACER_UN), zigzag(x), zigzag(y)])
    return _couche(nom, POINT, geometrie, np.ones(geometrie.shape, dtype=bool), proprietes)


def couche_de_surfaces(nom: str, geometries: Sequence[np.ndarray], proprietes: Proprietes) -> bytes:
    """Une couche de polygones, chacun déjà en commandes et déplacements (voir `anneaux`)."""
    if not geometries:
        return b""
    largeur = max(len(commandes) for commandes in geometries)
    matrice = np.zeros((len(geometries), largeur), dtype=np.uint32)
    presents = np.zeros(matrice.shape, dtype=bool)
    for rang, commandes in enumerate(geometries):
        matrice[rang, : len(commandes)] = commandes
        presents[rang, : len(commandes)] = True
    return _couche(nom, POLYGONE, matrice, presents, proprietes)


def anneaux(suite: Sequence[np.ndarray]) -> np.ndarray:
    """Les commandes d'un polygone fait de ces anneaux (entiers, sans le point de fermeture)."""
    morceaux: list[np.ndarray] = []
    curseur = np.zeros(2, dtype=np.int64)
    for anneau in suite:
        ecarts = np.diff(np.vstack([curseur, anneau]), axis=0)
        deplacements = zigzag(ecarts).reshape(-1)
        tracer = (len(anneau) - 1) << 3 | 2
        morceaux.append(np.concatenate([[_DEPLACER_UN], deplacements[:2], [tracer], deplacements[2:], [15]]))
        curseur = anneau[-1]
    return np.concatenate(morceaux).astype(np.uint32)


def _couche(nom: str, genre: int, geometrie: np.ndarray, traces: np.ndarray, proprietes: Proprietes) -> bytes:
    objets = len(geometrie)
    paires = np.zeros((objets, 2 * len(proprietes.colonnes)), dtype=np.uint32)
    portees = np.zeros(paires.shape, dtype=bool)
    for rang, renvois in enumerate(proprietes.colonnes):
        paires[:, 2 * rang] = rang
        paires[:, 2 * rang + 1] = np.maximum(renvois, 0)
        portees[:, 2 * rang] = portees[:, 2 * rang + 1] = renvois >= 0
    taille_paires = _tailles(paires, portees)
    taille_geometrie = _tailles(geometrie, traces)
    taille = (
        1 + _tailles(taille_paires[:, None]) + taille_paires + 2 + 1 + _tailles(taille_geometrie[:, None])
        + taille_geometrie
    )  # fmt: skip
    un = np.ones((objets, 1), dtype=np.uint32)
    matrice = np.hstack([
        _OBJET * un, taille[:, None], _TAGS * un, taille_paires[:, None], paires,
        _GENRE * un, genre * un, _GEOMETRIE * un, taille_geometrie[:, None], geometrie,
    ])  # fmt: skip
    presents = np.hstack([np.ones((objets, 4), bool), portees, np.ones((objets, 4), bool), traces])
    ecrits, _ = varints(matrice, presents)
    corps = b"".join([
        bytes([_VERSION, 2]),
        _texte(_NOM, nom.encode()),
        ecrits,
        *(_texte(_CLE, cle.encode()) for cle in proprietes.cles),
        *(_texte(_VALEUR, ecrite) for ecrite in proprietes.valeurs),
        bytes([_EXTENT]), _varint(ETENDUE),
    ])  # fmt: skip
    return _texte(_COUCHE, corps)


def _tailles(valeurs: np.ndarray, presents: np.ndarray | None = None) -> np.ndarray:
    """Le nombre d'octets qu'écrira chaque ligne."""
    if not valeurs.shape[1]:
        return np.zeros(len(valeurs), dtype=np.int64)
    octets = 1 + (valeurs >= 1 << 7).astype(np.int64)
    for bits in (14, 21, 28):
        octets += valeurs >= 1 << bits
    if presents is not None:
        octets[~presents] = 0
    return octets.sum(axis=1)


def _texte(champ: int, contenu: bytes) -> bytes:
    return bytes([champ]) + _varint(len(contenu)) + contenu


def _varint(nombre: int) -> bytes:
    sortie = bytearray()
    while nombre > 0x7F:
        sortie.append(nombre & 0x7F | 0x80)
        nombre >>= 7
    sortie.append(nombre)
    return bytes(sortie)
