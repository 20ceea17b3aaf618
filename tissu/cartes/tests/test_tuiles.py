"""Les tuiles, relues par GDAL et comptées à part : ce qu'elles contiennent, où, et que rien ne s'y perd."""

import math
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tissu.cartes import tuiles
from tissu.cartes.tests.fabrique import ETAT, TAUX, jeu_de_points, jeu_de_surfaces, relire
from tissu.cartes.tuiles import mvt, points

DIJON = (5.0415, 47.3220)
TOUR_M = 40_075_016.685578488


def case(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """La tuile d'un point, par la formule des tuiles en Mercator."""
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return z, int(x), int(y)


def metres(lon: float, lat: float) -> tuple[float, float]:
    return lon / 360 * TOUR_M, math.asinh(math.tan(math.radians(lat))) * TOUR_M / 2 / math.pi


def test_un_point_seul_porte_son_identite_sa_classe_et_son_titre(tmp_path: Path) -> None:
    jeu = jeu_de_points([DIJON[0]], [DIJON[1]], ["vacant"])
    lu = relire(tuiles.tuile(jeu, ETAT, *case(*DIJON, 16)), tmp_path, *case(*DIJON, 16))
    [objet] = lu["objets"]
    forme = objet.pop("forme")
    # L'état et le loyer n'y voyagent pas : la classe dit l'un, la bulle demandera l'autre.
    assert objet == {"id": "P0", "k": 1, "titre": "Local 0"}
    assert shapely.distance(forme, shapely.Point(*metres(*DIJON))) < 0.3


def test_une_valeur_absente_prend_le_gris(tmp_path: Path) -> None:
    jeu = jeu_de_points([5.04, 5.041], [47.32, 47.32], [None, "occupe"])
    lu = relire(tuiles.tuile(jeu, ETAT, *case(5.04, 47.32, 10)), tmp_path, *case(5.04, 47.32, 10))
    assert {objet["id"]: objet["k"] for objet in lu["objets"]} == {"P0": -1, "P1": 0}


def test_ce_qui_n_a_pas_de_position_n_est_dans_aucune_tuile(tmp_path: Path) -> None:
    jeu = jeu_de_points([None, 5.04], [None, 47.32], ["vacant", "occupe"])
    lu = relire(tuiles.tuile(jeu, ETAT, 0, 0, 0), tmp_path, 0, 0, 0)
    assert [objet["id"] for objet in lu["objets"]] == ["P1"]


def test_une_tuile_ou_rien_ne_tombe_est_vide() -> None:
    jeu = jeu_de_points([5.04], [47.32], ["vacant"])
    z, x, y = case(5.04, 47.32, 12)
    assert tuiles.tuile(jeu, ETAT, z, x + 1, y) == b""
    assert tuiles.tuile(jeu_de_points([], [], []), ETAT, 0, 0, 0) == b""


@pytest.mark.parametrize("adresse", [(0, 0, 0), (5, 31, 31), (tuiles.ZOOM_MAX, 0, 0)])
def test_une_adresse_de_tuile_existe(adresse: tuple[int, int, int]) -> None:
    assert tuiles.existe(*adresse)


@pytest.mark.parametrize("adresse", [(-1, 0, 0), (5, 32, 0), (5, 0, 32), (5, -1, 0), (tuiles.ZOOM_MAX + 1, 0, 0)])
def test_une_adresse_de_tuile_n_existe_pas(adresse: tuple[int, int, int]) -> None:
    assert not tuiles.existe(*adresse)


def nuage(n: int, graine: int) -> tuple[list[float], list[float], list[str | None]]:
    hasard = np.random.default_rng(graine)
    lon = hasard.normal(DIJON[0], 0.03, n)
    lat = hasard.normal(DIJON[1], 0.02, n)
    # Des dizaines de locaux à la même adresse.
    lon[: n // 10], lat[: n // 10] = DIJON
    etats = hasard.choice(np.array(["occupe", "vacant", None], dtype=object), n, p=[0.7, 0.2, 0.1])
    return lon.tolist(), lat.tolist(), etats.tolist()


def test_les_amas_comptent_chaque_classe_comme_un_comptage_a_part(tmp_path: Path) -> None:
    lon, lat, etats = nuage(6_000, graine=1)
    jeu = jeu_de_points(lon, lat, etats)
    adresse = case(*DIJON, 11)
    dedans = [e for x, y, e in zip(lon, lat, etats, strict=True) if case(x, y, 11) == adresse]
    lu = relire(tuiles.tuile(jeu, ETAT, *adresse), tmp_path, *adresse)
    seuls = lu.get("objets", [])
    compte = Counter({"occupe": 0, "vacant": 0, None: 0})
    for amas in lu["amas"]:
        parts = {"occupe": amas.get("k0") or 0, "vacant": amas.get("k1") or 0, None: amas.get("kx") or 0}
        assert sum(parts.values()) == amas["n"] > 1
        compte.update(parts)
    compte.update({-1: None, 0: "occupe", 1: "vacant"}[objet["k"]] for objet in seuls)
    assert compte == Counter(dedans)
    assert len(lu["amas"]) <= 64


def test_chaque_amas_a_sa_case_et_reste_loin_du_bord(tmp_path: Path) -> None:
    lon, lat, etats = nuage(6_000, graine=2)
    z, x, y = case(*DIJON, 11)
    lu = relire(tuiles.tuile(jeu_de_points(lon, lat, etats), ETAT, z, x, y), tmp_path, z, x, y)
    cote = TOUR_M / 2 ** (z + points.CASES)
    places = [((un["forme"].x + TOUR_M / 2) / cote, (TOUR_M / 2 - un["forme"].y) / cote) for un in lu["amas"]]
    assert len({(int(colonne), int(ligne)) for colonne, ligne in places}) == len(places)
    ecarts = [place % 1 for paire in places for place in paire]
    assert min(ecarts) > points.RETRAIT - 0.01 and max(ecarts) < 1 - points.RETRAIT + 0.01


def test_assez_pres_tous_les_objets_sont_un_a_un(tmp_path: Path) -> None:
    lon, lat, etats = nuage(6_000, graine=3)
    jeu = jeu_de_points(lon, lat, etats)
    zoom = points.index(jeu).zoom_des_objets
    adresse = case(*DIJON, zoom)
    lu = relire(tuiles.tuile(jeu, ETAT, *adresse), tmp_path, *adresse)
    attendus = {f"P{n}" for n, (x, y) in enumerate(zip(lon, lat, strict=True)) if case(x, y, zoom) == adresse}
    assert set(lu) == {"objets"}
    assert {objet["id"] for objet in lu["objets"]} == attendus
    assert len(attendus) <= points.OBJETS_PAR_TUILE


def tuiles_occupees(lon: list[float], lat: list[float], z: int) -> set[tuple[int, int, int]]:
    return {case(x, y, z) for x, y in zip(lon, lat, strict=True)}


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.floats(-179.9, 179.9), st.floats(-84, 84), st.sampled_from(["occupe", "vacant", None]),
        ),
        min_size=1, max_size=60,
    ),
    st.integers(0, 17),
    st.integers(1, 40),
)  # fmt: skip
def test_a_tout_niveau_la_somme_des_tuiles_est_le_total(
    lignes: list[tuple[float, float, str | None]], z: int, par_tuile: int
) -> None:
    """Quels que soient les points, le niveau et le seuil où l'on rassemble, rien ne se perd ni ne se double."""
    lon, lat, etats = ([ligne[rang] for ligne in lignes] for rang in range(3))
    jeu = jeu_de_points(lon, lat, etats)
    total = 0
    with pytest.MonkeyPatch.context() as seuil, tempfile.TemporaryDirectory() as dossier:
        seuil.setattr(points, "OBJETS_PAR_TUILE", par_tuile)
        # Un point posé sur un bord peut tomber d'un côté ou de l'autre : on demande aussi les voisines.
        for adresse in {
            (z, (x + dx) % 2**z, y + dy)
            for _, x, y in tuiles_occupees(lon, lat, z)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            if 0 <= y + dy < 2**z
        }:
            lu = relire(tuiles.tuile(jeu, ETAT, *adresse), Path(dossier), *adresse)
            total += len(lu.get("objets", [])) + sum(amas["n"] for amas in lu.get("amas", []))
    assert total == len(lignes)


