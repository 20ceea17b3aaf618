"""Les mots des cartes : les fichiers que l'on en sort, les formats d'impression."""

from django.db import models


class FormatDExport(models.TextChoices):
    """Les fichiers d'une couche telle qu'elle est montrée."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Classeur Excel"
    GEOJSON = "geojson", "GeoJSON"
    GPKG = "gpkg", "GeoPackage"
    PARQUET = "parquet", "GeoParquet"


class Papier(models.TextChoices):
    A4_PAYSAGE = "a4-paysage", "A4 paysage"
    A4_PORTRAIT = "a4-portrait", "A4 portrait"
    A3_PAYSAGE = "a3-paysage", "A3 paysage"
    A3_PORTRAIT = "a3-portrait", "A3 portrait"
