"""Retrouver ce qu'une sélection désigne : les formes de l'adresse, sous les droits de qui demande.

Tuiles, listes, exports, impression et SIG passent tous par `lire_selection` puis `choisir`.
"""

from collections.abc import Iterable
from typing import Any

import shapely
from django.http import QueryDict

from tissu.cartes.couches import Couche, CoucheIndisponible, Geometrie, couches
from tissu.cartes.lecture import Jeu, demander, lire, restreindre
from tissu.cartes.queries.perimetres import perimetres_utilisables
from tissu.cartes.selection import (
    Cercle,
    Designee,
    Forme,
    Polygone,
    Selection,
    SelectionRefusee,
    Trace,
    contour_du_cercle,
    contour_du_polygone,
    lire_formes,
    surface_ha,
)
from tissu.socle.formats import nombre, pluriel

PARAMETRES = ("dans", "hors")
KILOMETRE = 1000


def lire_selection(couche: Couche, parametres: QueryDict, personne: Any) -> Selection:
    """La sélection dans l'espace que porte une adresse.

    Lève `SelectionRefusee` sur une forme illisible, inconnue, ou que cette personne ne peut utiliser : mieux vaut le
    dire que montrer plus, ou moins, que ce qui est demandé.
    """
    dans, hors = (lire_formes(parametres.getlist(nom)) for nom in PARAMETRES)
    return Selection(
        dans=tuple(_retrouver(forme, couche, personne) for forme in dans),
        hors=tuple(_retrouver(forme, couche, personne) for forme in hors),
        colonne_rue=couche.rues.colonne if couche.rues else "",
    )


def choisir(jeu: Jeu, selection: Selection) -> Jeu:
    """Le jeu réduit à la sélection, calculé une fois."""
    if not selection.active:
        return jeu
    return restreindre(jeu, selection.marque, lambda: selection.masque(jeu.table))


def zones_proposees(personne: Any) -> list[tuple[Couche, list[tuple[str, str]]]]:
    """Les couches de périmètres ouvertes à cette personne, chacune avec ses couples (id, nom)."""
    proposees = []
    for couche in couches().values():
        if couche.perimetres and couche.ouverte_a(personne):
            try:
                table = _toute(couche, personne).table
            except CoucheIndisponible:
                # Sans registre, ses zones manquent : cela n'empêche pas d'ouvrir une autre carte.
                continue
            noms = table.column(couche.titre_objet).to_pylist()
            paires = zip(table.column("id").to_pylist(), map(str, noms), strict=True)
            proposees.append((couche, sorted(paires, key=lambda paire: paire[1])))
    return proposees


def _retrouver(forme: Forme, couche: Couche, personne: Any) -> Trace:
    if isinstance(forme, Cercle):
        titre = f"à moins de {_distance(forme.rayon_m)} du point {nombre(forme.lon, 5)} ; {nombre(forme.lat, 5)}"
        return Trace(forme, titre, contour_du_cercle(forme))
    if isinstance(forme, Polygone):
        contour = contour_du_polygone(forme)
        sommets = pluriel(len(forme.sommets), "sommet")
        return Trace(forme, f"dans le polygone dessiné ({sommets}, {nombre(surface_ha(contour), 1)} ha)", contour)
    if forme.genre == "rue":
        return _rue(forme, couche)
    return _zone(forme, personne) if forme.genre == "zone" else _perimetre(forme, personne)


def _distance(metres: int) -> str:
    if metres < KILOMETRE:
        return f"{metres}\u00a0m"
    return f"{nombre(metres / KILOMETRE, 0 if metres % KILOMETRE == 0 else 1)}\u00a0km"


def _rue(forme: Designee, couche: Couche) -> Trace:
    if couche.rues is None:
        raise SelectionRefusee(f"La carte « {couche.titre} » ne sait pas choisir une rue : retirez ce filtre.")
    nom = couche.rues.nom(forme.id)
    if nom is None:
        raise SelectionRefusee(f"La rue « {forme.id[:60]} » n'est pas, ou n'est plus, connue : retirez ce filtre.")
    return Trace(forme, nom, rue=forme.id)


def _zone(forme: Designee, personne: Any) -> Trace:
    couche = couches().get(forme.couche)
    if couche is None or not couche.perimetres or couche.geometrie is not Geometrie.SURFACE:
        raise SelectionRefusee(f"« {forme.couche[:60]} » n'est pas une carte de périmètres : retirez ce filtre.")
    if not couche.ouverte_a(personne):
        raise SelectionRefusee(f"La carte « {couche.titre} » n'est pas ouverte à votre rôle : retirez ce filtre.")
    ligne = _toute(couche, personne).ligne(forme.id)
    if ligne is None or ligne["geometrie"] is None:
        raise SelectionRefusee(
            f"« {forme.id[:60]} » n'est pas, ou n'est plus, dans « {couche.titre} » : retirez ce filtre."
        )
    return Trace(forme, f"dans {ligne[couche.titre_objet]}", shapely.from_wkb(ligne["geometrie"]))


def _perimetre(forme: Designee, personne: Any) -> Trace:
    perimetre = perimetres_utilisables(personne).filter(pk=forme.id).first() if forme.id.isdecimal() else None
    if perimetre is None:
        raise SelectionRefusee(
            "Un périmètre de cette adresse n'existe plus, ou n'est pas partagé avec vous : retirez-le, ou demandez à "
            "son auteur de le partager."
        )
    return Trace(forme, f"dans le périmètre « {perimetre.nom} »", shapely.from_geojson(perimetre.geometrie))


def _toute(couche: Couche, personne: Any) -> Jeu:
    """La couche entière, sans filtre, à sa date la plus récente."""
    return lire(couche, demander(couche, QueryDict(), personne))


def adresse_sans(parametres: QueryDict, nom: str, valeur: str) -> str:
    """La chaîne de paramètres sans cette forme ; la page du tableau repart du début."""
    return _ecrire(parametres, lambda cle, v: (cle, v) != (nom, valeur))


def adresse_sans_selection(parametres: QueryDict) -> str:
    """La chaîne de paramètres sans aucune forme."""
    return _ecrire(parametres, lambda cle, v: cle not in PARAMETRES)


def _ecrire(parametres: QueryDict, garder: Any) -> str:
    reste = QueryDict(mutable=True)
    for cle, valeurs in parametres.lists():
        gardees: Iterable[str] = [v for v in valeurs if v and cle != "page" and garder(cle, v)]
        if gardees:
            reste.setlist(cle, list(gardees))
    return reste.urlencode(safe=":,/")
