"""La liste et le tableau d'un jeu : les mêmes lignes que la carte, triées, coupées en pages, mises en mots."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from django.core.paginator import Page, Paginator
from django.urls import reverse

from tissu.cartes.classement import SANS_DONNEE, SECRET, Rangement
from tissu.cartes.couches import Champ, Couche, Geometrie
from tissu.cartes.lecture import Jeu
from tissu.publications.contenu import Nature
from tissu.publications.valeurs import affichee, numerique

PAR_PAGE = 25
DETAILS_D_UN_ELEMENT = 2
"""Champs de carte montrés sous le titre d'un élément de la liste ; la bulle les a tous."""

SANS_TITRE = "Non diffusible"
VIDE = affichee(None, Nature.TEXTE)

Cadre = tuple[float, float, float, float]


@dataclass(frozen=True)
class Element:
    """Un objet dans la liste, la bulle ou le tableau : son titre, sa classe dans la légende, ses champs en mots."""

    id: str
    titre: str
    url: str
    teinte: str
    classe: str
    details: list[str]
    lignes: list[dict[str, Any]]
    lon: str
    lat: str


def lire_cadre(texte: str) -> Cadre | None:
    """« ouest,sud,est,nord » en degrés ; None pour tout autre texte."""
    try:
        ouest, sud, est, nord = (float(borne) for borne in texte.split(","))
    except ValueError:
        return None
    return (ouest, sud, est, nord) if ouest < est and sud < nord else None


def dans_le_cadre(jeu: Jeu, cadre: Cadre) -> np.ndarray:
    """Les rangs des lignes que le cadre montre : les points dedans, les surfaces qui le touchent."""
    ouest, sud, est, nord = cadre
    if jeu.couche.geometrie is Geometrie.SURFACE:
        surfaces = jeu.une_fois("surfaces", lambda: shapely.from_wkb(jeu.table["geometrie"].to_numpy(False)))
        return np.flatnonzero(shapely.intersects(surfaces, shapely.box(*cadre)))
    lon, lat = (jeu.table[nom].to_numpy() for nom in ("lon", "lat"))
    return np.flatnonzero((lon >= ouest) & (lon <= est) & (lat >= sud) & (lat <= nord))


def ordonner(jeu: Jeu, tri: str) -> np.ndarray:
    """Les rangs de toutes les lignes dans l'ordre du tri (« champ », « -champ »), ce qui manque à la fin.

    Un tri inconnu est celui du titre, s'il se lit ; à égalité, l'ordre de l'`id`.
    """
    lisibles = {champ.cle for champ in jeu.champs}
    cle = tri.removeprefix("-")
    if cle not in lisibles:
        tri = cle = jeu.couche.titre_objet if jeu.couche.titre_objet in lisibles else "id"
    return jeu.une_fois(("tri", tri), lambda: _ordonner(jeu, cle, descendant=tri.startswith("-")))


def _ordonner(jeu: Jeu, cle: str, *, descendant: bool) -> np.ndarray:
    colonne = jeu.table[cle]
    if pa.types.is_string(colonne.type):
        # « Épicerie » se range à E : le tri d'Arrow est celui des octets.
        colonne = pc.utf8_lower(pc.replace_substring_regex(pc.utf8_normalize(colonne, "NFKD"), r"\p{Mn}", ""))
    sens = "descending" if descendant else "ascending"
    triable = pa.table({"cle": colonne, "id": jeu.table["id"]})
    cles = [("cle", sens, "at_end"), ("id", "ascending", "at_end")]
    return pc.sort_indices(triable, sort_keys=cles).to_numpy()


def page(jeu: Jeu, *, tri: str, numero: Any, cadre: Cadre | None = None, taille: int = PAR_PAGE) -> Page[Any]:
    """Une page de rangs de la table du jeu."""
    rangs = ordonner(jeu, tri)
    if cadre is not None:
        retenus = np.zeros(jeu.table.num_rows, dtype=bool)
        retenus[dans_le_cadre(jeu, cadre)] = True
        rangs = rangs[retenus[rangs]]
    return Paginator(rangs, taille).get_page(numero)


def elements(jeu: Jeu, rangement: Rangement, rangs: Any) -> list[Element]:
    """Les lignes de ces rangs, en mots."""
    lignes = jeu.table.take(pa.array(rangs, pa.int64())).to_pylist()
    return [_element(jeu, rangement, ligne, int(rang)) for ligne, rang in zip(lignes, rangs, strict=True)]


def element(jeu: Jeu, rangement: Rangement, identifiant: str) -> Element | None:
    """L'objet de cet `id`, ou None s'il n'est pas de ce jeu."""
    rangs = np.flatnonzero(pc.equal(jeu.table["id"], identifiant).to_numpy())
    return elements(jeu, rangement, rangs[:1])[0] if len(rangs) else None


def _element(jeu: Jeu, rangement: Rangement, ligne: dict[str, Any], rang: int) -> Element:
    couche = jeu.couche
    secret = bool(jeu.secrets[rang])
    cellules = [_cellule(champ, ligne[champ.cle], secret=secret) for champ in jeu.champs]
    teinte, classe = _classe(rangement, int(rangement.rangs[rang]))
    deja_dits = {VIDE, classe.lower()}
    a_montrer = [
        f"{cellule['titre']} : {cellule['texte']}" if cellule["numerique"] else cellule["texte"]
        for cellule in cellules
        if cellule["carte"] and cellule["cle"] != couche.titre_objet and cellule["texte"].lower() not in deja_dits
    ]
    lon, lat = _position(ligne)
    return Element(
        id=ligne["id"],
        titre=str(ligne.get(couche.titre_objet) or SANS_TITRE),
        url=adresse(couche, ligne) if jeu.pages else "",
        teinte=teinte,
        classe=classe,
        details=a_montrer[:DETAILS_D_UN_ELEMENT],
        lignes=cellules,
        lon=lon,
        lat=lat,
    )


def _position(ligne: dict[str, Any]) -> tuple[str, str]:
    """Longitude et latitude en texte (un point intérieur d'une surface), vides pour ce qui n'est pas placé."""
    lon, lat = ligne.get("lon"), ligne.get("lat")
    if ligne.get("geometrie"):
        interieur = shapely.point_on_surface(shapely.from_wkb(ligne["geometrie"]))
        lon, lat = interieur.x, interieur.y
    return ("", "") if lon is None or lat is None else (f"{lon:.6f}", f"{lat:.6f}")


def _cellule(champ: Champ, valeur: Any, *, secret: bool) -> dict[str, Any]:
    if isinstance(valeur, bool):
        texte = "oui" if valeur else "non"
    elif secret and valeur is None and numerique(champ.nature):
        texte = "secret"
    else:
        texte = affichee(valeur, champ.nature)
    return {
        "cle": champ.cle, "titre": champ.titre, "texte": texte, "numerique": numerique(champ.nature),
        "carte": champ.carte, "code": champ.nature in {Nature.SIREN, Nature.SIRET, Nature.CODE},
    }  # fmt: skip


def _classe(rangement: Rangement, rang: int) -> tuple[str, str]:
    if rang == SECRET:
        return "secret", "Secret statistique"
    if rang == SANS_DONNEE:
        return "sans-donnee", "Sans donnée"
    return rangement.classes[rang].teinte, rangement.classes[rang].libelle


def adresse(couche: Couche, ligne: dict[str, Any]) -> str:
    """La page de l'objet, ou rien si la couche n'en a pas."""
    valeur = ligne.get(couche.champ_adresse)
    return reverse(couche.adresse_objet, args=[valeur]) if couche.adresse_objet and valeur else ""
