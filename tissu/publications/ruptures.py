"""Une suite de mesures dont certaines ne se comparent pas : la ligne s'y interrompt, et un trait dit pourquoi."""

from collections.abc import Mapping, Sequence
from typing import Any

from tissu.publications.graphiques import ENCRE, ENCRE_DOUCE, PALETTE, alt, specification


def suite_avec_ruptures(
    lignes: Sequence[Mapping[str, Any]], *, etape: str, valeur: str, suite: str, rupture: str, forme: str = ","
) -> dict[str, Any]:
    """Un point par ligne, dans l'ordre donné, étiqueté au format `forme` de d3.

    Seuls les points de la même `suite` sont reliés. `rupture` : la clé de ce qui sépare un point du précédent, en
    quelques mots ; vide, rien ne les sépare.
    """
    etapes = [ligne[etape] for ligne in lignes]
    # Un mot par ligne : sur un téléphone, deux étapes voisines ne se touchent pas.
    axe = alt.Axis(labelAngle=0, labelExpr="split(datum.value, ' ')")
    x = alt.X(f"{etape}:N", sort=etapes, title=None, scale=alt.Scale(padding=0.6), axis=axe)
    base = alt.Chart(alt.Data(values=[dict(ligne) for ligne in lignes])).encode(x=x)
    # De la place au-dessus du point le plus haut, pour les mots d'une rupture.
    haut = max((ligne[valeur] for ligne in lignes), default=0) * 1.3 or 1
    y = alt.Y(
        f"{valeur}:Q", title=None, scale=alt.Scale(domain=[0, haut]), axis=alt.Axis(tickCount=4, format=forme)
    )  # fmt: skip
    traits = base.transform_filter(f"datum['{rupture}'] !== ''")
    dessin = traits.mark_rule(color=ENCRE_DOUCE, strokeDash=[4, 3], strokeWidth=1.5)
    dessin = dessin + traits.mark_text(align="left", dx=5, dy=-4, color=ENCRE_DOUCE, fontSize=12).encode(
        y=alt.value(10), text=f"{rupture}:N"
    )
    dessin = dessin + base.mark_line().encode(y=y, detail=f"{suite}:N")
    dessin = dessin + base.mark_point(filled=True, size=60, color=PALETTE[0], opacity=1).encode(y=y)
    etiquettes = base.mark_text(align="left", dx=7, dy=12, color=ENCRE)
    dessin = dessin + etiquettes.encode(y=y, text=alt.Text(f"{valeur}:Q", format=forme))
    return specification(dessin, 230)
