"""Rattachement des établissements aux zones qui les contiennent. Ni base, ni horloge : des tables et des contours.

Un établissement sans position (dont tous ceux que la diffusion partielle protège) ne tombe dans aucune zone
dessinée ; il garde les zones définies par sa commune entière.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

SCHEMA = pa.schema([("siret", pa.string()), ("zone_id", pa.string())])


@dataclass(frozen=True)
class Contour:
    """L'emprise d'une zone : GeoJSON en WGS84, ou une commune entière par son code."""

    zone_id: str
    geometrie: str = ""
    code_commune: str = ""


def rattacher(positions: pa.Table, contours: Sequence[Contour]) -> pa.Table:
    """Une ligne par couple (siret, zone_id), triée. `positions` porte siret, lon, lat (degrés) et code_commune.

    Un point posé sur la limite appartient à la zone ; un établissement peut appartenir à plusieurs zones.
    """
    morceaux = [_par_commune(positions, [c for c in contours if c.code_commune])]
    dessines = [c for c in contours if c.geometrie and not c.code_commune]
    if dessines and positions.num_rows:
        morceaux.append(_par_geometrie(positions, dessines))
    reunis = pa.concat_tables(morceaux)
    return reunis.sort_by([("siret", "ascending"), ("zone_id", "ascending")])


def _par_commune(positions: pa.Table, contours: Sequence[Contour]) -> pa.Table:
    if not contours or not positions.num_rows:
        return SCHEMA.empty_table()
    morceaux = []
    for contour in contours:
        sirets = positions.filter(pc.equal(positions.column("code_commune"), contour.code_commune)).column("siret")
        morceaux.append(_table(sirets.combine_chunks(), contour.zone_id))
    return pa.concat_tables(morceaux)


def _table(sirets: pa.Array, zone_id: str) -> pa.Table:
    return pa.table([sirets.cast(pa.string()), pa.array([zone_id] * len(sirets), pa.string())], schema=SCHEMA)


def _par_geometrie(positions: pa.Table, contours: Sequence[Contour]) -> pa.Table:
    lon = positions.column("lon").to_numpy(zero_copy_only=False).astype(float)
    lat = positions.column("lat").to_numpy(zero_copy_only=False).astype(float)
    situes = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    surfaces = shapely.from_geojson([contour.geometrie for contour in contours])
    shapely.prepare(surfaces)
    # L'arbre porte les points et on interroge par zone : les zones sont peu nombreuses et préparées.
    arbre = shapely.STRtree(shapely.points(lon[situes], lat[situes]))
    zones, points = arbre.query(surfaces, predicate="intersects")
    sirets = positions.column("siret").take(pa.array(situes[points], pa.int64())).cast(pa.string())
    noms = pa.array([contour.zone_id for contour in contours], pa.string()).take(pa.array(zones, pa.int64()))
    return pa.table([sirets, noms], schema=SCHEMA)
