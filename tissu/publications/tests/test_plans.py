"""Le plan d'un lieu et le classement où l'on se reconnaît : ce qui s'y lit, une fois dessiné."""

import re

from tissu.publications.classements import GRIS, classement
from tissu.publications.graphiques import PALETTE, svg
from tissu.publications.plans import plan_d_un_lieu

CARRE = {"type": "Polygon", "coordinates": [[[5, 47], [5, 48], [6, 48], [6, 47], [5, 47]]]}


def test_un_plan_montre_son_centre_ses_reperes_et_ses_points() -> None:
    points = [{"lon": 5.2, "lat": 47.2, "sorte": "Vacant"}, {"lon": 5.8, "lat": 47.8, "sorte": "Occupé"}]
    dessin = svg(
        plan_d_un_lieu(
            centre=(5.5, 47.5), contours=[CARRE], reperes=[{"lon": 5.5, "lat": 48, "texte": "300 m"}], points=points,
            sortes=["Occupé", "Vacant"],
        )
    )  # fmt: skip
    assert {"300 m", "Occupé", "Vacant"} <= set(re.findall(r">([^<>]+)</text>", dessin))
    # Un point par local dans sa teinte, et la teinte une fois de plus dans la légende.
    assert [dessin.count(f'fill="{teinte}"') for teinte in PALETTE[:2]] == [2, 2]


def test_un_classement_garde_son_ordre_ses_teintes_et_son_repere() -> None:
    lignes = [
        {"ville": "Haute", "taux": 0.12, "sorte": "Autre"},
        {"ville": "Nous", "taux": 0.074, "sorte": "Nous"},
        {"ville": "Basse", "taux": 0.05, "sorte": "À part"},
    ]
    specification = classement(
        lignes, categorie="ville", valeur="taux", sorte="sorte", sortes=["Nous", "Autre", "À part"], forme=".1%",
        repere=0.06,
    )  # fmt: skip
    dessin = svg(specification)
    textes = re.findall(r">([^<>]+)</text>", dessin)
    assert [texte for texte in textes if texte in {"Haute", "Nous", "Basse"}][:3] == ["Haute", "Nous", "Basse"]
    assert {"12,0%", "7,4%", "5,0%"} <= set(textes)
    assert all(teinte in dessin for teinte in (PALETTE[0], PALETTE[1], GRIS))
    assert "stroke-dasharray" in dessin
