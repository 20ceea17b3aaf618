"""Ce qu'un lecteur de carte doit savoir d'un jeu pour le dessiner et l'expliquer : légende, champs, emprise, dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.http import QueryDict
from django.urls import reverse

from tissu.cartes import tuiles
from tissu.cartes.classement import CLASSEMENTS_DITS, SANS_DONNEE, SECRET, Rangement, ranger
from tissu.cartes.couches import Geometrie, Theme
from tissu.cartes.lecture import Jeu
from tissu.cartes.palette import SANS_DONNEE as GRIS
from tissu.cartes.palette import SECRET as HACHURE
from tissu.cartes.palette import couleur
from tissu.socle.formats import date_courte, nombre

MARGE_DEGRES = 0.002
"""Une emprise réduite à un point s'ouvre d'autant."""


@dataclass(frozen=True)
class Entree:
    """Une ligne de légende. `cle` est celle des tuiles ; `motif` : plein, gris (sans donnée) ou hachure (secret)."""

    cle: str
    libelle: str
    teinte: str
    clair: str
    sombre: str
    effectif: int
    motif: str = "plein"


def entrees(rangement: Rangement) -> list[Entree]:
    """La légende d'un thème : ses classes, puis le gris et le hachuré s'il y en a."""
    classes = [
        Entree(
            f"k{rang}", classe.libelle, classe.teinte, couleur(classe.teinte), couleur(classe.teinte, sombre=True),
            rangement.effectif(rang),
        )
        for rang, classe in enumerate(rangement.classes)
    ]  # fmt: skip
    if sans := rangement.effectif(SANS_DONNEE):
        classes.append(Entree("kx", "Sans donnée", "sans-donnee", *GRIS, sans, "gris"))
    if tus := rangement.effectif(SECRET):
        classes.append(Entree("ks", "Secret statistique", "secret", *HACHURE, tus, "hachure"))
    return classes


def theme_demande(slug: str, themes: Sequence[Theme]) -> Theme:
    """Le thème de ce nom parmi ceux que la personne peut lire, sinon le premier."""
    return next((theme for theme in themes if theme.slug == slug), themes[0])


def emprise(jeu: Jeu) -> list[float] | None:
    """Ouest, sud, est, nord de ce qui est placé, ou None si rien ne l'est."""
    return jeu.une_fois("emprise", lambda: _emprise(jeu))


def _emprise(jeu: Jeu) -> list[float] | None:
    if not jeu.places.any():
        return None
    if jeu.couche.geometrie is Geometrie.SURFACE:
        surfaces = shapely.from_wkb(jeu.table["geometrie"].to_numpy(zero_copy_only=False)[jeu.places])
        ouest, sud, est, nord = shapely.total_bounds(surfaces)
    else:
        lon, lat = (jeu.table[nom].to_numpy()[jeu.places] for nom in ("lon", "lat"))
        ouest, sud, est, nord = np.min(lon), np.min(lat), np.max(lon), np.max(lat)
    if est - ouest < MARGE_DEGRES and nord - sud < MARGE_DEGRES:
        ouest, sud, est, nord = ouest - MARGE_DEGRES, sud - MARGE_DEGRES, est + MARGE_DEGRES, nord + MARGE_DEGRES
    return [round(float(borne), 5) for borne in (ouest, sud, est, nord)]


def decrire(jeu: Jeu, theme: Theme, themes: Sequence[Theme], parametres: QueryDict) -> dict[str, Any]:
    """La description d'un jeu, prête pour JSON. `parametres` : ceux que les tuiles reprennent (filtres, sélection)."""
    couche, rangement = jeu.couche, ranger(jeu, theme)
    places = int(np.count_nonzero(jeu.places))
    source_au = couche.source_au()
    return {
        "slug": couche.slug,
        "titre": couche.titre,
        "objet": list(couche.objet),
        "resume": couche.resume,
        "source": couche.source,
        "source_au": source_au.isoformat() if source_au else None,
        "geometrie": str(couche.geometrie),
        "total": jeu.table.num_rows,
        "places": places,
        "sans_position": jeu.table.num_rows - places,
        "emprise": emprise(jeu),
        "tuiles": adresse_des_tuiles(jeu, theme, parametres),
        "zoom_max": tuiles.zoom_fin(jeu),
        "amas": tuiles.a_des_amas(jeu),
        "themes": [{"slug": un.slug, "titre": un.titre} for un in themes],
        "theme": {
            "slug": theme.slug, "titre": theme.titre, "unite": theme.unite, "note": theme.note,
            "classement": str(theme.classement), "classement_dit": CLASSEMENTS_DITS[theme.classement],
        },
        "legende": [vars(entree) for entree in entrees(rangement)],
        "champs": [
            {"cle": champ.cle, "titre": champ.titre, "nature": str(champ.nature), "definition": champ.definition}
            for champ in jeu.champs
        ],
        "au": jeu.au.isoformat() if jeu.au else None,
        "dates": [
            {"jour": jour.isoformat(), "dit": date_courte(jour)} for jour in (couche.dates() if couche.dates else ())
        ],
    }  # fmt: skip


def adresse_des_tuiles(jeu: Jeu, theme: Theme, parametres: QueryDict) -> str:
    """L'adresse des tuiles, `{z}/{x}/{y}` à remplir. `v` est l'empreinte du jeu : elle change avec les données."""
    modele = reverse("cartes:tuile", args=[jeu.couche.slug, 0, 0, 0]).replace("0/0/0.mvt", "{z}/{x}/{y}.mvt")
    portes = [(nom, valeur) for nom, valeurs in parametres.lists() for valeur in valeurs]
    if jeu.au:
        portes.append(("au", jeu.au.isoformat()))
    return f"{modele}?{urlencode([*portes, ('theme', theme.slug), ('v', jeu.empreinte)])}"


def compte_dit(jeu: Jeu) -> str:
    """« 12 480 établissements, dont 310 sans position sur la carte », précédé de la date montrée s'il y en a une."""
    total, places = jeu.table.num_rows, int(np.count_nonzero(jeu.places))
    singulier, pluriel = jeu.couche.objet
    phrase = f"{nombre(total)} {pluriel if total > 1 else singulier}"
    if total - places:
        phrase += f", dont {nombre(total - places)} sans position sur la carte"
    return f"Au {date_courte(jeu.au)}, {phrase}" if jeu.au else phrase
