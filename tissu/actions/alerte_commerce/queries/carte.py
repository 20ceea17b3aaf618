"""Ce que les cartes de la fiche 3 montrent : une table Arrow, une ligne par commerce ou par surface."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent, Alerte
from tissu.actions.alerte_commerce.queries.alertes import envoyees, quartier_ou_commune
from tissu.actions.alerte_commerce.queries.couverture import Part, couverture
from tissu.actions.alerte_commerce.queries.gestion import Criteres, adherents
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.secret import AUTRES, regrouper
from tissu.cartes.fond import communes_du_territoire
from tissu.locaux.nomenclatures import libelle_famille
from tissu.locaux.queries.contours import AUCUN, OFFICIEL, Contour, contours_des_lieux
from tissu.locaux.queries.situation import situation
from tissu.registre.queries.carte import contours_des_quartiers, version_des_zones
from tissu.socle.territoire import territoire

PLACES = (EtatAdherent.ACTIF, EtatAdherent.SUSPENDU, EtatAdherent.A_VERIFIER)
"""Les commerces du réseau, et ceux qui ont prouvé leur mobile pour en être."""
COMMERCES = pa.schema([
    ("id", pa.string()), ("lon", pa.float64()), ("lat", pa.float64()), ("nom", pa.string()), ("activite", pa.string()),
    ("commune", pa.string()), ("quartier", pa.string()), ("etat", pa.string()), ("adhere_le", pa.date32()),
])  # fmt: skip
COUVERTURE = pa.schema([
    ("id", pa.string()), ("nom", pa.string()), ("geometrie", pa.binary()), ("taux", pa.float64()),
    ("adherents", pa.int64()), ("commerces", pa.int64()), ("contour", pa.string()), ("secret", pa.bool_()),
])  # fmt: skip
ALERTES = pa.schema([
    ("id", pa.string()), ("nom", pa.string()), ("geometrie", pa.binary()), ("alertes", pa.int64()),
    ("contour", pa.string()), ("secret", pa.bool_()),
])  # fmt: skip
PROCHE_DEGRES = 0.003
"""Trois cents mètres environ : au-delà, un local ne dit plus le quartier d'un point."""
CHAMPS = ("pk", "lon", "lat", "nom", "activite", "code_commune", "local__quartier", "etat", "adhere_le")


def commerces_du_reseau(criteres: Criteres) -> pa.Table:
    """Les adhérents, situés ; ni numéro, ni courriel, ni nom de personne. Nombre constant de requêtes."""
    choisis: QuerySet[Adherent] = adherents(criteres).filter(etat__in=PLACES)
    lus = list(choisis.values_list(*CHAMPS))
    quartiers = quartiers_des_points([(ligne[1], ligne[2]) for ligne in lus])
    communes = territoire().communes
    lignes = [
        {
            "id": str(pk), "lon": lon, "lat": lat, "nom": nom, "activite": libelle_famille(activite) or None,
            "commune": communes.get(commune, commune), "quartier": quartier or devine or None,
            "etat": EtatAdherent(etat).label, "adhere_le": adhere_le,
        }
        for (pk, lon, lat, nom, activite, commune, quartier, etat, adhere_le), devine in zip(
            lus, quartiers, strict=True
        )
    ]  # fmt: skip
    return pa.Table.from_pylist(lignes, schema=COMMERCES)


def quartiers_des_points(points: Sequence[tuple[float | None, float | None]]) -> list[str]:
    """Le quartier officiel où tombe chaque point (lon, lat), sinon celui du local le plus proche ; vide au loin."""
    trouves = [""] * len(points)
    rangs = [rang for rang, (lon, lat) in enumerate(points) if lon is not None and lat is not None]
    if not rangs:
        return trouves
    poses = shapely.points(np.array([points[rang] for rang in rangs], dtype=float))
    for rang, nom in _noms_proches(poses, *_positions_nommees()):
        trouves[rangs[rang]] = nom
    contours = contours_des_quartiers()
    noms = list(contours)
    for rang, surface in shapely.STRtree(list(contours.values())).query(poses, predicate="intersects").T.tolist():
        trouves[rangs[rang]] = noms[surface]
    return trouves


def _positions_nommees() -> tuple[list[str], Any]:
    """Le quartier et le point de chaque local qui a les deux."""
    lus = situation(timezone.localdate()).select(["quartier", "lon", "lat"]).drop_null()
    lus = lus.filter(pc.not_equal(lus["quartier"], ""))
    return lus["quartier"].to_pylist(), shapely.points(lus["lon"].to_numpy(), lus["lat"].to_numpy())


