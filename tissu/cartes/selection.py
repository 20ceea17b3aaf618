"""Choisir dans l'espace : ce qu'une adresse porte (`dans=`, `hors=`), et les lignes d'une table qui y répondent.

Ni base, ni horloge. Une forme s'écrit dans l'adresse, pour qu'un lien partagé redonne le même choix :

- `cercle:5.0415,47.322,500` : longitude, latitude, rayon en mètres ;
- `polygone:…` : des sommets en degrés, au mètre près, serrés par `serrer` ;
- `rue:<id>` : les objets d'une rue ; `zone:<couche>/<id>` : un contour d'une couche ;
- `perimetre:<id>` : un contour déposé.

Plusieurs `dans` s'ajoutent, puis chaque `hors` retire. Un objet sans position (tous ceux que la diffusion partielle
protège) n'est ni dedans ni dehors : il est écarté, et compté.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely

FORMES_AU_PLUS = 20
SOMMETS_AU_PLUS = 200
RAYON_AU_PLUS_M = 50_000
PRECISION = 5
"""Décimales d'un sommet dans l'adresse : le mètre."""
_SIGNES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TERRE = pyproj.Geod(ellps="WGS84")


class SelectionRefusee(ValueError):
    """Une forme de l'adresse ne se lit pas ou n'est pas à cette personne ; le message dit laquelle et quoi faire."""


@dataclass(frozen=True)
class Cercle:
    lon: float
    lat: float
    rayon_m: int


@dataclass(frozen=True)
class Polygone:
    """Ses sommets (longitude, latitude), sans répéter le premier."""

    sommets: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Designee:
    """Une forme que l'adresse nomme sans la porter. `genre` : rue, zone ou perimetre ; `couche` pour une zone."""

    genre: str
    id: str
    couche: str = ""


Forme = Cercle | Polygone | Designee


@dataclass(frozen=True)
class Trace:
    """Une forme retrouvée : comment la dire, son contour en WGS84, ou la valeur de rue que ses objets portent."""

    forme: Forme
    titre: str
    contour: Any = None
    rue: str = ""


