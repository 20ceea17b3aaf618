"""Les zones du territoire : parcs d'activités, quartiers, rues, périmètres d'étude."""

from django.db import models


class TypeZone(models.TextChoices):
    PARC_ACTIVITES = "parc_activites", "Parc d'activités"
    QUARTIER = "quartier", "Quartier"
    RUE = "rue", "Rue"
    PERIMETRE = "perimetre", "Périmètre"
    COMMUNE = "commune", "Commune"


class Zone(models.Model):
    """Une zone et son emprise. `geometrie` est un GeoJSON en WGS84 (degrés), surfacique.

    Une zone de type commune retient par le code officiel de `code_commune`, sans regarder les positions.
    `approximatif` dit que le contour a été dessiné à grands traits, et l'écran le répète.
    """

    id = models.SlugField(primary_key=True, max_length=100)
    nom = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=TypeZone)
    geometrie = models.TextField(blank=True)
    code_commune = models.CharField(max_length=5, blank=True)
    approximatif = models.BooleanField(default=False)
    source = models.CharField(max_length=200)
    date_source = models.DateField()
    proprietes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("type", "nom", "id")

    def __str__(self) -> str:
        return self.nom
