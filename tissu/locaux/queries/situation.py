"""La situation de chaque local à une date : la table dont se calculent tous les chiffres, les listes et les cartes.

Elle se garde en mémoire, par date ; une écriture n'en refait que les locaux touchés, que l'historique nomme.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from tissu.locaux.models import Local, Occupation, PeriodeEtat, Photo, Signalement
from tissu.locaux.queries.lignes import COLONNES, lignes
from tissu.registre.queries.masques import sirets_masques, version_du_registre

DATES_GARDEES = 24
FENETRE = 500
"""Une écriture validée après une autre peut porter un numéro plus petit : on recompte les derniers."""

_SUIVIS: dict[Any, str] = {
    Local: "id",
    Occupation: "local_id",
    PeriodeEtat: "local_id",
    Photo: "local_id",
    Signalement: "local_id",
}


@dataclass(frozen=True)
class _Marque:
    """Jusqu'où l'historique de chaque table a été lu : dernier numéro, et combien dans la fenêtre qui le précède."""

    derniers: tuple[int, ...]
    comptes: tuple[int, ...]
    registre: str

    def __str__(self) -> str:
        return "-".join(str(valeur) for valeur in (*self.derniers, *self.comptes, self.registre))


_gardees: OrderedDict[date, tuple[_Marque, pa.Table]] = OrderedDict()
_verrou = threading.Lock()


def version() -> str:
    """Change à chaque écriture sur un local, son histoire, ses photos, ses signalements, et avec le registre."""
    return str(_marque())


def situation(au: date) -> pa.Table:
    """Un local par ligne, tel qu'il était ce jour-là, par référence ; colonnes de `lignes.COLONNES`.

    Un local écarté n'y est à aucune date. Le SIRET d'un établissement en diffusion partielle y est vide.
    """
    marque = _marque()
    with _verrou:
        gardee = _gardees.get(au)
    if gardee and gardee[0] == marque:
        return gardee[1]
    touches = _touches(gardee[0], marque) if gardee else None
    table = _construire(au) if gardee is None or touches is None else _remplacer(gardee[1], touches, au)
    with _verrou:
        _gardees[au] = (marque, table)
        _gardees.move_to_end(au)
        while len(_gardees) > DATES_GARDEES:
            _gardees.popitem(last=False)
    return table


def oublier() -> None:
    """Vide la mémoire : la base n'est plus la même."""
    with _verrou:
        _gardees.clear()


def _construire(au: date, pks: Iterable[int] | None = None) -> pa.Table:
    lues = lignes(au, pks=pks, masques=sirets_masques())
    colonnes = zip(*lues, strict=True) if lues else ([] for _ in COLONNES)
    return pa.table(
        [pa.array(colonne, genre) for colonne, genre in zip(colonnes, COLONNES.values(), strict=True)],
        schema=pa.schema(list(COLONNES.items())),
    )


def _remplacer(table: pa.Table, touches: set[int], au: date) -> pa.Table:
    restent = table.filter(pc.invert(pc.is_in(table["pk"], pa.array(sorted(touches), pa.int64()))))
    return pa.concat_tables([restent, _construire(au, touches)]).sort_by("id").combine_chunks()


def _marque() -> _Marque:
    with connection.cursor() as curseur:
        curseur.execute(_requete_de_la_marque())
        valeurs = curseur.fetchone()
    return _Marque(valeurs[::2], valeurs[1::2], version_du_registre())


@lru_cache(maxsize=1)
def _requete_de_la_marque() -> str:
    """Écrite une fois : une page lit la marque vingt fois, et nommer une table d'historique coûte plus que la lire."""
    requetes = []
    for modele in _SUIVIS:
        table = modele.historique.model._meta.db_table
        dernier = f'(SELECT COALESCE(MAX(history_id), 0) FROM "{table}")'  # noqa: S608 - nom d'une table à nous
        fenetre = f'(SELECT COUNT(*) FROM "{table}" WHERE history_id > {dernier} - {FENETRE})'  # noqa: S608
        requetes += [dernier, fenetre]
    return f"SELECT {', '.join(requetes)}"


def _touches(avant: _Marque, apres: _Marque) -> set[int] | None:
    """Les locaux écrits entre deux marques ; None s'il faut tout relire."""
    if avant.registre != apres.registre:
        return None
    touches: set[int] = set()
    for (modele, cle), dernier, compte, nouveau in zip(
        _SUIVIS.items(), avant.derniers, avant.comptes, apres.derniers, strict=True
    ):
        historique = modele.historique
        relu = historique.filter(history_id__gt=dernier - FENETRE, history_id__lte=dernier).count()
        if nouveau < dernier or relu != compte:
            return None
        if nouveau > dernier:
            touches |= set(
                historique.filter(history_id__gt=dernier).order_by().values_list(cle, flat=True)[: 5 * FENETRE]
            )
    return touches if len(touches) < FENETRE else None
