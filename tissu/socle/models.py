"""Les travaux de fond, leur avancement et leur battement."""

import uuid

from django.conf import settings
from django.db import models


class EtatTravail(models.TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    REUSSI = "reussi", "Terminé"
    ECHOUE = "echoue", "Échoué"


class Travail(models.Model):
    """Un travail de fond demandé par une personne ou par l'horloge.

    `battement` est écrit tant que l'exécutant vit ; un travail en cours sans battement récent est repris.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nom = models.CharField(max_length=100)
    libelle = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    etat = models.CharField(max_length=20, choices=EtatTravail, default=EtatTravail.EN_ATTENTE)
    part = models.FloatField(default=0)
    message = models.CharField(max_length=500, blank=True)
    tentative = models.PositiveSmallIntegerField(default=0)
    tentatives_max = models.PositiveSmallIntegerField(default=3)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    battement = models.DateTimeField(null=True, blank=True)
    executant = models.CharField(max_length=100, blank=True)
    resultat = models.JSONField(null=True, blank=True)
    retour = models.CharField(max_length=300, blank=True)
    erreur = models.TextField(blank=True)
    cree_le = models.DateTimeField()
    fini_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        ordering = ("-cree_le", "id")

    def __str__(self) -> str:
        return f"{self.libelle} ({self.get_etat_display()})"
