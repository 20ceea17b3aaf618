"""Les graphiques de la maison : une spécification Vega-Lite, dessinée en SVG pour la page et le PDF.

Palette d'Okabe et Ito (lisible des daltoniens), barres qui partent de zéro, peu de lignes, libellés français.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vl_convert
from django.core.cache import caches

from tissu.socle.formats import MOIS_COURTS
from tissu.socle.textes import sans_controle

if TYPE_CHECKING:
    import altair as alt
else:

    class _Altair:
        """Altair, importé au premier graphique : une seconde de démarrage que la plupart des commandes évitent."""

        def __getattr__(self, nom: str) -> Any:
            import altair

            return getattr(altair, nom)

    alt = _Altair()

PALETTE = ("#0b5cad", "#d55e00", "#00795c", "#b8860b", "#9a4f86", "#4a93c4")
ENCRE = "#1d2733"
ENCRE_DOUCE = "#55606d"
FILET = "#d5dae0"
POLICES = Path(__file__).resolve().parents[1] / "socle" / "static" / "dist" / "polices"
# Entre apostrophes : un nom qui finit par un chiffre n'est pas un identifiant CSS.
FAMILLE = "'Source Sans 3', sans-serif"
LARGEUR = 640
# Avec l'axe, tient dans les 360 points d'un petit téléphone.
LARGEUR_ETROITE = 250

_LOCALE_NOMBRES = {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]}
_LOCALE_DATES = {
    "dateTime": "%A %e %B %Y à %X", "date": "%d/%m/%Y", "time": "%H:%M:%S", "periods": ["AM", "PM"],
    "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    "months": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
               "novembre", "décembre"],
    "shortMonths": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
                    "déc."],
}  # fmt: skip


def _theme() -> dict[str, Any]:
    texte = {"labelFont": FAMILLE, "titleFont": FAMILLE, "labelColor": ENCRE_DOUCE, "titleColor": ENCRE_DOUCE}
    return {
        "font": FAMILLE,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {**texte, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "gridColor": FILET,
                 "domainColor": FILET, "tickColor": FILET, "labelLimit": 340},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "titleAngle": 0, "titleAlign": "left", "titleY": -12, "titleX": 0},
        "legend": {**texte, "labelFontSize": 13, "orient": "top", "title": None, "symbolType": "square"},
        "range": {"category": list(PALETTE)},
        "bar": {"color": PALETTE[0]},
        "line": {"color": PALETTE[0], "strokeWidth": 2},
        "text": {"font": FAMILLE, "fontSize": 13, "color": ENCRE},
        "locale": {"number": _LOCALE_NOMBRES, "time": _LOCALE_DATES},
    }  # fmt: skip


def _abscisse(lignes: Sequence[dict[str, Any]]) -> "alt.X":
    """Les mois en bandes ; l'année sous le premier mois et sous chaque janvier."""
    mois = list(dict.fromkeys(ligne["mois"] for ligne in lignes))
    etiquettes = {
        code: f"{MOIS_COURTS[int(code[5:7]) - 1]}|{code[:4] if rang == 0 or code.endswith('-01') else ''}"
        for rang, code in enumerate(mois)
    }
    expression = f"split({json.dumps(etiquettes, ensure_ascii=False)}[datum.value], '|')"
    return alt.X("mois:O", sort=mois, title=None, axis=alt.Axis(labelExpr=expression, labelAngle=0, labelOverlap=True))


def courbe_mensuelle(
    lignes: Sequence[dict[str, Any]], *, valeur: str, serie: str = "", unite: str = ""
) -> dict[str, Any]:
    """Une courbe par série, mois en abscisse (`mois` au format AAAA-MM), dernier point étiqueté."""
    base = alt.Chart(alt.Data(values=list(lignes))).encode(
        x=_abscisse(lignes),
        y=alt.Y(
            f"{valeur}:Q",
            title=unite or None,
            scale=alt.Scale(zero=True),
            axis=alt.Axis(tickCount=5, tickMinStep=1, format=",.0f"),
        ),
    )
    if serie:
        base = base.encode(color=alt.Color(f"{serie}:N", sort=None))
    dernier = max((ligne["mois"] for ligne in lignes), default="")
    fin = base.transform_filter(f"datum.mois === '{dernier}'")
    etiquette = fin.mark_text(align="left", dx=7).encode(text=alt.Text(f"{valeur}:Q", format=","))
    return specification(base.mark_line() + fin.mark_point(filled=True, size=45) + etiquette, 230)


