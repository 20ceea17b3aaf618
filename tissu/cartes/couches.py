"""Ce qu'une pièce déclare pour qu'on la voie sur une carte : ses couches, lues à travers sa porte.

Une pièce pose dans son `couches.py` un tuple `COUCHES` et sa porte le promet
(`couches="tissu.<piece>.couches.COUCHES"`). Ce service en tire la carte, la liste au même pas, le tableau, les exports,
l'impression et l'accès pour un SIG.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import pyarrow as pa
from django.utils.module_loading import import_string

from tissu.publications.contenu import Nature
from tissu.socle.action import portes


class Geometrie(StrEnum):
    """Des points (`lon`, `lat` en degrés WGS 84) ou des surfaces (`geometrie` : WKB en WGS 84)."""

    POINT = "point"
    SURFACE = "surface"


class Classement(StrEnum):
    """Comment les classes d'un thème ont été faites ; la légende le dit."""

    CATEGORIES = "categories"
    SEUILS = "seuils"
    QUANTILES = "quantiles"


@dataclass(frozen=True)
class Champ:
    """Une donnée portée par chaque objet. `carte` : elle voyage dans les tuiles (thème, étiquette, bulle).

    Un champ `reserve` n'est ni dans une tuile, ni dans une liste, ni dans un export pour qui n'a pas un de ces rôles.
    """

    cle: str
    titre: str
    nature: Nature = Nature.TEXTE
    carte: bool = False
    reserve: frozenset[str] = frozenset()
    definition: str = ""


@dataclass(frozen=True)
class Classe:
    """Une classe d'un thème : des `valeurs`, ou un intervalle [`mini`, `maxi`[. `teinte` : un jeton de la palette."""

    libelle: str
    teinte: str
    valeurs: tuple[Any, ...] = ()
    mini: float | None = None
    maxi: float | None = None


@dataclass(frozen=True)
class Theme:
    """Une façon de colorer la couche. Ce qu'aucune classe ne prend est gris (« sans donnée »), le secret est hachuré.

    `classes` vide avec `Classement.QUANTILES` : cinq classes d'effectifs égaux, calculées sur ce qui est montré.
    """

    slug: str
    titre: str
    champ: str
    classement: Classement
    classes: tuple[Classe, ...] = ()
    unite: str = ""
    note: str = ""


@dataclass(frozen=True)
class Demande:
    """Ce qu'un lecteur demande à une couche : ses filtres (de l'adresse), qui il est, à quelle date il se place."""

    parametres: Mapping[str, Any]
    personne: Any
    au: date | None = None


@dataclass(frozen=True)
class Couche:
    """Une couche de carte.

    - `lire(demande)` rend une table Arrow : `id` (texte), la géométrie, et une colonne par champ. Les filtres métier
      y sont déjà appliqués ; la sélection dans l'espace est l'affaire de ce service. Ne rend jamais ce que le registre
      masque ;
    - `version()` change quand les données changent : les caches en dépendent ;
    - `source_au()` : la date des données ;
    - `filtres(parametres)` : le formulaire Django des filtres métier, ou None ;
    - `adresse_objet` : nom d'adresse de la page d'un objet, qui reçoit son `id` ; vide : pas de page ;
    - `dates()` : les jours que le curseur du temps propose, du plus ancien au plus récent ; vide : pas de temps ;
    - `roles` : qui peut l'ouvrir ; `publique` : tout le monde, sans compte.
    """

    slug: str
    titre: str
    objet: tuple[str, str]
    resume: str
    source: str
    geometrie: Geometrie
    champs: tuple[Champ, ...]
    themes: tuple[Theme, ...]
    lire: Callable[[Demande], pa.Table]
    version: Callable[[], str]
    source_au: Callable[[], date | None]
    titre_objet: str = "nom"
    roles: frozenset[str] = frozenset()
    publique: bool = False
    adresse_objet: str = ""
    filtres: Callable[[Mapping[str, Any]], Any] | None = None
    dates: Callable[[], Sequence[date]] | None = None
    perimetres: bool = field(default=False)
    """Une couche de surfaces où l'on peut choisir un périmètre de sélection (quartiers, communes, zones)."""

    def ouverte_a(self, personne: Any) -> bool:
        """Dit si cette personne (ou un visiteur sans compte) peut l'ouvrir."""
        if self.publique:
            return True
        return bool(personne and personne.is_authenticated and not self.roles.isdisjoint(personne.roles_actifs()))

    def champs_de(self, personne: Any) -> tuple[Champ, ...]:
        """Les champs que cette personne peut lire."""
        detenus = personne.roles_actifs() if personne and personne.is_authenticated else frozenset()
        return tuple(champ for champ in self.champs if not champ.reserve or not champ.reserve.isdisjoint(detenus))


@lru_cache
def couches() -> dict[str, Couche]:
    """Toutes les couches des pièces en service, par slug. Lève `ValueError` sur un slug en double."""
    trouvees: dict[str, Couche] = {}
    for porte in portes():
        for couche in import_string(porte.couches) if porte.couches else ():
            if couche.slug in trouvees:
                raise ValueError(f"La couche « {couche.slug} » est déclarée deux fois.")
            trouvees[couche.slug] = couche
    return trouvees