def carre(ouest: float, sud: float, cote: float) -> shapely.Polygon:
    return shapely.box(ouest, sud, ouest + cote, sud + cote)


def test_une_surface_garde_sa_forme_son_trou_et_sa_classe(tmp_path: Path) -> None:
    troue = carre(5.0, 47.3, 0.04).difference(carre(5.01, 47.31, 0.01))
    jeu = jeu_de_surfaces([troue, carre(5.04, 47.3, 0.02)], [0.02, 0.08])
    adresse = case(5.02, 47.32, 11)
    lu = relire(tuiles.tuile(jeu, TAUX, *adresse), tmp_path, *adresse)
    par_id = {objet["id"]: objet for objet in lu["objets"]}
    assert (par_id["S0"]["k"], par_id["S1"]["k"]) == (0, 1)
    attendue = shapely.transform(troue, lambda p: np.array([metres(*point) for point in p]))
    commune = shapely.intersection(par_id["S0"]["forme"], attendue).area
    assert commune / attendue.area > 0.98 and commune / par_id["S0"]["forme"].area > 0.98
    assert shapely.get_num_interior_rings(shapely.get_parts(par_id["S0"]["forme"])[0]) == 1


def test_une_surface_est_coupee_au_bord_et_son_nom_n_est_ecrit_qu_une_fois(tmp_path: Path) -> None:
    grand = carre(4.9, 47.2, 0.3)
    jeu = jeu_de_surfaces([grand], [0.074])
    noms, aires = [], 0.0
    for adresse in sorted({case(4.9 + dx / 40, 47.2 + dy / 40, 12) for dx in range(13) for dy in range(13)}):
        lu = relire(tuiles.tuile(jeu, TAUX, *adresse), tmp_path, *adresse)
        noms += [(un["nom"], un["valeur"]) for un in lu.get("etiquettes", [])]
        z, x, y = adresse
        cote = TOUR_M / 2**z
        tuile = shapely.box(
            x * cote - TOUR_M / 2, TOUR_M / 2 - (y + 1) * cote, (x + 1) * cote - TOUR_M / 2, TOUR_M / 2 - y * cote
        )
        aires += sum(shapely.intersection(objet["forme"], tuile).area for objet in lu.get("objets", []))
    entiere = shapely.transform(grand, lambda p: np.array([metres(*point) for point in p])).area
    assert noms == [("Secteur 0", "7,4\u202f%")]
    assert aires == pytest.approx(entiere, rel=0.001)


