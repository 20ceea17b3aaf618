"""Charger le territoire de démonstration dans le registre : les mêmes imports que pour de vrais fichiers."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.files import File

from tissu.registre.operations import consulaire
from tissu.registre.operations.bodacc import importer_bodacc
from tissu.registre.operations.depots import deposer
from tissu.registre.operations.importation import importer_sirene, recomposer
from tissu.registre.operations.zones import charger_zones_du_territoire
from tissu.socle.territoire import territoire

EDITIONS_CONSULAIRES = (
    ("fichier_consulaire_precedent.csv", date(2026, 4, 1)),
    ("fichier_consulaire.csv", date(2026, 10, 1)),
)


def charger(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Zones, annonces du BODACC, fichiers Sirene, deux éditions du fichier consulaire, puis une recomposition."""
    cible = territoire()
    charger_zones_du_territoire(cible, au=au.date())
    suivi.avancer(0, "Annonces du BODACC")
    importer_bodacc(chemin=dossier / "bodacc_annonces.json", auteur=None)
    importer_sirene(dossier=dossier, territoire=cible, auteur=None, au=au, suivi=suivi)
    for nom, date_source in EDITIONS_CONSULAIRES:
        suivi.avancer(1, f"Fichier consulaire du {date_source:%d/%m/%Y}")
        with (dossier / nom).open("rb") as flux:
            depot = deposer(File(flux, name=nom), rayon=consulaire.RAYON)
        edition = consulaire.deposer_edition(depot=depot, date_source=date_source, auteur=None, le=au)
        consulaire.appliquer_edition(edition_id=edition.pk, auteur=None, le=au)
    recomposer(suivi=suivi, au=au)
