"""Le dessin de la carte imprimée, en SVG dont l'unité est le millimètre d'une feuille A4."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
import shapely

from tissu.cartes.classement import SANS_DONNEE, SECRET, Rangement
from tissu.cartes.couches import Geometrie
from tissu.cartes.description import Entree
from tissu.cartes.impression.cadrage import Barre, Cadre
from tissu.cartes.impression.etiquettes import INTERLIGNE, Boite, Etiquette, Nom, longueur, poser
from tissu.cartes.lecture import Jeu
from tissu.cartes.palette import SANS_DONNEE as GRIS
from tissu.cartes.palette import SECRET as HACHURE
from tissu.cartes.palette import couleur
from tissu.cartes.selection import Selection
from tissu.publications.valeurs import affichee, numerique
from tissu.socle.formats import nombre
from tissu.socle.textes import sans_controle

DEHORS, TERRE, LIMITE, BORD, ENCRE, ENCRE_DOUCE = "#eceae6", "#ffffff", "#cfcac4", "#77726e", "#2f2c2a", "#5a5552"
CHOIX, BLANC = "#2f2c2a", "#ffffff"
POINT = (0.3, 1.35)
"""Rayon d'un point : le plus petit qui se voie encore, le plus grand qui reste un point."""
PLEIN = 0.035
"""Part de la carte que les points peuvent couvrir avant de se réduire."""
AVEC_LISERE = 0.55
RESERVE = (58.0, 16.0)
SIMPLIFIER = 0.05
LIGNE_DE_LEGENDE = 5.0
FAMILLE = 'font-family="Source Sans 3"'


def dessiner(
    jeu: Jeu, rangement: Rangement, cadre: Cadre, *, entier: Jeu, territoire: Sequence[tuple[str, Any]],
    selection: Selection, barre: Barre,
) -> str:  # fmt: skip
    """Le contenu du SVG de la carte (voir `feuille_svg`). `territoire` : les communes (nom, contour en degrés).

    `entier` : la couche avant la sélection ; ce qui n'est pas choisi se montre en gris, pour situer ce qui l'est.
    """
    communes = [(nom, shapely.simplify(cadre.poser(forme), SIMPLIFIER)) for nom, forme in territoire]
    surfaces = jeu.couche.geometrie is Geometrie.SURFACE
    objets = _surfaces(jeu, rangement, cadre) if surfaces else _points(jeu, rangement, cadre)
    noms = _noms_des_objets(jeu, rangement, cadre) if surfaces else _noms_des_communes(communes, cadre)
    etiquettes = poser(noms, cadre.largeur, cadre.hauteur, reserves=[coin_de_l_echelle(cadre)])
    return "".join(
        [
            f'<defs><clipPath id="cadre"><rect width="{cadre.largeur}" height="{cadre.hauteur}"/></clipPath>'
            '<pattern id="secret" width="1.6" height="1.6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="0.6" height="1.6" fill="{HACHURE[0]}"/></pattern></defs>',
            f'<rect width="{cadre.largeur}" height="{cadre.hauteur}" fill="{DEHORS}"/><g clip-path="url(#cadre)">',
            _fond(communes),
            _contexte(entier, cadre) if selection.active and not surfaces else "",
            objets,
            _choix(selection, cadre),
            _etiquettes(etiquettes),
            "</g>",
            _echelle(cadre, barre),
            _nord(cadre),
            f'<rect x="0.15" y="0.15" width="{cadre.largeur - 0.3}" height="{cadre.hauteur - 0.3}" fill="none" '
            f'stroke="{BORD}" stroke-width="0.3"/>',
        ]
    )


