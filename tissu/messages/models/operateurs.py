"""Les opérateurs : leur santé, l'exécutant qui tient leur ligne, les accusés qui attendent leur message."""

import uuid

from django.db import models


class EtatOperateur(models.Model):
    """La santé d'un opérateur, telle que la voient ceux qui envoient et l'écran de suivi.

    `ecoutee_depuis` : depuis quand sa ligne est ouverte, et ce qu'elle dit noté sans trou ; vide, elle est fermée.
    """

    nom = models.CharField(max_length=60, primary_key=True)
    ecoutee_depuis = models.DateTimeField(null=True, blank=True)
    vu_le = models.DateTimeField(null=True, blank=True)
    erreur = models.CharField(max_length=300, blank=True)
    lent_depuis = models.DateTimeField(null=True, blank=True)
    lent_jusqu_a = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "état d'un opérateur"
        verbose_name_plural = "états des opérateurs"

    def __str__(self) -> str:
        return self.nom


class Poste(models.Model):
    """Un exécutant qui tient la ligne d'un opérateur : un seul à la fois. `vu_le` bat tant qu'il vit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operateur = models.CharField(max_length=60, db_index=True)
    machine = models.CharField(max_length=100)
    ouvert_le = models.DateTimeField()
    vu_le = models.DateTimeField()
    ferme_le = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.operateur}, {self.machine}"


class Accuse(models.Model):
    """Un accusé de réception arrivé avant que l'on sache de quel message il parle. Il s'efface quand on le sait."""

    operateur = models.CharField(max_length=60)
    identifiant = models.CharField(max_length=65)
    reference = models.PositiveIntegerField(null=True, blank=True)
    numero = models.CharField(max_length=20, blank=True)
    etat = models.CharField(max_length=12)
    motif = models.CharField(max_length=200, blank=True)
    recu_le = models.DateTimeField()

    class Meta:
        verbose_name = "accusé"
        indexes = (models.Index(fields=("operateur", "identifiant")), models.Index(fields=("recu_le",)))

    def __str__(self) -> str:
        return f"{self.operateur} {self.identifiant} : {self.etat}"
