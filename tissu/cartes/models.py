"""Ce que les personnes confient aux cartes : des contours à elles, et des clés pour leur SIG."""

from datetime import datetime

from django.conf import settings
from django.db import models

from tissu.comptes.models import Organisation


class Perimetre(models.Model):
    """Un contour déposé, pour y choisir. `geometrie` est un GeoJSON en WGS84 (degrés), surfacique.

    Partagé, toute l'organisation de l'auteur s'en sert ; lui seul le renomme ou l'efface.
    """

    nom = models.CharField(max_length=200)
    geometrie = models.TextField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="perimetres")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partage = models.BooleanField(default=False)
    fichier = models.CharField(max_length=200)
    sommets = models.PositiveIntegerField()
    surface_ha = models.FloatField()
    depose_le = models.DateTimeField()

    class Meta:
        verbose_name = "périmètre"
        ordering = ("nom", "pk")
        constraints = (models.UniqueConstraint(fields=("auteur", "nom"), name="perimetre_nom_unique"),)

    def __str__(self) -> str:
        return self.nom


class CleAcces(models.Model):
    """Une clé qui ouvre, en lecture, les couches d'une personne à son SIG. Seule son empreinte est gardée."""

    nom = models.CharField(max_length=100)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cles_d_acces")
    empreinte = models.CharField(max_length=64, unique=True)
    creee_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    revoquee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "clé d'accès"
        verbose_name_plural = "clés d'accès"
        ordering = ("-creee_le", "-pk")

    def __str__(self) -> str:
        return self.nom

    def ouverte(self, *, au: datetime) -> bool:
        """Vrai si la clé ouvre encore à ce moment."""
        return self.revoquee_le is None and au < self.expire_le
