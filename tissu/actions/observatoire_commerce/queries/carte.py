"""La vacance par quartier et par commune, telle qu'une carte la lit : une table Arrow, une ligne par surface."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.vacance import Vacance, vacances
from tissu.cartes.fond import communes_du_territoire
from tissu.locaux.queries.contours import AUCUN, OFFICIEL, contours_des_lieux

SCHEMA = pa.schema([
    ("id", pa.string()), ("nom", pa.string()), ("geometrie", pa.binary()), ("taux", pa.float64()),
    ("niveau", pa.string()), ("vacantes", pa.int64()), ("structurelles", pa.int64()), ("cellules", pa.int64()),
    ("contour", pa.string()), ("secret", pa.bool_()),
])  # fmt: skip


def quartiers_situes(au: date) -> pa.Table:
    """Chaque quartier ce jour-là : son contour officiel si on l'a importé, sinon celui que dessinent ses locaux."""
    situes = Lieu().cellules(au).select(["quartier", "lon", "lat"])
    noms = pc.unique(situes["quartier"].drop_null()).to_pylist()
    places: dict[str, list[tuple[float, float]]] = {nom: [] for nom in noms}
    for ligne in situes.drop_null().to_pylist():
        places[ligne["quartier"]].append((ligne["lon"], ligne["lat"]))
    return _table(vacances(Lieu(), au, "quartier"), contours_des_lieux(places))


def communes_situees(au: date) -> pa.Table:
    """Chaque commune où des locaux sont recensés ce jour-là."""
    contours = {code: (contour, OFFICIEL) for code, _, contour in communes_du_territoire()}
    return _table(vacances(Lieu(), au, "code_commune"), contours)


def _table(parts: Iterable[Vacance], contours: Mapping[Any, tuple[Any, str]]) -> pa.Table:
    """Sous le nombre minimal de locaux, seul ce nombre reste."""
    lignes = []
    for part in parts:
        contour, sorte = contours.get(part.cle, (None, AUCUN))
        tue = part.taux is None
        lignes.append({
            "id": part.cle, "nom": part.titre, "geometrie": shapely.to_wkb(contour) if contour is not None else None,
            "taux": None if tue else float(part.taux or 0), "niveau": part.niveau.libelle if part.niveau else None,
            "vacantes": None if tue else part.vacantes, "structurelles": None if tue else part.structurelles,
            "cellules": part.cellules, "contour": sorte if contour is not None else AUCUN, "secret": tue,
        })  # fmt: skip
    return pa.Table.from_pylist(lignes, schema=SCHEMA)