def feuille_svg(contenu: str, largeur: float, hauteur: float, *, agrandi: float = 1.0) -> str:
    """Le document SVG d'un dessin de cette taille ; une unité y vaut `agrandi` millimètres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{largeur * agrandi}mm" height="{hauteur * agrandi}mm" '
        f'viewBox="0 0 {largeur} {hauteur}">{contenu}</svg>'
    )


def legende_svg(entrees: Sequence[Entree], largeur: float, haut: float, *, surfaces: bool) -> tuple[str, float]:
    """La légende sous la carte, ses entrées à la suite, et la hauteur qu'elle prend."""
    morceaux, x, y = [], 0.0, haut + LIGNE_DE_LEGENDE
    for entree in entrees:
        mot = f"{entree.libelle} ({nombre(entree.effectif)})"
        large = longueur(mot, 3) + 10
        if x and x + large > largeur:
            x, y = 0.0, y + LIGNE_DE_LEGENDE
        teinte = "url(#secret)" if entree.motif == "hachure" else entree.clair
        if surfaces or entree.motif == "hachure":
            pastille = f'<rect x="{x:.2f}" y="{y - 2.4:.2f}" width="3.6" height="2.6" fill="{teinte}" stroke="{BORD}" '
            morceaux.append(f'{pastille}stroke-width="0.15"/>')
        else:
            morceaux.append(f'<circle cx="{x + 1.6:.2f}" cy="{y - 1.05:.2f}" r="1.2" fill="{teinte}"/>')
        morceaux.append(_texte(mot, x + 4.6, y, 3, ENCRE, ancre="start"))
        x += large
    return "".join(morceaux), y - haut + 1.5


# --- Le fond ---


def _fond(communes: Sequence[tuple[str, Any]]) -> str:
    formes = [forme for _, forme in communes]
    tout = shapely.unary_union(formes) if formes else shapely.Polygon()
    return (
        f'<path d="{_trace(formes)}" fill="{TERRE}" fill-rule="evenodd" stroke="{LIMITE}" stroke-width="0.2" '
        f'stroke-linejoin="round"/><path d="{_trace([tout])}" fill="none" stroke="{BORD}" stroke-width="0.45" '
        'stroke-linejoin="round"/>'
    )


def _noms_des_communes(communes: Sequence[tuple[str, Any]], cadre: Cadre) -> list[Nom]:
    return _noms([(nom, forme, "") for nom, forme in communes], cadre)


def _noms(lieux: Sequence[tuple[str, Any, str]], cadre: Cadre) -> list[Nom]:
    """Un nom au plus large de ce qui se voit de chaque lieu (nom, forme sur le papier, valeur)."""
    noms = []
    plus_grande = max((forme.area for _, forme, _ in lieux), default=1)
    for nom, forme, valeur in lieux:
        visible = forme.intersection(cadre.bord)
        if nom and visible.area:
            x, y = shapely.maximum_inscribed_circle(visible, tolerance=0.5).coords[0]
            corps = 2.4 + 1.1 * (forme.area / plus_grande) ** 0.5
            noms.append(Nom(nom, x, y, round(corps, 2), visible.area, valeur))
    return noms


# --- Les objets ---


def rayon_des_points(combien: int, cadre: Cadre) -> float:
    """Des points d'autant plus petits qu'ils sont nombreux, jusqu'à ce qui se voit encore à l'œil nu."""
    plein = (PLEIN * cadre.largeur * cadre.hauteur / max(combien, 1) / np.pi) ** 0.5
    return round(float(np.clip(plein, *POINT)), 3)


def _points(jeu: Jeu, rangement: Rangement, cadre: Cadre) -> str:
    places = np.flatnonzero(jeu.places)
    x, y = cadre.placer(jeu.table["lon"].to_numpy()[places], jeu.table["lat"].to_numpy()[places])
    visibles = (x > -2) & (x < cadre.largeur + 2) & (y > -2) & (y < cadre.hauteur + 2)
    x, y, rangs = x[visibles], y[visibles], rangement.rangs[places][visibles]
    rayon = rayon_des_points(len(x), cadre)
    # Les classes rares se dessinent par-dessus les autres.
    dans_l_ordre = sorted(np.unique(rangs), key=lambda rang: (rang >= 0, -np.count_nonzero(rangs == rang)))
    return "".join(
        _semis(x[rangs == rang], y[rangs == rang], rayon, _teinte(rangement, int(rang))) for rang in dans_l_ordre
    )


def _contexte(entier: Jeu, cadre: Cadre) -> str:
    """Ce que la sélection écarte, en gris et plus petit."""
    lon, lat = (entier.table[nom].to_numpy()[entier.places] for nom in ("lon", "lat"))
    x, y = cadre.placer(lon, lat)
    visibles = (x > 0) & (x < cadre.largeur) & (y > 0) & (y < cadre.hauteur)
    rayon = min(rayon_des_points(int(np.count_nonzero(visibles)), cadre), AVEC_LISERE) * 0.8
    return _semis(x[visibles], y[visibles], rayon, LIMITE)


