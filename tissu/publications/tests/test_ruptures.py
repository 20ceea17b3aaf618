"""Une suite de mesures : reliée quand elle se compare, interrompue et annotée sinon."""

from tissu.publications.graphiques import svg
from tissu.publications.ruptures import suite_avec_ruptures

LIGNES = [
    {"etape": "janv. 2024", "taux": 0.05, "suite": "0", "rupture": ""},
    {"etape": "mars 2025", "taux": 0.06, "suite": "1", "rupture": "rupture"},
    {"etape": "mai 2026", "taux": 0.07, "suite": "1", "rupture": ""},
]


def dessin(lignes: list[dict[str, object]]) -> str:
    return svg(
        suite_avec_ruptures(lignes, etape="etape", valeur="taux", suite="suite", rupture="rupture", forme=".1%")
    )  # fmt: skip


def test_la_rupture_se_lit_et_la_ligne_s_y_interrompt() -> None:
    rendu = dessin(LIGNES)
    assert ">rupture<" in rendu
    assert rendu.count('aria-roledescription="line mark"') == 2
    continu = dessin([ligne | {"suite": "0", "rupture": ""} for ligne in LIGNES])
    assert ">rupture<" not in continu
    assert continu.count('aria-roledescription="line mark"') == 1


def test_l_axe_part_de_zero() -> None:
    graphique = suite_avec_ruptures(
        LIGNES, etape="etape", valeur="taux", suite="suite", rupture="rupture", forme=".1%"
    )  # fmt: skip
    [domaine] = {
        tuple(couche["encoding"]["y"]["scale"]["domain"])
        for couche in graphique["layer"]
        if "scale" in couche["encoding"].get("y", {})
    }
    assert domaine[0] == 0
    assert domaine[1] > 0.07
