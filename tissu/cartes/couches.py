"""Ce qu'une pièce déclare pour qu'on la voie sur une carte : ses couches, lues à travers sa porte.

Une pièce pose dans son `couches.py` un tuple `COUCHES` et sa porte le promet
(`couches="tissu.<piece>.couches.COUCHES"`). Ce service en tire la carte, la liste au même pas, le tableau, les exports,
l'impression et l'accès pour un SIG.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import pyarrow as pa
from django.utils.module_loading import import_string

from tissu.publications.choices import Licence
from tissu.publications.contenu import Nature
from tissu.socle.action import portee_des_roles, portes


class CoucheIndisponible(Exception):
    """Les données d'une couche manquent ; le message dit pourquoi, et quoi faire. Levée par `lire` ou `version`."""


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
    """Une donnée portée par chaque objet.

    `carte` : elle se montre sans qu'on la demande, au survol d'un point pour le titre (il voyage dans les tuiles), dans
    la liste qui suit la carte pour les autres. La bulle et le tableau les ont tous.
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

    `classes` vide avec `Classement.QUANTILES` : cinq classes d'effectifs égaux, calculées sur ce qui est montré, aux
    teintes de la `rampe` (voir `tissu.cartes.palette`).
    """

    slug: str
    titre: str
    champ: str
    classement: Classement
    classes: tuple[Classe, ...] = ()
    unite: str = ""
    note: str = ""
    rampe: str = "bleus"


@dataclass(frozen=True)
class Rues:
    """De quoi choisir une rue dans une couche : la `colonne` de sa table qui dit la rue de chaque objet.

    `nom(id)` la nomme (None : inconnue) ; `chercher(texte)` propose des couples (id, nom), les plus proches d'abord.
    """

    colonne: str
    nom: Callable[[str], str | None]
    chercher: Callable[[str], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Demande:
    """Ce qu'un lecteur demande à une couche : ses filtres (de l'adresse), qui il est, à quelle date il se place."""

    parametres: Mapping[str, Any]
    personne: Any
    au: date | None = None


@dataclass(frozen=True)
class Couche:
    """Une couche de carte.

    - `lire(demande)` rend une table Arrow : `id` (texte, unique), la géométrie, et une colonne par champ. Les filtres
      métier y sont déjà appliqués ; la sélection dans l'espace est l'affaire de ce service. Ne rend jamais ce que le
      registre masque. Une ligne sans position (`lon`, `lat` ou `geometrie` nuls) est comptée et listée, jamais placée.
      Une colonne booléenne `secret`, facultative, dit les lignes dont les chiffres sont tus ;
    - `version()` change quand les données changent : les caches en dépendent ;
    - `source_au()` : la date des données ;
    - `filtres(demande)` : le formulaire Django des filtres métier, rempli ; seuls les paramètres qu'il nomme
      atteignent `lire` ;
    - `partage(demande)` : ce qui, de la personne, change les lignes ; deux demandes qui rendent la même valeur
      partagent leur lecture. Sans cette fonction, chacun a la sienne (les visiteurs sans compte, la même) ;
    - `adresse_objet` : nom d'adresse de la page d'un objet, qui reçoit son `champ_adresse` ; vide : pas de page ;
    - `page_ouverte_a(personne)` : qui reçoit le lien vers cette page, quand d'autres lisent la couche sans l'avoir ;
    - `dates()` : les jours que le curseur du temps propose, du plus ancien au plus récent ; vide : pas de temps ;
    - `roles` : qui peut l'ouvrir ; `publique` : tout le monde, sans compte ;
    - `reservee_a(personne)` : ce que la personne doit être en plus d'un de ces rôles, son organisation par exemple.
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
    reservee_a: Callable[[Any], bool] | None = None
    adresse_objet: str = ""
    champ_adresse: str = "id"
    page_ouverte_a: Callable[[Any], bool] | None = None
    filtres: Callable[[Demande], Any] | None = None
    partage: Callable[[Demande], Any] | None = None
    dates: Callable[[], Sequence[date]] | None = None
    perimetres: bool = field(default=False)
    """Une couche de surfaces où l'on peut choisir un périmètre de sélection (quartiers, communes, zones)."""
    rues: Rues | None = None
    """De quoi choisir les objets d'une rue."""
    licence: Licence | None = None
    """La licence des données, écrite dans les exports ; None : à demander au producteur."""
    action: str = ""
    """L'action dont les rôles comptent, vide pour un service ; posé par `couches()`, jamais par la pièce."""

    def roles_de(self, personne: Any) -> frozenset[str]:
        """Les rôles de cette personne qui comptent ici ; aucun pour un visiteur sans compte."""
        connectee = personne and personne.is_authenticated
        return frozenset(personne.roles_actifs(self.action)) if connectee else frozenset()

    def ouverte_a(self, personne: Any) -> bool:
        """Dit si cette personne (ou un visiteur sans compte) peut l'ouvrir."""
        if self.publique:
            return True
        tenu = not self.roles.isdisjoint(self.roles_de(personne))
        return tenu and (self.reservee_a is None or self.reservee_a(personne))

    def mene_aux_pages(self, personne: Any) -> bool:
        """Dit si cette personne a, pour chaque objet, le lien vers sa page."""
        return bool(self.adresse_objet) and (self.page_ouverte_a is None or self.page_ouverte_a(personne))

    def champs_de(self, personne: Any) -> tuple[Champ, ...]:
        """Les champs que cette personne peut lire."""
        detenus = self.roles_de(personne)
        return tuple(champ for champ in self.champs if not champ.reserve or not champ.reserve.isdisjoint(detenus))

    def themes_de(self, personne: Any) -> tuple[Theme, ...]:
        """Les thèmes dont cette personne peut lire le champ."""
        lisibles = {champ.cle for champ in self.champs_de(personne)}
        return tuple(theme for theme in self.themes if theme.champ in lisibles)

    def champ(self, cle: str) -> Champ:
        """Le champ de ce nom."""
        return next(champ for champ in self.champs if champ.cle == cle)


@lru_cache
def couches() -> dict[str, Couche]:
    """Toutes les couches des pièces en service, par slug. Lève `ValueError` sur un slug en double."""
    trouvees: dict[str, Couche] = {}
    for porte in portes():
        for couche in import_string(porte.couches) if porte.couches else ():
            if couche.slug in trouvees:
                raise ValueError(f"La couche « {couche.slug} » est déclarée deux fois.")
            trouvees[couche.slug] = replace(couche, action=portee_des_roles(porte.slug))
    return trouvees