def _semis(x: np.ndarray, y: np.ndarray, rayon: float, teinte: str) -> str:
    """Un seul tracé pour tous les points d'une classe : des segments nuls à bouts ronds."""
    trace = "".join(f"M{a:.2f} {b:.2f}h0" for a, b in zip(x, y, strict=True))
    points = f'<path d="{trace}" stroke-linecap="round" fill="none" stroke-width="{2 * rayon:.3f}" stroke="{teinte}"/>'
    if rayon < AVEC_LISERE:
        return points
    lisere = 2 * rayon + 0.3
    return (
        f'<path d="{trace}" stroke-linecap="round" fill="none" stroke-width="{lisere:.3f}" stroke="#ffffff"/>{points}'
    )


def _surfaces(jeu: Jeu, rangement: Rangement, cadre: Cadre) -> str:
    formes = _formes(jeu, cadre)
    morceaux = []
    for rang in sorted({int(rang) for rang in rangement.rangs}):
        choisies = [
            forme for forme, sien in zip(formes, rangement.rangs, strict=True) if sien == rang and forme is not None
        ]
        remplissage = "url(#secret)" if rang == SECRET else _teinte(rangement, rang)
        morceaux.append(f'<path d="{_trace(choisies)}" fill="{remplissage}" fill-rule="evenodd"/>')
    limites = [forme for forme in formes if forme is not None]
    morceaux.append(
        f'<path d="{_trace(limites)}" fill="none" stroke="#ffffff" stroke-width="0.35" stroke-linejoin="round"/>'
        f'<path d="{_trace(limites)}" fill="none" stroke="{BORD}" stroke-width="0.12" stroke-linejoin="round"/>'
    )
    return "".join(morceaux)


def _formes(jeu: Jeu, cadre: Cadre) -> list[Any]:
    brutes = shapely.from_wkb(jeu.table["geometrie"].to_numpy(zero_copy_only=False))
    return [None if forme is None else shapely.simplify(cadre.poser(forme), SIMPLIFIER) for forme in brutes]


def _noms_des_objets(jeu: Jeu, rangement: Rangement, cadre: Cadre) -> list[Nom]:
    """Le nom de chaque surface et, pour un thème chiffré, sa valeur."""
    champ = jeu.couche.champ(rangement.theme.champ)
    valeurs: list[Any] = [None] * jeu.table.num_rows
    if numerique(champ.nature):
        valeurs = [None if tue else v for v, tue in zip(jeu.table[champ.cle].to_pylist(), jeu.secrets, strict=True)]
    lieux = [
        (str(nom or ""), forme, "" if valeur is None else affichee(valeur, champ.nature))
        for nom, forme, valeur in zip(
            jeu.table[jeu.couche.titre_objet].to_pylist(), _formes(jeu, cadre), valeurs, strict=True
        )
        if forme is not None
    ]
    return _noms(lieux, cadre)


def _teinte(rangement: Rangement, rang: int) -> str:
    if rang == SECRET:
        return HACHURE[0]
    return GRIS[0] if rang == SANS_DONNEE else couleur(rangement.classes[rang].teinte)


# --- Ce qui se pose par-dessus ---


def _choix(selection: Selection, cadre: Cadre) -> str:
    """Les contours de la sélection : trait plein pour ce qui se garde, tireté pour ce qui s'exclut."""
    morceaux = []
    for traces, tirets in ((selection.dans, ""), (selection.hors, ' stroke-dasharray="1.6 1.1"')):
        formes = [cadre.poser(trace.contour) for trace in traces if trace.contour is not None]
        if formes:
            commun = f'<path d="{_trace(formes)}" fill="none" stroke-linejoin="round"'
            morceaux.append(f'{commun} stroke="#ffffff" stroke-width="1.1"/>')
            morceaux.append(f'{commun} stroke="{CHOIX}" stroke-width="0.5"{tirets}/>')
    return "".join(morceaux)


