"""Ce que l'administration fiscale dit des locaux : réservé par la loi aux communes et à leur intercommunalité."""

from django.conf import settings
from django.db import models

from tissu.locaux.models.locaux import Local


class ImportFiscal(models.Model):
    """Un fichier fiscal reçu et lu d'un coup : qui, quand, quel millésime, combien de lignes rapprochées d'un local."""

    nom = models.CharField(max_length=255)
    fichier = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    octets = models.BigIntegerField()
    millesime = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    lignes = models.PositiveIntegerField(default=0)
    retenues = models.PositiveIntegerField(default=0)
    depose_le = models.DateTimeField()
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-depose_le", "-pk")

    def __str__(self) -> str:
        return self.nom


class DonneeFiscale(models.Model):
    """Ce qu'un fichier fiscal dit d'un local (vacance de deux ans). Réservé par la loi aux communes et à l'EPCI."""

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="donnees_fiscales")
    millesime = models.PositiveIntegerField()
    invariant = models.CharField(max_length=20, blank=True)
    vacant = models.BooleanField()
    source = models.CharField(max_length=200)
    importation = models.ForeignKey(
        ImportFiscal, null=True, blank=True, on_delete=models.SET_NULL, related_name="donnees"
    )

    class Meta:
        ordering = ("local", "-millesime")
        constraints = (models.UniqueConstraint(fields=("local", "millesime"), name="fiscale_unique"),)

    def __str__(self) -> str:
        return f"{self.local} en {self.millesime}"


class RejetFiscal(models.Model):
    """Une ligne mise de côté, avec son motif. `lue` garde ce qui situe le local : ni propriétaire, ni impôt."""

    importation = models.ForeignKey(ImportFiscal, on_delete=models.CASCADE, related_name="rejets")
    ligne = models.PositiveIntegerField()
    lue = models.JSONField(default=dict)
    motif = models.CharField(max_length=300)

    class Meta:
        ordering = ("importation", "ligne", "pk")

    def __str__(self) -> str:
        return f"{self.importation}, ligne {self.ligne}"