def entrees_et_sorties(
    lignes: Sequence[dict[str, Any]], *, entrees: str, sorties: str, unite: str = ""
) -> dict[str, Any]:
    """Barres de part et d'autre de zéro (`mois`, entrées en haut, sorties en bas) et le solde en trait."""
    donnees, soldes = [], []
    for ligne in lignes:
        donnees.append({"mois": ligne["mois"], "sens": "Entrées", "valeur": ligne[entrees]})
        donnees.append({"mois": ligne["mois"], "sens": "Sorties", "valeur": -ligne[sorties]})
        soldes.append({"mois": ligne["mois"], "sens": "Solde", "valeur": ligne[entrees] - ligne[sorties]})
    axe_x = _abscisse(lignes)
    axe_y = alt.Y(
        "valeur:Q",
        title=unite or None,
        axis=alt.Axis(labelExpr="format(abs(datum.value), ',.0f')", tickCount=6, tickMinStep=1),
    )
    domaine = alt.Scale(domain=["Entrées", "Sorties", "Solde"], range=[PALETTE[0], PALETTE[1], ENCRE])
    couleurs = alt.Color("sens:N", scale=domaine)
    barres = alt.Chart(alt.Data(values=donnees)).mark_bar().encode(x=axe_x, y=axe_y, color=couleurs)
    trait = (
        alt.Chart(alt.Data(values=soldes))
        .mark_line(point={"filled": True, "size": 40}, strokeWidth=2)
        .encode(x=axe_x, y=axe_y, color=couleurs)
    )
    return specification(barres + trait, 260)


def barres(lignes: Sequence[dict[str, Any]], *, categorie: str, valeur: str, unite: str = "") -> dict[str, Any]:
    """Barres horizontales dans l'ordre donné, chacune étiquetée de sa valeur."""
    base = alt.Chart(alt.Data(values=list(lignes))).encode(
        y=alt.Y(f"{categorie}:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        x=alt.X(f"{valeur}:Q", title=unite or None, axis=None),
    )
    etiquettes = base.mark_text(align="left", dx=5).encode(text=alt.Text(f"{valeur}:Q", format=","))
    return specification(base.mark_bar() + etiquettes, 26 * max(len(lignes), 1))


def barres_comparees(
    lignes: Sequence[dict[str, Any]], *, categorie: str, valeurs: Mapping[str, str]
) -> dict[str, Any]:  # fmt: skip
    """Pour chaque catégorie, une barre par valeur, l'une sous l'autre. `valeurs` : de la clé au nom dans la légende."""
    donnees = [
        {"categorie": ligne[categorie], "serie": nom, "valeur": ligne[cle]}
        for ligne in lignes
        for cle, nom in valeurs.items()
    ]
    noms = list(valeurs.values())
    base = alt.Chart(alt.Data(values=donnees)).encode(
        y=alt.Y("categorie:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False),
                scale=alt.Scale(paddingInner=0.35)),
        yOffset=alt.YOffset("serie:N", sort=noms),
        x=alt.X("valeur:Q", title=None, axis=None),
        color=alt.Color("serie:N", scale=alt.Scale(domain=noms, range=list(PALETTE[: len(noms)]))),
    )  # fmt: skip
    etiquettes = base.mark_text(align="left", dx=5, fontSize=11).encode(
        text=alt.Text("valeur:Q", format=","), color=alt.value(ENCRE)
    )
    return specification(base.mark_bar() + etiquettes, (14 * len(noms) + 8) * max(len(lignes), 1))


def specification(graphique: Any, hauteur: int) -> dict[str, Any]:
    """La spécification d'un graphique, à la largeur et au thème de la maison."""
    # Sans la validation d'Altair, dix fois plus longue que la construction : nos graphiques sont essayés un à un.
    return graphique.to_dict(validate=False) | {"width": LARGEUR, "height": hauteur, "config": _theme()}


@lru_cache(maxsize=1)
def _polices() -> None:
    if POLICES.is_dir():
        vl_convert.register_font_directory(str(POLICES))


def _dessiner(specification: str) -> str:
    """Le SVG d'une spécification, gardé sur disque : le dessin coûte, et une même figure se revoit cent fois."""
    cle = hashlib.sha256(specification.encode()).hexdigest()
    gardes = caches["dessins"]
    dessin = gardes.get(cle)
    if dessin is None:
        _polices()
        dessin = vl_convert.vegalite_to_svg(
            json.loads(specification), format_locale=_LOCALE_NOMBRES, time_format_locale=_LOCALE_DATES
        )
        gardes.set(cle, dessin, timeout=None)
    return dessin


def svg(graphique: dict[str, Any]) -> str:
    """Dessine une spécification, à la largeur des documents.

    Un signe que le XML n'admet pas arrêterait le moteur de dessin, et le serveur avec lui : il est ôté.
    """
    return _dessiner(json.dumps(sans_controle(graphique), sort_keys=True))


def svg_de_page(graphique: dict[str, Any]) -> str:
    """Le graphique deux fois, pour l'écran et pour le téléphone (la feuille de style n'en montre qu'un).

    Réduire le grand dessin rendrait ses textes illisibles. Les textes prennent la couleur courante de la page.
    """
    etroit = {**graphique, "width": LARGEUR_ETROITE}
    return _pour_la_page(svg(graphique), "graphique--large") + _pour_la_page(svg(etroit), "graphique--etroit")


def _pour_la_page(dessin: str, classe: str) -> str:
    for encre in (ENCRE, ENCRE_DOUCE):
        dessin = dessin.replace(encre, "currentColor")
    return dessin.replace("<svg ", f'<svg aria-hidden="true" focusable="false" class="graphique {classe}" ', 1)
