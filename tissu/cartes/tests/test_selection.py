"""Choisir dans l'espace : les formes s'écrivent et se relisent, les distances sont justes, le tri est rapide."""

import time

import numpy as np
import pyarrow as pa
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissu.cartes.selection import (
    SOMMETS_AU_PLUS,
    Cercle,
    Designee,
    Polygone,
    Selection,
    SelectionRefusee,
    Trace,
    contour_du_cercle,
    contour_du_polygone,
    dans_le_cercle,
    desserrer,
    ecrire_forme,
    lire_forme,
    lire_formes,
    serrer,
    surface_ha,
)

TERRE = pyproj.Geod(ellps="WGS84")
CARRE = Polygone(((5.0, 47.3), (5.1, 47.3), (5.1, 47.4), (5.0, 47.4)))
TABLE = pa.table(
    {
        "id": ["dedans", "bord", "dehors", "sans"],
        "voie_id": pa.array([1, 2, 2, 1], pa.int64()),
        "lon": pa.array([5.05, 5.1, 5.2, None], pa.float64()),
        "lat": pa.array([47.35, 47.35, 47.35, None], pa.float64()),
    }
)


def trace(forme: Cercle | Polygone | Designee) -> Trace:
    if isinstance(forme, Cercle):
        return Trace(forme, "cercle", contour_du_cercle(forme))
    if isinstance(forme, Polygone):
        return Trace(forme, "polygone", contour_du_polygone(forme))
    return Trace(forme, "rue", rue=forme.id)


def retenus(selection: Selection, table: pa.Table = TABLE) -> list[str]:
    return table.filter(pa.array(selection.masque(table))).column("id").to_pylist()


@pytest.mark.parametrize(
    "forme",
    [
        Cercle(5.0415, 47.322, 500), CARRE, Designee("rue", "12"), Designee("zone", "21231", "communes"),
        Designee("perimetre", "4"),
    ],
    ids=lambda forme: ecrire_forme(forme)[:12],
)  # fmt: skip
def test_une_forme_ecrite_se_relit(forme):
    assert lire_forme(ecrire_forme(forme)) == forme


sommets = st.tuples(st.floats(-180, 180).map(lambda x: round(x, 5)), st.floats(-85, 85).map(lambda y: round(y, 5))).map(
    lambda paire: (paire[0] + 0.0, paire[1] + 0.0)
)


@given(st.lists(sommets, min_size=1, max_size=50))
def test_des_sommets_serres_se_desserrent(points):
    assert desserrer(serrer(points)) == points


def test_un_polygone_dessine_tient_dans_une_adresse():
    angles = np.linspace(0, 2 * np.pi, SOMMETS_AU_PLUS, endpoint=False)
    cercle = Polygone(tuple(zip(5 + 0.05 * np.cos(angles), 47.3 + 0.03 * np.sin(angles), strict=True)))
    assert len(ecrire_forme(cercle)) < 1000


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("carre:1", "n'est pas une forme connue"),
        ("zone:communes", "n'est pas une forme connue"),
        ("perimetre:", "n'est pas une forme connue"),
        ("cercle:5,47", "s'écrit longitude, latitude, rayon"),
        ("cercle:nan,47,10", "n'est pas une longitude et une latitude"),
        ("cercle:5,89,10", "n'est pas une longitude et une latitude"),
        ("cercle:5,47,0", "va de 1 m à 50 km ; celui-ci vaut 0 m"),
        ("cercle:5,47,nan", "va de 1 m à 50 km"),
        ("cercle:5,47,60000", "celui-ci vaut 60000 m"),
        ("polygone:é", "illisible"),
        ("polygone:" + "_" * 40, "illisible"),
        ("polygone:AA", "de 3 à 200 sommets : celui-ci en a 1"),
        ("polygone:AAA", "incomplet"),
    ],
)
def test_une_forme_fausse_dit_ce_qui_cloche(texte, message):
    with pytest.raises(SelectionRefusee, match=message):
        lire_forme(texte)


def test_un_polygone_plat_est_refuse():
    with pytest.raises(SelectionRefusee, match="n'a pas de surface"):
        contour_du_polygone(Polygone(((5.0, 47.3), (5.1, 47.3), (5.2, 47.3))))


def test_un_polygone_croise_garde_ses_deux_ailes():
    sablier = Polygone(((5.0, 47.3), (5.1, 47.4), (5.1, 47.3), (5.0, 47.4)))
    assert surface_ha(contour_du_polygone(sablier)) == pytest.approx(
        surface_ha(contour_du_polygone(CARRE)) / 2, rel=1e-3
    )


def test_trop_de_formes_se_dit_et_une_forme_repetee_ne_compte_qu_une_fois():
    with pytest.raises(SelectionRefusee, match="porte 21 formes ; gardez-en 20"):
        lire_formes([f"rue:{rang}" for rang in range(21)])
    assert lire_formes(["rue:1", " rue:1 ", ""]) == [Designee("rue", "1")]


