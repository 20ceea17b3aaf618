"""Ce que les cartes de la fiche 3 montrent : une table Arrow, une ligne par commerce ou par surface."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent, EtapeAdherent
from tissu.actions.alerte_commerce.queries.gestion import Criteres, adherents
from tissu.locaux.nomenclatures import libelle_famille
from tissu.registre.queries.carte import contours_des_quartiers, version_des_zones
from tissu.socle.territoire import territoire

PLACES = (EtatAdherent.ACTIF, EtatAdherent.SUSPENDU, EtatAdherent.A_VERIFIER)
"""Les commerces du réseau, et ceux qui ont prouvé leur mobile pour en être."""
COMMERCES = pa.schema([
    ("id", pa.string()), ("lon", pa.float64()), ("lat", pa.float64()), ("nom", pa.string()), ("activite", pa.string()),
    ("commune", pa.string()), ("quartier", pa.string()), ("etat", pa.string()), ("adhere_le", pa.date32()),
])  # fmt: skip
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
    """Le quartier officiel où tombe chaque point (lon, lat) ; vide hors de tout quartier, ou sans position."""
    contours = contours_des_quartiers()
    trouves = [""] * len(points)
    situes = [rang for rang, (lon, lat) in enumerate(points) if lon is not None and lat is not None]
    if not contours or not situes:
        return trouves
    noms = list(contours)
    arbre = shapely.STRtree(list(contours.values()))
    poses = shapely.points(np.array([points[rang] for rang in situes], dtype=float))
    for rang, surface in arbre.query(poses, predicate="intersects").T.tolist():
        trouves[situes[rang]] = trouves[situes[rang]] or noms[surface]
    return trouves


def version_des_adherents() -> str:
    """Change à chaque écriture sur un adhérent, à chaque départ, et avec les quartiers."""
    histoire: Any = Adherent.historique.model.objects.aggregate(derniere=Max("history_id"))  # type: ignore[attr-defined]
    combien = Adherent.objects.aggregate(combien=Count("pk"))
    return f"{histoire['derniere'] or 0}-{combien['combien']}-{version_des_zones()}"


def derniere_ecriture() -> date | None:
    """Le jour du dernier geste sur un adhérent."""
    dernier = EtapeAdherent.objects.aggregate(le=Max("le"))["le"]
    return timezone.localdate(dernier) if dernier else None
