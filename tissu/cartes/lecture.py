"""Lire une couche une fois pour tous ses usages : tuiles, légende, liste, tableau, exports, impression.

La table d'une couche se garde en mémoire sous sa version, ses filtres, sa date et les droits de qui la demande ; ce que
l'on en calcule (index des tuiles, classes d'un thème) se garde avec elle. Les champs réservés à d'autres rôles n'y
entrent pas : rien de ce qui vient après ne peut les montrer.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from tissu.cartes.couches import Champ, Couche, Demande, Geometrie

OCTETS_GARDES = 128 * 1024**2
"""Poids des tables gardées ; au-delà, la moins récemment servie s'en va. Index et classes pèsent le double."""

RESERVES = frozenset({"theme", "au", "vue", "cadre", "page", "page_liste", "tri"})
"""Les paramètres d'adresse qui sont à ce service : thème, date, vue et cadre de la carte, page et tri du tableau."""

GEOMETRIES = {Geometrie.POINT: ("lon", "lat"), Geometrie.SURFACE: ("geometrie",)}

T = TypeVar("T")


@dataclass(eq=False)
class Jeu:
    """Ce qu'une couche montre à une personne. `table` : `id`, la géométrie, et les seuls `champs` qu'elle peut lire.

    `empreinte` désigne ce contenu : elle change avec la version des données, les filtres, la date ou les droits.
    `pages` : la personne a le lien vers la page de chaque objet.
    """

    couche: Couche
    champs: tuple[Champ, ...]
    table: pa.Table
    empreinte: str
    au: date | None = None
    pages: bool = True
    _calculs: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _verrou: Any = field(default_factory=threading.RLock, repr=False)

    def une_fois(self, cle: Hashable, calcul: Callable[[], T]) -> T:
        """Le résultat d'un calcul sur ce jeu, fait à la première demande et gardé avec lui."""
        if cle not in self._calculs:
            with self._verrou:
                if cle not in self._calculs:
                    self._calculs[cle] = calcul()
        return self._calculs[cle]

    @cached_property
    def secrets(self) -> np.ndarray:
        """Les lignes dont les chiffres sont tus."""
        if "secret" not in self.table.column_names:
            return np.zeros(self.table.num_rows, dtype=bool)
        return self.table["secret"].fill_null(False).to_numpy()

    @cached_property
    def places(self) -> np.ndarray:
        """Les lignes qui ont une position."""
        colonnes = [self.table[nom] for nom in GEOMETRIES[self.couche.geometrie]]
        presentes = [pc.is_valid(colonne).to_numpy() for colonne in colonnes]
        return np.logical_and.reduce(presentes)

    def ligne(self, identifiant: str) -> dict[str, Any] | None:
        """Les champs de l'objet de cet `id`, ou None s'il n'est pas de ce jeu."""
        rangs = np.flatnonzero(pc.equal(self.table["id"], identifiant).to_numpy())
        return self.table.slice(int(rangs[0]), 1).to_pylist()[0] if len(rangs) else None

    def restreint(self, masque: np.ndarray, marque: str) -> "Jeu":
        """Le jeu réduit aux lignes retenues ; `marque` dit la sélection, pour l'empreinte."""
        return Jeu(
            couche=self.couche,
            champs=self.champs,
            table=self.table.filter(pa.array(masque)),
            empreinte=_empreinte(self.empreinte, marque),
            au=self.au,
            pages=self.pages,
        )


class _Lectures:
    """Les jeux gardés, bornés par leur poids ; deux demandes simultanées du même ne le lisent qu'une fois."""

    def __init__(self) -> None:
        self._jeux: OrderedDict[Hashable, Jeu] = OrderedDict()
        self._en_cours: dict[Hashable, threading.Lock] = {}
        self._verrou = threading.Lock()

    def obtenir(self, cle: Hashable, lire: Callable[[], Jeu]) -> Jeu:
        with self._verrou:
            if cle in self._jeux:
                self._jeux.move_to_end(cle)
                return self._jeux[cle]
            attente = self._en_cours.setdefault(cle, threading.Lock())
        with attente:
            with self._verrou:
                if cle in self._jeux:
                    return self._jeux[cle]
            try:
                jeu = lire()
            finally:
                with self._verrou:
                    self._en_cours.pop(cle, None)
            with self._verrou:
                self._jeux[cle] = jeu
                self._alleger()
            return jeu

    def _alleger(self) -> None:
        poids = sum(jeu.table.nbytes for jeu in self._jeux.values())
        while poids > OCTETS_GARDES and len(self._jeux) > 1:
            poids -= self._jeux.popitem(last=False)[1].table.nbytes

    def oublier(self) -> None:
        with self._verrou:
            self._jeux.clear()


