"""Filtrer, trier et feuilleter les locaux d'un jour : la même demande sert la liste et la carte."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tissu.locaux.choices import EtatLocal
from tissu.registre.recherche import normaliser

VACANT, STRUCTUREL = "vacants", "structurels"
CHOIX_D_ETAT = (
    (VACANT, "Tous les vacants"), (STRUCTUREL, "Vacance structurelle"),
    *((etat.value, etat.label) for etat in EtatLocal if etat != EtatLocal.VACANT_STRUCTUREL),
)  # fmt: skip
TRIS = {
    "adresse": ("voie", "numero_rang"), "enseigne": ("enseigne",), "activite": ("activite_libelle",), "etat": ("etat",),
    "depuis": ("vacant_depuis", "etat_depuis"), "surface": ("surface_m2",), "quartier": ("quartier",),
    "releve": ("releve_le",),
}  # fmt: skip


@dataclass(frozen=True)
class Criteres:
    """Ce qu'une personne demande. Vide : tous. `cadre` : ouest, sud, est, nord, en degrés ; `parmi` : des clés."""

    texte: str = ""
    commune: str = ""
    quartier: str = ""
    voie: int | None = None
    nature: str = ""
    famille: str = ""
    activite: str = ""
    etat: str = ""
    independance: str = ""
    a_verifier: bool = False
    sans_position: bool = False
    disponible: bool = False
    surface_min: float | None = None
    surface_max: float | None = None
    cadre: tuple[float, float, float, float] | None = None
    tri: str = ""
    parmi: frozenset[int] | None = None


def filtrer(table: pa.Table, criteres: Criteres) -> pa.Table:
    """Les locaux qui répondent à tous les critères."""
    masque = None
    for condition in _conditions(table, criteres):
        masque = condition if masque is None else pc.and_(masque, condition)
    return table if masque is None else table.filter(pc.fill_null(masque, False))


def _conditions(table: pa.Table, criteres: Criteres) -> Sequence[Any]:
    conditions = [pc.match_substring(table["cherche"], mot) for mot in normaliser(criteres.texte).split()]
    egales = {
        "code_commune": criteres.commune, "quartier": criteres.quartier, "voie_id": criteres.voie,
        "nature": criteres.nature, "famille": criteres.famille, "activite": criteres.activite,
        "independance": criteres.independance,
    }  # fmt: skip
    conditions += [pc.equal(table[colonne], valeur) for colonne, valeur in egales.items() if valeur]
    if criteres.etat:
        lire = ETATS_GROUPES.get(criteres.etat, lambda t: pc.equal(t["etat"], criteres.etat))
        conditions.append(lire(table))
    if criteres.a_verifier:
        conditions.append(table["a_verifier"])
    if criteres.sans_position:
        conditions.append(pc.is_null(table["lon"]))
    if criteres.disponible:
        conditions.append(table["accord_publication"])
    if criteres.surface_min is not None:
        conditions.append(pc.greater_equal(table["surface_m2"], criteres.surface_min))
    if criteres.surface_max is not None:
        conditions.append(pc.less_equal(table["surface_m2"], criteres.surface_max))
    if criteres.parmi is not None:
        conditions.append(pc.is_in(table["pk"], pa.array(sorted(criteres.parmi), pa.int64())))
    if criteres.cadre:
        ouest, sud, est, nord = criteres.cadre
        conditions.append(
            pc.and_(
                pc.and_(pc.greater_equal(table["lon"], ouest), pc.less_equal(table["lon"], est)),
                pc.and_(pc.greater_equal(table["lat"], sud), pc.less_equal(table["lat"], nord)),
            )
        )
    return conditions


ETATS_GROUPES: dict[str, Callable[[pa.Table], Any]] = {
    VACANT: lambda table: table["vacant"],
    STRUCTUREL: lambda table: table["structurel"],
    EtatLocal.INCONNU: lambda table: pc.or_(pc.is_null(table["etat"]), pc.equal(table["etat"], "inconnu")),
}


def trier(table: pa.Table, tri: str) -> pa.Table:
    """Par une clé de `TRIS`, à l'envers si elle commence par « - » ; par adresse sinon. La référence départage."""
    cle, sens = (tri[1:], "descending") if tri.startswith("-") else (tri, "ascending")
    colonnes = TRIS.get(cle, TRIS["adresse"])
    ordre = [*((colonne, sens) for colonne in colonnes), ("id", "ascending")]
    return table.take(pc.sort_indices(table, sort_keys=ordre))


class Lignes:
    """Une table triée qui se feuillette comme une liste : seule la page montrée devient des lignes Python."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __getitem__(self, tranche: slice) -> list[dict[str, Any]]:
        debut, fin, _ = tranche.indices(len(self))
        return self._table.slice(debut, fin - debut).to_pylist()


def valeurs(table: pa.Table, colonne: str) -> list[str]:
    """Les valeurs différentes d'une colonne, dans l'ordre."""
    return sorted(valeur for valeur in pc.unique(table[colonne]).to_pylist() if valeur)


def source_au(table: pa.Table) -> date | None:
    """Le relevé le plus récent de ces locaux."""
    return pc.max(table["releve_le"]).as_py() if table.num_rows else None
