"""Le plan d'un lieu, dessiné comme un graphique : des contours, des points autour d'un centre, sans fond de carte.

Le nord est en haut. Faute de fond, ce sont les contours nommés (des distances, une zone) qui donnent l'échelle.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tissu.publications.graphiques import ENCRE, ENCRE_DOUCE, PALETTE, alt, specification

HAUTEUR = 420
FORMES = ("circle", "square", "triangle-up", "cross", "diamond", "triangle-down")


def plan_d_un_lieu(
    *,
    centre: tuple[float, float],
    contours: Sequence[Mapping[str, Any]],
    reperes: Sequence[Mapping[str, Any]],
    points: Sequence[Mapping[str, Any]],
    sortes: Sequence[str],
) -> dict[str, Any]:
    """Le plan autour de `centre` (longitude, latitude).

    `contours` : géométries GeoJSON ; `reperes` : `{lon, lat, texte}` écrits sur le plan ; `points` : `{lon, lat,
    sorte}`, une forme et une teinte par sorte, dans l'ordre de `sortes`.
    """
    traits = [{"type": "Feature", "properties": {}, "geometry": dict(contour)} for contour in contours]
    calques = [
        alt.Chart(alt.Data(values=traits)).mark_geoshape(fill=None, stroke=ENCRE_DOUCE, strokeDash=[4, 3]),
        _points(points, sortes),
        _places([{"lon": centre[0], "lat": centre[1]}]).mark_point(
            filled=True, size=150, shape="diamond", color=ENCRE, opacity=1
        ),
        _places(reperes).mark_text(dy=-7, color=ENCRE_DOUCE, fontSize=12).encode(text=alt.Text("texte:N")),
    ]
    plan = calques[0]
    for calque in calques[1:]:
        plan = plan + calque
    return specification(plan.project(type="mercator"), HAUTEUR)


def _places(lieux: Sequence[Mapping[str, Any]]) -> Any:
    donnees = alt.Data(values=[dict(lieu) for lieu in lieux])
    return alt.Chart(donnees).encode(longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q"))


def _points(points: Sequence[Mapping[str, Any]], sortes: Sequence[str]) -> Any:
    domaine = list(sortes)
    teintes = alt.Scale(domain=domaine, range=list(PALETTE[: len(domaine)]))
    formes = alt.Scale(domain=domaine, range=list(FORMES[: len(domaine)]))
    return (
        _places(points)
        .mark_point(filled=True, size=34, opacity=0.85)
        .encode(color=alt.Color("sorte:N", scale=teintes), shape=alt.Shape("sorte:N", scale=formes))
    )
