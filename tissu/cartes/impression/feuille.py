"""La feuille : la carte, son titre, sa légende, ses sources, composés par typst en PDF balisé ou en image."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import typst

from tissu.cartes.choices import Papier
from tissu.cartes.classement import CLASSEMENTS_DITS
from tissu.cartes.couches import Classement, Geometrie, Theme
from tissu.cartes.description import Entree, emprise, entrees
from tissu.cartes.fond import contours_du_territoire
from tissu.cartes.impression.cadrage import Cadre, Emprise, barre, cadrer
from tissu.cartes.impression.dessin import dessiner, echelle_dite, feuille_svg
from tissu.cartes.mots import restrictions
from tissu.cartes.presentation import Presentation
from tissu.publications.graphiques import POLICES
from tissu.socle.formats import date_courte, date_longue, nombre, pluriel
from tissu.socle.territoire import territoire
from tissu.socle.theme import theme

GABARIT = Path(__file__).resolve().parents[1] / "gabarits" / "carte.typ"
POINTS_PAR_POUCE, EN_APERCU = 200, 75
MARGE_MM, TITRE_MM, PIED_MM, ECART_MM = 11.0, 19.5, 9.0, 5.0
COLONNE_MM, BANDEAU_MM, GOUTTIERE_MM = 58.0, 44.0, 10.0
"""La légende : à droite d'une feuille en large, sous la carte d'une feuille en long."""
A4_MM = (297.0, 210.0)
FRANCE = (-5.0, 42.0, 8.5, 51.0)
AGRANDI = {"a4": 1.0, "a3": 2**0.5}


@dataclass(frozen=True)
class Commande:
    """Ce que l'on veut sur le papier. Sans `emprise`, ce qui est montré ; sans `titre`, celui de la couche."""

    papier: Papier
    emprise: Emprise | None = None
    titre: str = ""


@dataclass(frozen=True)
class Page:
    """Les mesures d'une feuille, en millimètres."""

    largeur: float
    hauteur: float
    agrandi: float
    paysage: bool

    @classmethod
    def de(cls, papier: Papier) -> "Page":
        taille, sens = str(papier.value).split("-")
        agrandi = AGRANDI[taille]
        long, court = (round(cote * agrandi) for cote in A4_MM)
        paysage = sens == "paysage"
        return cls(long if paysage else court, court if paysage else long, agrandi, paysage)

    @property
    def carte(self) -> tuple[float, float]:
        """La place de la carte."""
        largeur = self.largeur - 2 * MARGE_MM * self.agrandi
        hauteur = self.hauteur - (2 * MARGE_MM + TITRE_MM + PIED_MM) * self.agrandi
        if self.paysage:
            return largeur - (COLONNE_MM + ECART_MM) * self.agrandi, hauteur
        return largeur, hauteur - (BANDEAU_MM + ECART_MM) * self.agrandi


def composer(
    montree: Presentation, commande: Commande, *, le: date, format_: str, apercu: bool = False
) -> bytes:  # fmt: skip
    """La feuille en `pdf` (balisé, PDF/UA-1) ou en `png`, plus léger pour un `apercu`."""
    page = Page.de(commande.papier)
    communes = communes_du_territoire()
    cadre = cadrer_la_carte(montree, commande, page, communes)
    dessin = dessiner(
        montree.jeu, montree.rangement, cadre, territoire=communes, selection=montree.selection, barre=barre(cadre),
        entier=montree.entier,
    )  # fmt: skip
    donnees = _donnees(montree, commande, page, cadre, dessin, le)
    entrees_typst = {"carte": json.dumps(donnees, ensure_ascii=False)}
    if format_ == "pdf":
        return typst.compile(
            GABARIT, format="pdf", font_paths=[POLICES], ignore_system_fonts=True, sys_inputs=entrees_typst,
            pdf_standards=["ua-1"],
        )  # fmt: skip
    finesse = EN_APERCU if apercu else POINTS_PAR_POUCE
    return typst.compile(
        GABARIT, format="png", font_paths=[POLICES], ignore_system_fonts=True, sys_inputs=entrees_typst, ppi=finesse
    )


def communes_du_territoire() -> list[tuple[str, Any]]:
    """Les communes (nom, contour en degrés) que le territoire porte."""
    entites = json.loads(contours_du_territoire())["features"]
    return [(e["properties"]["nom"], shapely.geometry.shape(e["geometry"])) for e in entites]


def cadrer_la_carte(
    montree: Presentation, commande: Commande, page: Page, communes: Sequence[tuple[str, Any]]
) -> Cadre:  # fmt: skip
    """Le cadre de la feuille demandée."""
    return cadrer_sur(montree, commande.emprise, page.carte, communes, agrandi=page.agrandi)


def cadrer_sur(
    montree: Presentation, voulue: Emprise | None, place: tuple[float, float], communes: Sequence[tuple[str, Any]],
    *, agrandi: float = 1.0,
) -> Cadre:  # fmt: skip
    """L'emprise voulue ; sinon ce qui est montré, sans ce qui serait loin du territoire ; sinon le territoire."""
    bornes = [float(borne) for borne in shapely.total_bounds([forme for _, forme in communes])] if communes else None
    montrees = emprise(montree.jeu)
    if voulue is None and montrees is not None:
        voulue = (bornes and _communs(montrees, bornes)) or (montrees[0], montrees[1], montrees[2], montrees[3])
    elif voulue is None:
        voulue = (bornes[0], bornes[1], bornes[2], bornes[3]) if bornes else FRANCE
    return cadrer(voulue, *place, agrandi=agrandi)


