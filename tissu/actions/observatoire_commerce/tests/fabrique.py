"""De quoi peupler un essai de l'observatoire : un projet de CDAC, des locaux autour de lui."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.operations import cdac
from tissu.locaux.models import Local
from tissu.locaux.tests import fabrique as locaux

AU = datetime(2026, 11, 23, 9, tzinfo=UTC)
JOUR = AU.date()
LON, LAT = 5.0415, 47.322
METRE_EN_LATITUDE = 1 / 111_200


def a_distance(metres: float, **champs: Any) -> dict[str, Any]:
    """La position d'un local à tant de mètres au nord du projet."""
    return {"lon": LON, "lat": LAT + metres * METRE_EN_LATITUDE} | champs


def local(metres: float, enseigne: str = "", activite: str = "", **champs: Any) -> Local:
    """Un local à cette distance ; vacant sans enseigne ni activité."""
    return locaux.local(enseigne, activite, **a_distance(metres, **champs))


def projet(auteur: Any, **champs: Any) -> ProjetCdac:
    """Un projet de 1 200 m² d'alimentation, placé."""
    defauts: dict[str, Any] = {
        "nom": "Supermarché d'essai", "nature": "creation", "secteur": "alimentaire", "activite": "supermarche",
        "demande_le": date(2026, 10, 1), "surface_creee_m2": Decimal(1200), "dans_ensemble": False, "en_ort": False,
        "artificialisation": False, "code_commune": "21231", "adresse": "1 rue de l'Essai", "lon": LON, "lat": LAT,
    }  # fmt: skip
    return cdac.ouvrir_projet(champs=defauts | champs, etape="projet", auteur=auteur, au=AU)