# --- Distances ---


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        # Neuf millièmes de degré vers le nord et vers l'est à Dijon, vers l'est à Saint-Denis : GeographicLib, WGS84.
        ((5.0415, 47.3220), (5.0415, 47.3310), 1000.595),
        ((5.0415, 47.3220), (5.0547, 47.3220), 997.892),
        ((55.4504, -20.8789), (55.4600, -20.8789), 998.919),
    ],
)
def test_un_rayon_est_en_metres_quelle_que_soit_la_latitude(a, b, metres):
    assert TERRE.inv(*a, *b)[2] == pytest.approx(metres, abs=1e-3)
    autour = [int(metres), int(metres) + 1]
    lon, lat = np.array([b[0]]), np.array([b[1]])
    assert [bool(dans_le_cercle(Cercle(*a, rayon), lon, lat)[0]) for rayon in autour] == [False, True]


@given(
    st.floats(-60, 65), st.floats(0, 360), st.floats(0.2, 1.8), st.integers(10, 50_000),
)  # fmt: skip
def test_le_cercle_dit_comme_la_geodesique(lat, cap, part, rayon):
    lon_b, lat_b, _ = TERRE.fwd(5.0, lat, cap, rayon * part)
    ecart = abs(rayon * part - rayon)
    if ecart > max(0.05, rayon * 1e-4):
        assert bool(dans_le_cercle(Cercle(5.0, lat, rayon), np.array([lon_b]), np.array([lat_b]))[0]) is (part < 1)


def test_le_cercle_dessine_a_la_surface_du_cercle():
    assert surface_ha(contour_du_cercle(Cercle(5.04, 47.3, 500))) == pytest.approx(np.pi * 25, rel=0.002)


# --- Combiner ---


def test_sans_forme_tout_est_retenu():
    assert retenus(Selection()) == ["dedans", "bord", "dehors", "sans"]


def test_un_polygone_retient_sa_limite_et_jamais_ce_qui_n_a_pas_de_position():
    assert retenus(Selection(dans=(trace(CARRE),))) == ["dedans", "bord"]


def test_exclure_n_amene_pas_ce_qui_n_a_pas_de_position():
    assert retenus(Selection(hors=(trace(CARRE),))) == ["dehors"]


def test_plusieurs_dans_s_ajoutent_et_chaque_hors_retire():
    petit = trace(Cercle(5.05, 47.35, 100))
    loin = trace(Cercle(5.2, 47.35, 100))
    assert retenus(Selection(dans=(trace(CARRE), loin))) == ["dedans", "bord", "dehors"]
    assert retenus(Selection(dans=(trace(CARRE), loin), hors=(petit,))) == ["bord", "dehors"]


def test_une_rue_se_choisit_par_ce_que_l_objet_en_dit_meme_sans_position():
    rue = trace(Designee("rue", "1"))
    assert retenus(Selection(dans=(rue,), colonne_rue="voie_id")) == ["dedans", "sans"]
    assert retenus(Selection(hors=(rue,), colonne_rue="voie_id")) == ["bord", "dehors"]


def test_une_surface_se_choisit_par_un_point_en_son_interieur():
    table = pa.table(
        {
            "id": ["petite", "loin", "nulle"],
            "geometrie": pa.array(
                [
                    contour_du_cercle(Cercle(5.05, 47.35, 2000)).wkb,
                    contour_du_cercle(Cercle(6, 47.35, 200)).wkb,
                    None,
                ],
                pa.binary(),
            ),
        }
    )
    assert retenus(Selection(dans=(trace(CARRE),)), table) == ["petite"]


def test_la_marque_change_avec_les_formes_et_leur_sens():
    marques = {
        Selection().marque, Selection(dans=(trace(CARRE),)).marque, Selection(hors=(trace(CARRE),)).marque,
        Selection(dans=(trace(Cercle(5, 47, 10)),)).marque,
    }  # fmt: skip
    assert len(marques) == 4


def test_deux_cent_mille_points_se_trient_en_moins_de_cinquante_millisecondes():
    alea = np.random.default_rng(7)
    combien = 200_000
    table = pa.table({"lon": alea.uniform(4.9, 5.2, combien), "lat": alea.uniform(47.2, 47.4, combien)})
    angles = np.linspace(0, 2 * np.pi, SOMMETS_AU_PLUS, endpoint=False)
    rayon = 0.06 + 0.02 * np.sin(9 * angles)
    etoile = Polygone(tuple(zip(5.05 + rayon * np.cos(angles), 47.3 + rayon * np.sin(angles), strict=True)))
    selection = Selection(dans=(trace(etoile), trace(Cercle(5.1, 47.3, 3000))), hors=(trace(Cercle(5.05, 47.3, 900)),))
    durees = []
    for _ in range(5):
        debut = time.thread_time()
        assert 0 < table.filter(pa.array(selection.masque(table))).num_rows < combien
        durees.append(time.thread_time() - debut)
    assert min(durees) < 0.05
