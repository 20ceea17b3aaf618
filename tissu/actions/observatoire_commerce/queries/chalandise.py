"""La zone d'un projet et ce qu'elle contient : les locaux par distance, l'offre concurrente, la vacance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from tissu.actions.observatoire_commerce.analyses import cdac as calculs
from tissu.actions.observatoire_commerce.analyses.vacance import dans_le_champ
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.cartes.selection import dans_le_contour, metres_par_degre
from tissu.entrepot.moteur import lecture, table_en_memoire
from tissu.locaux.nomenclatures import famille_de
from tissu.locaux.queries.situation import situation
from tissu.socle.formats import INSECABLE, nombre

PROCHES = "proches"


@dataclass(frozen=True)
class Anneau:
    """Une couronne autour du projet, de `mini` (compris) à `maxi` mètres (exclu ; None : au-delà)."""

    rang: int
    mini: int
    maxi: int | None

    @property
    def libelle(self) -> str:
        if self.maxi is None:
            return f"au-delà de {nombre(self.mini)}{INSECABLE}m"
        jusqu_a = f"{nombre(self.maxi)}{INSECABLE}m"
        return f"{nombre(self.mini)} à {jusqu_a}" if self.mini else f"moins de {jusqu_a}"


@dataclass(frozen=True)
class Zone:
    """La zone d'un projet et ses locaux. `sans_position` : ceux que l'on n'a pas pu placer, donc pas comptés."""

    projet: ProjetCdac
    au: date
    anneaux: tuple[Anneau, ...]
    tranches_m2: tuple[int, ...]
    table: pa.Table
    sans_position: int
    perimetre: Any = None

    @property
    def famille(self) -> str:
        return famille_de(self.projet.activite)

    def locaux(self) -> ir.Table:
        """Les cellules de la zone, surface et tranche comprises, à composer."""
        return calculs.avec_tranche(_dans_le_champ(self.table), self.tranches_m2)

    def tranches(self) -> list[tuple[str, str]]:
        """Les tranches de surface : leur code et leur titre, l'inconnue en dernier."""
        bornes = [0, *self.tranches_m2]
        titres = []
        for rang, mini in enumerate(bornes):
            maxi = bornes[rang + 1] if rang + 1 < len(bornes) else None
            if maxi is None:
                titre = f"{nombre(mini)} m² et plus"
            else:
                titre = f"{nombre(mini)} à {nombre(maxi)} m²" if mini else f"moins de {nombre(maxi)} m²"
            titres.append((str(rang), titre))
        return [*titres, (calculs.SANS_SURFACE, "surface inconnue")]

    def executer(self, expression: ir.Table) -> list[dict[str, Any]]:
        return lecture.en_memoire(expression, {PROCHES: self.table})


def _dans_le_champ(table: pa.Table) -> ir.Table:
    """Les cellules que l'observatoire compte, leur surface, et `vide` au sens de sa définition de la vacance."""
    cellules = calculs.cellules(table_en_memoire(PROCHES, table))
    return calculs.avec_surface(dans_le_champ(cellules, definition()))


def distances_m(lon: float, lat: float, table: pa.Table) -> np.ndarray:
    """La distance à vol d'oiseau de chaque ligne à un point ; NaN sans position."""
    lons, lats = (table.column(nom).cast(pa.float64()).to_numpy() for nom in ("lon", "lat"))
    est, nord = metres_par_degre((lats + lat) / 2)
    return np.hypot((lons - lon) * est, (lats - lat) * nord)


def zone_du_projet(projet: ProjetCdac, *, au: date) -> Zone:
    """Les locaux de la zone d'un projet placé : le périmètre fourni s'il y en a un, sinon le plus grand des rayons."""
    assert projet.lon is not None and projet.lat is not None
    table = situation(au)
    rayons = sorted(projet.rayons_m) or list(reglage("cdac_rayons_m", au))
    distances = distances_m(projet.lon, projet.lat, table)
    placees = np.isfinite(distances)
    contour = shapely.from_geojson(projet.perimetre) if projet.perimetre else None
    if contour is None:
        dedans = placees & (distances < rayons[-1])
    else:
        lons, lats = (table.column(nom).cast(pa.float64()).to_numpy() for nom in ("lon", "lat"))
        dedans = dans_le_contour(contour, lons, lats)
    retenues = table.filter(pa.array(dedans))
    proches = distances[dedans]
    retenues = retenues.append_column("distance_m", pa.array(proches, pa.float64())).append_column(
        "anneau", pa.array(np.searchsorted(rayons, proches, side="right"), pa.int64())
    )
    return Zone(
        projet, au, anneaux(rayons, ouverts=contour is not None), tuple(reglage("cdac_tranches_m2", au)), retenues,
        int((~placees).sum()), contour,
    )  # fmt: skip


