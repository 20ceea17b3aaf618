"""Rattachement aux zones : la limite compte, l'absence de position ne rattache à rien."""

import json
import time

import numpy as np
import pyarrow as pa

from tissu.registre.zonage import SCHEMA, Contour, rattacher


def carre(x: float, y: float, cote: float = 1.0) -> str:
    anneau = [[x, y], [x + cote, y], [x + cote, y + cote], [x, y + cote], [x, y]]
    return json.dumps({"type": "Polygon", "coordinates": [anneau]})


def positions(*lignes: tuple) -> pa.Table:
    noms = ("siret", "lon", "lat", "code_commune")
    types = (pa.string(), pa.float64(), pa.float64(), pa.string())
    return pa.table(
        {n: pa.array([li[i] for li in lignes], t) for i, (n, t) in enumerate(zip(noms, types, strict=True))}
    )


def test_chaque_point_tombe_dans_les_zones_qui_le_contiennent():
    points = positions(("1", 0.5, 0.5, "21231"), ("2", 1.0, 0.5, "21231"), ("3", 5.0, 5.0, "21355"))
    zones = [Contour("b", carre(1, 0)), Contour("a", carre(0, 0))]
    assert rattacher(points, zones).to_pylist() == [
        {"siret": "1", "zone_id": "a"},
        {"siret": "2", "zone_id": "a"},
        {"siret": "2", "zone_id": "b"},
    ]


def test_sans_position_seule_la_commune_rattache():
    points = positions(("1", None, None, "21231"), ("2", 0.5, 0.5, "21355"))
    zones = [Contour("dijon", code_commune="21231"), Contour("tout", carre(-90, -45, 180))]
    assert rattacher(points, zones).to_pylist() == [
        {"siret": "1", "zone_id": "dijon"},
        {"siret": "2", "zone_id": "tout"},
    ]


def test_sans_zone_la_table_est_vide_et_typee():
    assert rattacher(positions(("1", 0.5, 0.5, "21231")), []).schema == SCHEMA


def test_une_metropole_entiere_se_rattache_en_moins_de_deux_secondes():
    alea = np.random.default_rng(7)
    combien = 190_000
    points = pa.table(
        {
            "siret": pa.array([f"{n:014}" for n in range(combien)]),
            "lon": pa.array(alea.uniform(4.9, 5.2, combien)),
            "lat": pa.array(alea.uniform(47.2, 47.4, combien)),
            "code_commune": pa.array(["21231"] * combien),
        }
    )
    zones = [Contour(f"z{n}", carre(4.9 + n / 100, 47.2 + n / 200, 0.02)) for n in range(30)]
    debut = time.perf_counter()
    table = rattacher(points, zones)
    assert time.perf_counter() - debut < 2
    assert table.num_rows > 30_000