def _noms_proches(poses: Any, noms: list[str], locaux: Any) -> list[tuple[int, str]]:
    """(rang du point, quartier du local le plus proche), à `PROCHE_DEGRES` au plus."""
    if not noms:
        return []
    paires = shapely.STRtree(locaux).query_nearest(poses, max_distance=PROCHE_DEGRES, all_matches=False)
    return [(rang, noms[local]) for rang, local in paires.T.tolist()]


def version_des_adherents() -> str:
    """Change à chaque écriture sur un adhérent, à chaque départ, et avec les quartiers."""
    histoire: Any = Adherent.historique.model.objects.aggregate(derniere=Max("history_id"))  # type: ignore[attr-defined]
    combien = Adherent.objects.aggregate(combien=Count("pk"))
    return f"{histoire['derniere'] or 0}-{combien['combien']}-{version_des_zones()}"


def quartiers_couverts(jour: date) -> pa.Table:
    """La couverture de chaque quartier, dans son contour officiel, sinon celui que dessinent ses commerces.

    Une commune sans quartier est dessinée en entier ; ce qui n'est d'aucun quartier dans une commune qui en a, non.
    """
    lue = couverture(jour)
    combien, connues = {part.cle: part.commerces for part in lue.quartiers}, _communes()
    entieres = {
        commune.nom: connues[commune.cle]
        for commune in lue.communes
        if commune.cle in connues and commune.commerces == combien.get(commune.nom)
    }  # fmt: skip
    return _couverture(lue.quartiers, entieres | contours_des_lieux(lue.places))


def communes_couvertes(jour: date) -> pa.Table:
    """La couverture de chaque commune où des commerces sont recensés."""
    return _couverture(couverture(jour).communes, _communes())


def _communes() -> dict[str, Contour]:
    return {code: (contour, OFFICIEL) for code, _, contour in communes_du_territoire()}


def _couverture(parts: Iterable[Part], contours: Mapping[str, Contour]) -> pa.Table:
    """Sous le secret, seul le nombre de commerces reste : il est public."""
    lignes = [
        {
            "id": part.cle or part.nom, "nom": part.nom, "taux": part.taux, "adherents": part.adherents,
            "commerces": part.commerces, "secret": part.taux is None, **_contour(part.cle, contours),
        }
        for part in parts
    ]  # fmt: skip
    return pa.Table.from_pylist(lignes, schema=COUVERTURE)


def alertes_par_quartier(debut: datetime, fin: datetime, *, au: datetime) -> pa.Table:
    """Les alertes parties dans la période, par quartier ; les mêmes cases dites que dans le tableau des chiffres.

    Les autres quartiers connus y sont, tus : un peu d'alertes ne se distingue pas d'aucune. Une commune sans quartier
    n'y est que si son nombre se dit, dessinée en entier. Vide sous le secret.
    """
    comptes = Counter(quartier_ou_commune(une) for une in envoyees(debut, fin))
    dits = dict(regrouper(comptes, seuil=int(reglage("alerte_secret", au))))
    contours = contours_des_lieux(_positions_par_quartier())
    entieres: dict[str, Contour] = {nom: (contour, OFFICIEL) for _, nom, contour in communes_du_territoire()}
    montres = sorted({*contours, *dits} - {AUTRES}) if dits else []
    lignes = [
        {
            "id": nom, "nom": nom, "alertes": dits.get(nom), "secret": nom not in dits,
            **_contour(nom, entieres | contours),
        }
        for nom in montres
    ]  # fmt: skip
    return pa.Table.from_pylist(lignes, schema=ALERTES)


def _positions_par_quartier() -> dict[str, list[tuple[float, float]]]:
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for nom, point in zip(*_positions_nommees(), strict=True):
        places[nom].append((point.x, point.y))
    return dict(places)


def _contour(cle: str, contours: Mapping[str, Contour]) -> dict[str, Any]:
    contour, sorte = contours.get(cle, (None, AUCUN))
    return {"geometrie": shapely.to_wkb(contour) if contour is not None else None, "contour": sorte}


def version_des_alertes() -> str:
    """Change à chaque alerte partie."""
    parties = Alerte.objects.filter(envoyee_le__isnull=False).aggregate(derniere=Max("pk"), combien=Count("pk"))
    return f"{parties['derniere'] or 0}-{parties['combien']}-{version_des_zones()}"


def derniere_alerte() -> date | None:
    """Le jour de la dernière alerte partie."""
    dernier = Alerte.objects.aggregate(le=Max("envoyee_le"))["le"]
    return timezone.localdate(dernier) if dernier else None
