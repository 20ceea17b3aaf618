"""Une couche telle qu'une adresse la demande : ses lignes, la sélection dans l'espace, le thème qui la colore."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tissu.cartes import resolution
from tissu.cartes.classement import Rangement, ranger
from tissu.cartes.couches import Couche, Demande, Theme
from tissu.cartes.description import decrire, theme_demande
from tissu.cartes.lecture import Jeu, demander, lire
from tissu.cartes.selection import Selection


@dataclass(frozen=True, eq=False)
class Presentation:
    """Ce que montre une adresse. `entier` est le jeu avant la sélection dans l'espace, `jeu` ce qu'elle en garde.

    `portes` : les filtres et la sélection, que tuiles, liste et liens reprennent.
    """

    couche: Couche
    demande: Demande
    entier: Jeu
    jeu: Jeu
    selection: Selection
    themes: tuple[Theme, ...]
    theme: Theme
    portes: QueryDict

    @property
    def rangement(self) -> Rangement:
        return ranger(self.jeu, self.theme)

    def description(self) -> dict[str, Any]:
        return decrire(self.jeu, self.theme, self.themes, self.portes)

    def adresse(self, **autres: str) -> str:
        """Les paramètres qui redonnent cette présentation, plus `autres` (un vide retire le paramètre)."""
        parametres = self.portes.copy()
        parametres["theme"] = self.theme.slug
        if self.demande.au:
            parametres["au"] = self.demande.au.isoformat()
        for nom, valeur in autres.items():
            if valeur:
                parametres[nom] = valeur
            else:
                parametres.pop(nom, None)
        return parametres.urlencode(safe=":,/")


def presenter(couche: Couche, parametres: QueryDict, personne: Any) -> Presentation:
    """Lit la couche pour cette personne. Lève `SelectionRefusee` ou `CoucheIndisponible`."""
    demande = demander(couche, parametres, personne)
    selection = resolution.lire_selection(couche, parametres, personne)
    entier = lire(couche, demande)
    themes = couche.themes_de(personne)
    portes = QueryDict(mutable=True)
    portes.update(demande.parametres)  # type: ignore[arg-type]
    for nom, valeur in selection.parametres:
        portes.appendlist(nom, valeur)
    return Presentation(
        couche=couche,
        demande=demande,
        entier=entier,
        jeu=resolution.choisir(entier, selection),
        selection=selection,
        themes=themes,
        theme=theme_demande(parametres.get("theme", ""), themes),
        portes=portes,
    )