@dataclass(frozen=True)
class Selection:
    """Les formes d'une demande. Vide, elle retient tout."""

    dans: tuple[Trace, ...] = ()
    hors: tuple[Trace, ...] = ()
    colonne_rue: str = ""
    """La colonne de la couche qui dit la rue de chaque objet."""

    @property
    def active(self) -> bool:
        return bool(self.dans or self.hors)

    @property
    def parametres(self) -> list[tuple[str, str]]:
        """Les couples (`dans` ou `hors`, forme écrite) qui remettent cette sélection dans une adresse."""
        return [("dans", ecrire_forme(t.forme)) for t in self.dans] + [
            ("hors", ecrire_forme(t.forme)) for t in self.hors
        ]

    def en_mots(self) -> list[str]:
        """Une phrase par forme, pour la page, la légende d'un export et le titre d'une carte imprimée."""
        return [trace.titre for trace in self.dans] + [f"sauf {trace.titre}" for trace in self.hors]

    @property
    def marque(self) -> str:
        """Ce qui distingue cette sélection d'une autre, contours retrouvés compris : une clé de cache."""
        contours = [shapely.to_wkb(t.contour) for t in (*self.dans, *self.hors) if t.contour is not None]
        return hashlib.sha256(b"".join([urlencode(self.parametres).encode(), *contours])).hexdigest()[:16]

    def masque(self, table: pa.Table) -> np.ndarray:
        """Pour chaque ligne, si la sélection la retient. La table porte `lon` et `lat`, ou `geometrie` (WKB)."""
        lon, lat = positions(table)
        garde = self._touchees(self.dans, table, lon, lat) if self.dans else np.ones(len(lon), bool)
        if self.hors:
            garde &= ~self._touchees(self.hors, table, lon, lat)
        if not all(trace.rue for trace in self.hors):
            garde &= np.isfinite(lon) & np.isfinite(lat)
        return garde

    def _touchees(self, traces: Sequence[Trace], table: pa.Table, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        touchees = np.zeros(len(lon), bool)
        rues = [trace.rue for trace in traces if trace.rue]
        if rues:
            colonne = table.column(self.colonne_rue).cast(pa.string())
            touchees |= pc.fill_null(pc.is_in(colonne, value_set=pa.array(rues)), False).to_numpy(zero_copy_only=False)
        for trace in traces:
            if isinstance(trace.forme, Cercle):
                touchees |= dans_le_cercle(trace.forme, lon, lat)
            elif trace.contour is not None:
                touchees |= dans_le_contour(trace.contour, lon, lat)
        return touchees


# --- Les distances et les contours ---


def positions(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes et latitudes ; une surface compte par un point pris en son intérieur. NaN : sans position."""
    if "lon" in table.column_names:
        lon, lat = (table.column(nom).cast(pa.float64()).to_numpy() for nom in ("lon", "lat"))
        return lon, lat
    points = shapely.point_on_surface(shapely.from_wkb(table.column("geometrie").to_numpy(zero_copy_only=False)))
    return shapely.get_x(points), shapely.get_y(points)


def metres_par_degre(lat: Any) -> tuple[Any, Any]:
    """Mètres d'un degré de longitude et d'un degré de latitude, à cette latitude, sur l'ellipsoïde WGS84."""
    phi = np.radians(lat)
    aplati = 1 - _TERRE.es * np.sin(phi) ** 2
    normal = _TERRE.a / np.sqrt(aplati)
    meridien = _TERRE.a * (1 - _TERRE.es) / aplati**1.5
    return normal * np.cos(phi) * math.pi / 180, meridien * math.pi / 180


def dans_le_cercle(cercle: Cercle, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Le masque des points à `rayon_m` au plus du centre. L'écart à la géodésique reste sous le mètre à 50 km."""
    pour_lon, pour_lat = metres_par_degre(cercle.lat)
    # Un premier tri grossier : la distance ne se calcule que pour les points proches.
    marge = 1.02 * cercle.rayon_m
    proches = np.flatnonzero(
        (np.abs(lat - cercle.lat) <= marge / pour_lat) & (np.abs(lon - cercle.lon) <= marge / (pour_lon * 0.98))
    )
    masque = np.zeros(len(lon), bool)
    milieu = (lat[proches] + cercle.lat) / 2
    est, nord = metres_par_degre(milieu)
    distance = np.hypot((lon[proches] - cercle.lon) * est, (lat[proches] - cercle.lat) * nord)
    masque[proches] = distance <= cercle.rayon_m
    return masque


def dans_le_contour(contour: Any, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Le masque des points dans le contour, limite comprise."""
    ouest, sud, est, nord = contour.bounds
    dedans = np.flatnonzero((lon >= ouest) & (lon <= est) & (lat >= sud) & (lat <= nord))
    masque = np.zeros(len(lon), bool)
    shapely.prepare(contour)
    masque[dedans] = shapely.intersects_xy(contour, lon[dedans], lat[dedans])
    return masque


def contour_du_cercle(cercle: Cercle, cotes: int = 72) -> Any:
    """Le cercle en polygone, pour le dessiner."""
    caps = np.linspace(0, 360, cotes, endpoint=False)
    departs = np.full((2, cotes), [[cercle.lon], [cercle.lat]])
    lon, lat, _ = _TERRE.fwd(departs[0], departs[1], caps, np.full(cotes, cercle.rayon_m))
    return shapely.Polygon(np.column_stack([lon, lat]))


def contour_du_polygone(polygone: Polygone) -> Any:
    """La surface du polygone, réparée si son tracé se croise. Lève `SelectionRefusee` s'il n'en a pas."""
    contour = shapely.make_valid(shapely.Polygon(polygone.sommets))
    surfaces = [g for g in shapely.get_parts(contour) if g.geom_type in {"Polygon", "MultiPolygon"} and g.area > 0]
    if not surfaces:
        raise SelectionRefusee("Le polygone dessiné n'a pas de surface : placez au moins trois sommets non alignés.")
    return shapely.unary_union(surfaces)


def surface_ha(contour: Any) -> float:
    """La surface en hectares, sur l'ellipsoïde."""
    return abs(_TERRE.geometry_area_perimeter(contour)[0]) / 10_000


# --- Écrire et lire une forme ---


def ecrire_forme(forme: Forme) -> str:
    """La forme telle qu'elle s'écrit dans une adresse."""
    if isinstance(forme, Cercle):
        return f"cercle:{_degres(forme.lon)},{_degres(forme.lat)},{forme.rayon_m}"
    if isinstance(forme, Polygone):
        return f"polygone:{serrer(forme.sommets)}"
    return f"{forme.genre}:{forme.couche}/{forme.id}" if forme.couche else f"{forme.genre}:{forme.id}"


def lire_formes(textes: Iterable[str]) -> list[Forme]:
    """Les formes d'une liste de paramètres, sans les vides ni les répétées. Lève `SelectionRefusee`."""
    formes = [lire_forme(texte) for texte in dict.fromkeys(texte.strip() for texte in textes) if texte]
    if len(formes) > FORMES_AU_PLUS:
        raise SelectionRefusee(f"La sélection porte {len(formes)} formes ; gardez-en {FORMES_AU_PLUS} au plus.")
    return formes


def lire_forme(texte: str) -> Forme:
    """Une forme de l'adresse. Lève `SelectionRefusee`, qui dit ce qui ne se lit pas."""
    genre, _, valeur = texte.partition(":")
    if genre == "cercle":
        return _lire_cercle(valeur)
    if genre == "polygone":
        return _lire_polygone(valeur)
    if genre in {"rue", "perimetre"} and valeur:
        return Designee(genre, valeur)
    couche, _, identifiant = valeur.partition("/")
    if genre == "zone" and couche and identifiant:
        return Designee(genre, identifiant, couche)
    raise SelectionRefusee(
        f"« {texte[:60]} » n'est pas une forme connue : cercle:lon,lat,rayon, polygone:…, rue:…, zone:couche/… "
        "ou perimetre:…. Retirez-la de l'adresse, ou redessinez-la."
    )


def _lire_cercle(valeur: str) -> Cercle:
    try:
        lon, lat, rayon = (float(morceau) for morceau in valeur.split(","))
    except ValueError as erreur:
        raise SelectionRefusee(
            f"Le cercle « {valeur[:60]} » s'écrit longitude, latitude, rayon en mètres : 5.0415,47.322,500."
        ) from erreur
    _verifier_position(lon, lat)
    if not 1 <= rayon <= RAYON_AU_PLUS_M:
        raise SelectionRefusee(
            f"Le rayon d'un cercle va de 1 m à {RAYON_AU_PLUS_M // 1000} km ; celui-ci vaut {rayon:g} m."
        )
    return Cercle(round(lon, PRECISION), round(lat, PRECISION), round(rayon))


def _lire_polygone(valeur: str) -> Polygone:
    sommets = desserrer(valeur)
    if len(sommets) > 1 and sommets[0] == sommets[-1]:
        sommets.pop()
    if not 3 <= len(sommets) <= SOMMETS_AU_PLUS:
        raise SelectionRefusee(
            f"Un polygone dessiné a de 3 à {SOMMETS_AU_PLUS} sommets : celui-ci en a {len(sommets)}. "
            "Pour un contour plus fin, déposez-le comme périmètre."
        )
    for lon, lat in sommets:
        _verifier_position(lon, lat)
    return Polygone(tuple(sommets))


def _verifier_position(lon: float, lat: float) -> None:
    # Près des pôles, un degré de longitude ne mesure plus rien.
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise SelectionRefusee(f"La position {lon:g}, {lat:g} n'est pas une longitude et une latitude en degrés.")


def _degres(valeur: float) -> str:
    return f"{valeur:.{PRECISION}f}".rstrip("0").rstrip(".")


def serrer(sommets: Iterable[tuple[float, float]]) -> str:
    """Les sommets en texte court fait pour une adresse : l'écart de chacun au précédent, cinq bits par signe.

    C'est l'écriture dite « encoded polyline », dans l'alphabet de base64 pour les adresses.
    """
    texte, avant = [], (0, 0)
    for sommet in sommets:
        ici = (round(sommet[0] * 10**PRECISION), round(sommet[1] * 10**PRECISION))
        for ecart in (ici[0] - avant[0], ici[1] - avant[1]):
            reste = ecart << 1 if ecart >= 0 else (-ecart << 1) - 1
            while reste >= 32:
                texte.append(_SIGNES[(reste & 31) | 32])
                reste >>= 5
            texte.append(_SIGNES[reste])
        avant = ici
    return "".join(texte)


def desserrer(texte: str) -> list[tuple[float, float]]:
    """L'inverse de `serrer`. Lève `SelectionRefusee` sur un texte coupé ou étranger."""
    ecarts, valeur, decalage = [], 0, 0
    for signe in texte:
        rang = _SIGNES.find(signe)
        if rang < 0 or decalage > 30:
            raise SelectionRefusee("Le polygone de l'adresse est illisible : redessinez-le.")
        valeur |= (rang & 31) << decalage
        if rang & 32:
            decalage += 5
        else:
            ecarts.append(-((valeur + 1) >> 1) if valeur & 1 else valeur >> 1)
            valeur = decalage = 0
    if decalage or len(ecarts) % 2:
        raise SelectionRefusee("Le polygone de l'adresse est incomplet : le lien a sans doute été coupé.")
    lon, lat = (np.cumsum(ecarts[rang::2]) / 10**PRECISION for rang in (0, 1))
    return [(float(round(x, PRECISION)), float(round(y, PRECISION))) for x, y in zip(lon, lat, strict=True)]
