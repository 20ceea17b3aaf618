"""De petits fichiers dans la forme du fichier ouvert de la ville, pour les essais d'import."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from tissu.locaux.models import ImportLocaux
from tissu.locaux.operations.importation import RAYON, appliquer_import, deposer_import
from tissu.locaux.tests.fabrique import AU
from tissu.registre.operations.depots import deposer
from tissu.socle.travaux import SansSuivi

LON, LAT = 5.04, 47.32


def commerce(rang: int = 0, **proprietes: Any) -> dict[str, Any]:
    """Une boulangerie en activité ; `rang` la pose plus loin dans la rue ; `position=None` lui ôte la sienne."""
    position = proprietes.pop("position", [LON + rang * 1e-4, LAT])
    defauts = {
        "nom_enseigne": f"Au Bon Pain {rang}", "disponibilte": "Vendu", "dashboard_vacance": "En activité",
        "num_adresse": str(rang + 1), "adresse": "RUE DE LA LIBERTE", "nom_quartier": "Centre-Ville", "surface": 60,
        "rubrique": "Alimentation", "secteur_activite": "Boulangerie", "independant_enseigne": "Independant",
        "date_maj": "2022-02-10T15:46:06+01:00",
    }  # fmt: skip
    geometrie = {"type": "Point", "coordinates": position} if position else None
    return {"type": "Feature", "geometry": geometrie, "properties": defauts | proprietes}


def vacant(rang: int = 0, **proprietes: Any) -> dict[str, Any]:
    return commerce(rang, **{"dashboard_vacance": "Vacant", "disponibilte": "Vacant"} | proprietes)


def geojson(*entites: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(entites)}, ensure_ascii=False).encode()


def deposer_octets(contenu: bytes, *, nom: str = "commerces.geojson", au: datetime = AU, **champs: Any) -> ImportLocaux:
    depot = deposer(ContentFile(contenu, name=nom), rayon=RAYON)
    return deposer_import(depot=depot, auteur=None, au=au, **champs)


def importer(*entites: dict[str, Any], au: datetime = AU, **champs: Any) -> ImportLocaux:
    """Dépose et applique ces entités ; rend l'import appliqué."""
    depose = deposer_octets(geojson(*entites), au=au, **champs)
    appliquer_import(importation=depose, auteur=None, au=au, suivi=SansSuivi())
    depose.refresh_from_db()
    return depose


def importer_fichier(chemin: Path, *, au: datetime = AU) -> ImportLocaux:
    depose = deposer_octets(chemin.read_bytes(), nom=chemin.name, au=au)
    appliquer_import(importation=depose, auteur=None, au=au, suivi=SansSuivi())
    depose.refresh_from_db()
    return depose
