"""Un classement où l'on se reconnaît : des barres, chacune de la teinte de sa sorte, et une ligne de repère."""

from collections.abc import Mapping, Sequence
from typing import Any

from tissu.publications.graphiques import ENCRE, ENCRE_DOUCE, PALETTE, alt, specification

GRIS = "#9aa4af"


def classement(
    lignes: Sequence[Mapping[str, Any]],
    *,
    categorie: str,
    valeur: str,
    sorte: str,
    sortes: Sequence[str],
    forme: str = ",",
    repere: float | None = None,
) -> dict[str, Any]:
    """Barres horizontales dans l'ordre donné, étiquetées au format `forme` de d3.

    `sorte` : la clé de la teinte ; la première des `sortes` prend la teinte forte, la deuxième la suivante, la dernière
    un gris. `repere` : une valeur tracée en pointillé (une médiane).
    """
    teintes = [PALETTE[1], PALETTE[0], GRIS]
    domaine = alt.Scale(domain=list(sortes), range=teintes[: len(sortes)])
    base = alt.Chart(alt.Data(values=[dict(ligne) for ligne in lignes])).encode(
        y=alt.Y(f"{categorie}:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        x=alt.X(f"{valeur}:Q", title=None, axis=None, scale=alt.Scale(zero=True)),
    )
    dessin = base.mark_bar().encode(color=alt.Color(f"{sorte}:N", scale=domaine, legend=alt.Legend(columns=2)))
    dessin = dessin + base.mark_text(align="left", dx=5, color=ENCRE).encode(text=alt.Text(f"{valeur}:Q", format=forme))
    if repere is not None:
        trait = alt.Chart(alt.Data(values=[{"repere": repere}])).mark_rule(
            color=ENCRE_DOUCE, strokeDash=[4, 3], strokeWidth=1.5
        )
        dessin = dessin + trait.encode(x="repere:Q")
    return specification(dessin, 28 * max(len(lignes), 1))
