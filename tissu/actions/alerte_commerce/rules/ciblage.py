"""Qui une alerte prévient : le lieu, l'activité, l'heure, la distance que chacun a choisie, le plafond du mois."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tissu.actions.alerte_commerce.choices import MotifHorsCible, SorteCible
from tissu.actions.alerte_commerce.rules.horaires import est_ouvert
from tissu.locaux.rules.adresses import metres


class Commerce(Protocol):
    """Ce que le ciblage lit d'un adhérent joignable."""

    @property
    def pk(self) -> int: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def code_commune(self) -> str: ...
    @property
    def activite(self) -> str: ...
    @property
    def horaires(self) -> dict[str, list[list[str]]]: ...
    @property
    def rayon_m(self) -> int | None: ...
    @property
    def refus_activites(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Cible:
    """Les commerces voulus. `rayon_m` 0 : celui proposé ; `polygone` : ses sommets (lon, lat).

    `activites` vide : toutes ; `ouverts` : seulement ceux que leurs horaires ne disent pas fermés.
    """

    sorte: str = SorteCible.RAYON
    rayon_m: int = 0
    zone: str = ""
    polygone: tuple[tuple[float, float], ...] = ()
    activites: tuple[str, ...] = ()
    ouverts: bool = False

    def en_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def de_json(cls, brut: Mapping[str, Any]) -> "Cible":
        champs = dict(brut)
        champs["activites"] = tuple(champs.get("activites", ()))
        champs["polygone"] = tuple((float(lon), float(lat)) for lon, lat in champs.get("polygone", ()))
        return cls(**champs)


@dataclass(frozen=True)
class Fait:
    """Le lieu d'un fait et ce qui décide autour de lui. `dedans` : les commerces de la zone ou du contour choisi."""

    lon: float | None
    lat: float | None
    code_commune: str
    activite: str
    moment: datetime
    dedans: Set[int] = frozenset()


@dataclass(frozen=True)
class Vise:
    """Un commerce à prévenir, et sa distance au fait en mètres (None : pas de position)."""

    commerce: Any
    distance: float | None


@dataclass(frozen=True)
class Ciblage:
    """Les commerces à prévenir, le plus proche d'abord, et combien du lieu ne le sont pas, par motif."""

    vises: tuple[Vise, ...]
    hors: Mapping[str, int] = field(default_factory=dict)


def cibler(
    commerces: Iterable[Commerce], cible: Cible, fait: Fait, *, recues: Mapping[int, int], plafond: int,
    deja: Set[int] = frozenset(),
) -> Ciblage:  # fmt: skip
    """Trie les commerces : le plus proche d'abord, à distance égale celui que l'on a le moins prévenu ce mois.

    `recues` : alertes déjà reçues ce mois ; `deja` : prévenus du même fil, toujours repris.
    """
    vises, hors = [], Counter[str]()
    for commerce in commerces:
        distance = _distance(commerce, fait)
        if commerce.pk not in deja:
            dedans, motif = _au_lieu(commerce, cible, fait, distance)
            motif = motif or (_ecart(commerce, cible, fait, recues.get(commerce.pk, 0), plafond) if dedans else None)
            if motif:
                hors[motif] += 1
            if motif or not dedans:
                continue
        vises.append(Vise(commerce, distance))
    vises.sort(
        key=lambda vise: (
            vise.distance is None, vise.distance or 0.0, recues.get(vise.commerce.pk, 0), vise.commerce.pk,
        )
    )  # fmt: skip
    return Ciblage(tuple(vises), dict(hors))


def _distance(commerce: Commerce, fait: Fait) -> float | None:
    if commerce.lon is None or commerce.lat is None or fait.lon is None or fait.lat is None:
        return None
    return metres(commerce.lon, commerce.lat, fait.lon, fait.lat)


def _au_lieu(
    commerce: Commerce, cible: Cible, fait: Fait, distance: float | None
) -> tuple[bool, MotifHorsCible | None]:
    """Est-il du lieu visé ? La distance qu'un commerce a choisie vaut pour lui, plus courte ou plus longue."""
    if cible.sorte == SorteCible.RAYON:
        if distance is None:
            return False, MotifHorsCible.SANS_POSITION if fait.lon is not None else None
        if commerce.rayon_m is not None and commerce.rayon_m < distance <= cible.rayon_m:
            return False, MotifHorsCible.DISTANCE
        return distance <= (commerce.rayon_m or cible.rayon_m), None
    if cible.sorte == SorteCible.COMMUNE:
        dedans = commerce.code_commune == fait.code_commune
    else:
        dedans = cible.sorte == SorteCible.TOUS or commerce.pk in fait.dedans
    if dedans and distance is not None and commerce.rayon_m is not None and distance > commerce.rayon_m:
        return False, MotifHorsCible.DISTANCE
    return dedans, None


def _ecart(commerce: Commerce, cible: Cible, fait: Fait, recues: int, plafond: int) -> MotifHorsCible | None:
    if cible.activites and commerce.activite not in cible.activites:
        return MotifHorsCible.ACTIVITE
    if fait.activite and fait.activite in commerce.refus_activites:
        return MotifHorsCible.REFUS_ACTIVITE
    if cible.ouverts and est_ouvert(commerce.horaires, fait.moment) is False:
        return MotifHorsCible.FERME
    return MotifHorsCible.PLAFOND if recues >= plafond else None


def rayon_propose(
    commerces: Iterable[Commerce], fait: Fait, *, rayons: tuple[int, int], dense: int
) -> int:  # fmt: skip
    """Le petit rayon où les adhérents sont serrés, le grand ailleurs."""
    petit, grand = rayons
    proches = sum(
        1 for commerce in commerces if (distance := _distance(commerce, fait)) is not None and distance <= petit
    )
    return petit if proches >= dense else grand