def _etiquettes(posees: Sequence[Etiquette]) -> str:
    """Tous les liserés d'abord : celui d'une ligne ne mange pas les lettres de sa voisine."""
    liseres, textes = [], []
    for une in posees:
        for rang, ligne in enumerate(une.lignes):
            graisse = 400 if une.valeur and rang == len(une.lignes) - 1 else 600
            y = une.boite[1] + une.corps * (0.86 + rang * INTERLIGNE)
            liseres.append(_texte(ligne, une.x, y, une.corps, BLANC, graisse=graisse, lisere=0.9))
            textes.append(_texte(ligne, une.x, y, une.corps, ENCRE, graisse=graisse))
    return "".join(liseres + textes)


def _texte(
    texte: str, x: float, y: float, corps: float, teinte: str, *, graisse: int = 400, lisere: float = 0,
    ancre: str = "middle",
) -> str:  # fmt: skip
    bord = f' stroke="{teinte}" stroke-width="{lisere}" stroke-linejoin="round"' if lisere else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" {FAMILLE} font-size="{corps}" font-weight="{graisse}" text-anchor="{ancre}" '
        f'fill="{teinte}"{bord}>{escape(sans_controle(texte))}</text>'
    )


def coin_de_l_echelle(cadre: Cadre) -> Boite:
    """La place de la barre d'échelle et du nord, en bas à gauche, où rien d'autre ne s'écrit."""
    return 0, cadre.hauteur - RESERVE[1], RESERVE[0] + 12, cadre.hauteur


def _echelle(cadre: Cadre, barre: Barre) -> str:
    gauche, bas = 14.0, cadre.hauteur - 5.2
    moitie = barre.longueur / 2
    droite = gauche + barre.longueur
    large = barre.longueur + 10 + longueur(barre.graduations[2], 2.5) / 2
    haut, marge = cadre.hauteur - RESERVE[1] + 1.5, RESERVE[1] - 3
    fond = (
        f'<rect x="1.5" y="{haut}" width="{large + 8:.2f}" height="{marge}" rx="1" fill="#ffffff" fill-opacity="0.88"/>'
    )
    cote = f'x="{gauche}" y="{bas - 1.2:.2f}" height="1.2"'
    traits = (
        f'<rect class="barre" {cote} width="{barre.longueur:.4f}" fill="#ffffff" stroke="{ENCRE}" stroke-width="0.2"/>'
        f'<rect {cote} width="{moitie:.4f}" fill="{ENCRE}"/>'
    )
    places = zip(barre.graduations, (gauche, gauche + moitie, droite), strict=True)
    chiffres = "".join(_texte(texte, x, bas - 2.1, 2.5, ENCRE) for texte, x in places)
    numerique = _texte(echelle_dite(cadre.echelle), gauche, bas + 2.8, 2.5, ENCRE_DOUCE, ancre="start")
    return fond + traits + chiffres + numerique


def echelle_dite(echelle: int) -> str:
    """« Échelle 1 : 50 000 »."""
    return f"Échelle 1\u00a0:\u00a0{echelle:,}".replace(",", "\u202f")


def _nord(cadre: Cadre) -> str:
    x, bas = 6.8, cadre.hauteur - 3.8
    return (
        f'<path d="M{x} {bas - 8.6:.2f}L{x + 2.1} {bas - 2.6:.2f}L{x} {bas - 4}Z" fill="{ENCRE}"/>'
        f'<path d="M{x} {bas - 8.6:.2f}L{x - 2.1} {bas - 2.6:.2f}L{x} {bas - 4}Z" fill="#ffffff" stroke="{ENCRE}" '
        f'stroke-width="0.2" stroke-linejoin="round"/>' + _texte("N", x, bas + 0.6, 2.8, ENCRE, graisse=600)
    )


# --- Les tracés ---


def _trace(formes: Iterable[Any]) -> str:
    """L'attribut `d` de surfaces et de lignes."""
    morceaux = []
    for forme in formes:
        for partie in shapely.get_parts(forme):
            if partie.geom_type == "Polygon":
                morceaux += [_ligne(anneau) + "Z" for anneau in (partie.exterior, *partie.interiors)]
            elif partie.geom_type == "LineString":
                morceaux.append(_ligne(partie))
    return "".join(morceaux)


def _ligne(ligne: Any) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in shapely.get_coordinates(ligne))
