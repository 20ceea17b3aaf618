"""Toutes les façons de lire une couche : tirées des adresses du service, pour qu'aucune nouvelle ne s'oublie."""

import re
from typing import Any

from tissu.cartes import urls, urls_ogc
from tissu.cartes.views.exports import NATURES

RACINES = (("/cartes/", urls), ("/ogc/", urls_ogc))


def toutes_les_adresses(slug: str, objet: str, case: tuple[int, int, int]) -> list[str]:
    """Chaque adresse qui nomme une couche, pour cette couche, cet objet et cette case (z, x, y)."""
    z, x, y = map(str, case)
    exemples: dict[str, list[str]] = {
        "slug": [slug], "identifiant": [objet], "z": [z], "x": [x], "y": [y], "sorte": sorted(NATURES),
        "format_": ["pdf", "png"],
    }  # fmt: skip
    return [
        racine + adresse + (f"?id={objet}" if adresse.endswith("/objets/") else "")
        for racine, module in RACINES
        for motif in module.urlpatterns
        if "<slug:slug>" in str(motif.pattern)
        for adresse in _remplir(str(motif.pattern), exemples)
    ]


def _remplir(motif: str, exemples: dict[str, list[Any]]) -> list[str]:
    trouve = re.search(r"<\w+:(\w+)>", motif)
    if trouve is None:
        return [motif]
    return [
        adresse
        for valeur in exemples[trouve[1]]
        for adresse in _remplir(motif.replace(trouve[0], valeur), exemples)
    ]  # fmt: skip