def anneaux(rayons: Sequence[int], *, ouverts: bool) -> tuple[Anneau, ...]:
    """Les couronnes de ces rayons ; `ouverts` : la dernière n'a pas de bord, le périmètre en tient lieu."""
    bornes = [0, *rayons]
    couronnes = [Anneau(rang, mini, maxi) for rang, (mini, maxi) in enumerate(zip(bornes, rayons, strict=False))]
    return (*couronnes, Anneau(len(rayons), rayons[-1], None)) if ouverts else tuple(couronnes)


@dataclass(frozen=True)
class Comptes:
    """Ce que l'on compte d'un ensemble de locaux. Une surface ne dit que les locaux où elle est connue."""

    locaux: int = 0
    occupes: int = 0
    vacants: int = 0
    structurels: int = 0
    surface: float = 0.0
    mesures: int = 0
    surface_vacante: float = 0.0
    vacants_mesures: int = 0

    @property
    def taux(self) -> float | None:
        return self.vacants / self.locaux if self.locaux else None


def comptes_par_anneau(zone: Zone) -> dict[int, Comptes]:
    """Un compte par anneau, les vides compris."""
    lus = {ligne.pop("anneau"): Comptes(**ligne) for ligne in zone.executer(calculs.comptes(zone.locaux(), "anneau"))}
    return {anneau.rang: lus.get(anneau.rang, Comptes()) for anneau in zone.anneaux}


def comptes_de_la_zone(zone: Zone) -> Comptes:
    return Comptes(**zone.executer(calculs.comptes(zone.locaux()))[0])


@dataclass(frozen=True)
class VacanceDeRue:
    voie_id: int
    voie: str
    commune: str
    comptes: Comptes


def vacance_par_rue(zone: Zone) -> list[VacanceDeRue]:
    """Les rues de la zone où un local au moins est vacant, la plus touchée d'abord."""
    lues = zone.executer(calculs.vacance_par_rue(zone.locaux()))
    return [
        VacanceDeRue(ligne.pop("voie_id"), ligne.pop("voie"), ligne.pop("commune") or "", Comptes(**ligne))
        for ligne in lues
    ]


def offre_par_anneau(zone: Zone, *, activite: str = "") -> Mapping[tuple[int, str], dict[str, Any]]:
    """L'offre de la même famille (ou de la seule même activité) : par anneau et tranche de surface."""
    if not zone.famille:
        return {}
    choisis = calculs.offre(zone.locaux(), famille=zone.famille, activite=activite)
    return {(ligne["anneau"], ligne["tranche"]): ligne for ligne in zone.executer(calculs.offre_par_anneau(choisis))}


def surfaces_par_commune(projet: ProjetCdac, *, au: date) -> dict[str, dict[str, Any]]:
    """Les surfaces occupées de chaque commune du territoire, et celles de la famille du projet."""
    table = situation(au)
    lues = lecture.en_memoire(
        calculs.surfaces_par_commune(_dans_le_champ(table), famille_de(projet.activite)), {PROCHES: table}
    )
    return {ligne["code_commune"]: ligne for ligne in lues}


def surfaces_de_la_zone(zone: Zone) -> list[dict[str, Any]]:
    """Les mêmes surfaces, dans la seule zone du projet."""
    return zone.executer(calculs.surfaces_par_commune(zone.locaux(), zone.famille))


def releve_le_plus_recent(table: pa.Table) -> date | None:
    """Le jour du dernier relevé connu parmi ces locaux."""
    return pc.max(table["releve_le"]).as_py() if table.num_rows else None


# --- Les lignes derrière un chiffre ---

QUOI = {"locaux": "Locaux", "occupes": "Locaux occupés", "vacants": "Locaux vacants", "offre": "Offre concurrente"}


@dataclass(frozen=True)
class Filtre:
    """Les lignes demandées : quoi, dans quel anneau (None : tous), quelle rue, quelle tranche, même activité ou non."""

    quoi: str = "locaux"
    anneau: int | None = None
    voie_id: int | None = None
    tranche: str = ""
    meme_activite: bool = False


def lignes(zone: Zone, filtre: Filtre) -> list[dict[str, Any]]:
    """Les locaux derrière un chiffre, du plus proche au plus loin."""
    choisis = zone.locaux()
    if filtre.quoi == "offre":
        activite = zone.projet.activite if filtre.meme_activite else ""
        choisis = calculs.offre(choisis, famille=zone.famille, activite=activite)
    elif filtre.quoi == "vacants":
        choisis = calculs.vacants(choisis)
    elif filtre.quoi == "occupes":
        choisis = calculs.occupes(choisis)
    for colonne in ("anneau", "voie_id", "tranche"):
        valeur = getattr(filtre, colonne)
        if valeur not in (None, ""):
            choisis = choisis.filter(choisis[colonne] == valeur)
    colonnes = ("id", "pk", "adresse", "commune", "quartier", "enseigne", "activite_libelle", "famille_libelle", "etat",
                "vacant", "vacant_depuis", "surface", "surface_vente_m2", "tranche", "distance_m", "anneau",
                "releve_le", "lon", "lat")  # fmt: skip
    return zone.executer(choisis.select(*colonnes).order_by("distance_m", "id"))