_lectures = _Lectures()
_noms_des_filtres: dict[str, frozenset[str]] = {}


def demander(couche: Couche, parametres: QueryDict, personne: Any) -> Demande:
    """La demande portée par une adresse : les filtres que la couche connaît, et une date qu'elle propose."""
    return Demande(parametres=_filtres(couche, parametres, personne), personne=personne, au=_date(couche, parametres))


def lire(couche: Couche, demande: Demande) -> Jeu:
    """Le jeu d'une couche pour cette demande, gardé d'une demande à l'autre.

    Tout ce qui montre une couche passe par ici, et rien n'en sort pour qui elle est fermée : lève `PermissionDenied`.
    """
    if not couche.ouverte_a(demande.personne):
        raise PermissionDenied(f"La carte « {couche.titre} » ne vous est pas ouverte.")
    champs = couche.champs_de(demande.personne)
    filtres = demande.parametres.urlencode() if isinstance(demande.parametres, QueryDict) else repr(demande.parametres)
    cle = (
        couche.slug, couche.version(), filtres, demande.au, _partage(couche, demande),
        tuple(champ.cle for champ in champs), couche.mene_aux_pages(demande.personne),
    )  # fmt: skip
    return _lectures.obtenir(cle, lambda: _jeu(couche, demande, champs, _empreinte(*map(str, cle))))


def restreindre(jeu: Jeu, marque: str, masquer: Callable[[], np.ndarray]) -> Jeu:
    """Le jeu réduit aux lignes retenues par une sélection, gardé parmi les autres lectures."""
    return _lectures.obtenir((jeu.empreinte, marque), lambda: jeu.restreint(masquer(), marque))


def oublier() -> None:
    """Oublie les lectures gardées (pour les essais)."""
    _lectures.oublier()
    _noms_des_filtres.clear()


def _jeu(couche: Couche, demande: Demande, champs: tuple[Champ, ...], empreinte: str) -> Jeu:
    table = couche.lire(demande)
    gardees = ["id", *GEOMETRIES[couche.geometrie], *(champ.cle for champ in champs)]
    if couche.rues is not None:
        gardees.append(couche.rues.colonne)
    if "secret" in table.column_names:
        gardees.append("secret")
    table = table.select(list(dict.fromkeys(gardees))).combine_chunks()
    pages = couche.mene_aux_pages(demande.personne)
    return Jeu(couche=couche, champs=champs, table=table, empreinte=empreinte, au=demande.au, pages=pages)


def _partage(couche: Couche, demande: Demande) -> Hashable:
    if couche.partage is not None:
        return couche.partage(demande)
    return getattr(demande.personne, "pk", None), couche.roles_de(demande.personne)


def _filtres(couche: Couche, parametres: QueryDict, personne: Any) -> QueryDict:
    """Les seuls paramètres que le formulaire de la couche nomme, non vides, dans un ordre stable."""
    retenus = QueryDict(mutable=True)
    if couche.filtres is None:
        return retenus
    noms = _noms_des_filtres.get(couche.slug)
    if noms is None:
        formulaire = couche.filtres(Demande(parametres=QueryDict(), personne=personne))
        noms = _noms_des_filtres[couche.slug] = frozenset(formulaire.fields)
    for nom in sorted(noms & set(parametres) - RESERVES):
        if valeurs := [valeur for valeur in parametres.getlist(nom) if valeur]:
            retenus.setlist(nom, valeurs)
    return retenus


def _date(couche: Couche, parametres: QueryDict) -> date | None:
    """La date demandée si la couche la propose, sinon la plus récente ; None pour une couche sans temps."""
    proposees = list(couche.dates()) if couche.dates else []
    if not proposees:
        return None
    demandee = parametres.get("au", "")
    return next((jour for jour in proposees if jour.isoformat() == demandee), proposees[-1])


def _empreinte(*morceaux: str) -> str:
    return hashlib.sha256("\x1f".join(morceaux).encode()).hexdigest()[:16]