def _communs(une: Sequence[float], autre: Sequence[float]) -> Emprise | None:
    """Ce que deux emprises ont en commun, ou None."""
    ouest, sud, est, nord = max(une[0], autre[0]), max(une[1], autre[1]), min(une[2], autre[2]), min(une[3], autre[3])
    return (ouest, sud, est, nord) if ouest < est and sud < nord else None


def _donnees(
    montree: Presentation, commande: Commande, page: Page, cadre: Cadre, dessin: str, le: date
) -> dict[str, Any]:  # fmt: skip
    couche, un_theme = montree.couche, montree.theme
    legende = entrees(montree.rangement)
    titre = commande.titre or couche.titre
    mesures = page.agrandi
    return {
        "titre": titre,
        "sous_titre": " · ".join(
            texte for texte in (un_theme.titre, date_longue(montree.demande.au or couche.source_au()))
            if texte and texte != "–"
        ),
        "territoire": territoire().nom,
        "accent": theme().accent,
        "logo": _logo(),
        "facteur": mesures,
        "paysage": page.paysage,
        "surfaces": couche.geometrie is Geometrie.SURFACE,
        "papier": {
            "largeur": page.largeur, "hauteur": page.hauteur, "marge": MARGE_MM * mesures, "titre": TITRE_MM * mesures,
            "ecart": ECART_MM * mesures, "gouttiere": GOUTTIERE_MM * mesures,
            "legende": (COLONNE_MM if page.paysage else BANDEAU_MM) * mesures,
        },
        "cadre": dict(zip(("largeur", "hauteur"), page.carte, strict=True)),
        "svg": feuille_svg(dessin, cadre.largeur, cadre.hauteur, agrandi=cadre.agrandi),
        "alternative": description(montree, legende, cadre, titre),
        "theme": un_theme.titre,
        "unite": un_theme.unite,
        "legende": [_ligne_de_legende(entree, un_theme.unite) for entree in legende],
        "contexte": _hors_de_la_selection(montree),
        "choix": [
            {"titre": trace.titre, "exclu": exclu}
            for exclu, traces in ((False, montree.selection.dans), (True, montree.selection.hors))
            for trace in traces if trace.contour is not None
        ],
        "notes": [texte for texte in (un_theme.note, _classement(un_theme)) if texte],
        "compte": compte(montree),
        "restrictions": restrictions(montree),
        "source": f"Source : {couche.source}, {date_courte(couche.source_au())}. "
        f"{couche.licence.label + '. ' if couche.licence else ''}Contours : communes de {territoire().nom}.",
        "pied": f"tissu, {date_courte(le)}",
    }  # fmt: skip


def _classement(un_theme: Theme) -> str:
    """Comment les classes d'un thème chiffré ont été faites ; des catégories se passent d'explication."""
    if un_theme.classement is Classement.CATEGORIES:
        return ""
    return f"Classement : {CLASSEMENTS_DITS[un_theme.classement]}."


def _ligne_de_legende(entree: Entree, unite: str) -> dict[str, str]:
    """Une ligne de légende ; l'unité, dite une fois en tête, n'y est pas répétée."""
    return {
        "libelle": entree.libelle.removesuffix(f" {unite}"),
        "couleur": entree.clair,
        "motif": entree.motif,
        "effectif": nombre(entree.effectif),
    }


def _hors_de_la_selection(montree: Presentation) -> str:
    """Combien d'objets se montrent en gris derrière une sélection ; vide s'il n'y en a pas."""
    if not montree.selection.active or montree.couche.geometrie is Geometrie.SURFACE:
        return ""
    return nombre(int(np.count_nonzero(montree.entier.places)) - int(np.count_nonzero(montree.jeu.places)))


def compte(montree: Presentation) -> str:
    """« 2 902 locaux, dont 1 sans position »."""
    total, places = montree.jeu.table.num_rows, int(np.count_nonzero(montree.jeu.places))
    phrase = pluriel(total, *montree.couche.objet)
    return (
        f"{phrase}, dont {nombre(total - places)} sans position, hors de la carte." if total > places else f"{phrase}."
    )


def description(montree: Presentation, legende: Sequence[Entree], cadre: Cadre, titre: str) -> str:
    """Ce que la carte montre, pour qui ne la voit pas : le sujet, les effectifs de chaque classe, ce qui est choisi."""
    classes = ", ".join(f"{e.libelle} {nombre(e.effectif)}" for e in legende)
    phrases = [
        f"Carte « {titre} » de {territoire().nom}, {echelle_dite(cadre.echelle).lower()}",
        compte(montree).rstrip("."),
        f"{montree.theme.titre} : {classes}" if classes else "",
        *(f"{cle} : {valeur}" for cle, valeur in restrictions(montree)),
    ]
    return ". ".join(phrase for phrase in phrases if phrase) + "."


def _logo() -> list[int]:
    fichier = theme().logo
    return list(fichier.read_bytes()) if fichier else []