def test_le_secret_se_dit_et_ne_donne_pas_son_chiffre(tmp_path: Path) -> None:
    jeu = jeu_de_surfaces([carre(5.0, 47.3, 0.02), carre(5.03, 47.3, 0.02)], [None, 0.05], [True, False])
    adresse = case(5.02, 47.31, 10)
    lu = relire(tuiles.tuile(jeu, TAUX, *adresse), tmp_path, *adresse)
    assert {objet["id"]: objet["k"] for objet in lu["objets"]} == {"S0": -2, "S1": 0}
    assert {un["nom"]: un["valeur"] for un in lu["etiquettes"]} == {"Secteur 0": "secret", "Secteur 1": "5,0\u202f%"}


def test_une_surface_plus_petite_qu_un_point_disparait(tmp_path: Path) -> None:
    jeu = jeu_de_surfaces([carre(5.0, 47.3, 1e-7)], [0.02])
    assert "objets" not in relire(tuiles.tuile(jeu, TAUX, 5, 16, 11), tmp_path, 5, 16, 11)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_les_entiers_se_relisent(nombres: list[int]) -> None:
    ecrits, octets = mvt.varints(np.array(nombres, dtype=np.uint32))
    relus, valeur, decalage = [], 0, 0
    for octet in ecrits:
        valeur |= (octet & 0x7F) << decalage
        decalage += 7
        if not octet & 0x80:
            relus.append(valeur)
            valeur = decalage = 0
    assert relus == nombres
    assert octets.sum() == len(ecrits)
