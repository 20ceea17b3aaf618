"""Le fichier consulaire de la chambre : éditions reçues, données par établissement, suite des effectifs."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class Correspondance(models.Model):
    """Quelle colonne du fichier de la chambre porte quel champ ; gardée pour les éditions suivantes."""

    nom = models.CharField(max_length=100, unique=True)
    colonnes = models.JSONField(default=dict)

    class Meta:
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class EtatEdition(models.TextChoices):
    DEPOSEE = "deposee", "À vérifier"
    APPLIQUEE = "appliquee", "Appliquée"
    ANNULEE = "annulee", "Annulée"


class EditionConsulaire(models.Model):
    """Un fichier reçu. `fichier` désigne sa copie gardée (`operations.depots`).

    `avant` va de chaque SIRET touché à ce qu'on en savait avant (None : rien) ; c'est ce qui permet d'annuler.
    """

    nom = models.CharField(max_length=255)
    fichier = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    octets = models.BigIntegerField()
    colonnes = models.JSONField(default=dict)
    date_source = models.DateField()
    etat = models.CharField(max_length=20, choices=EtatEdition, default=EtatEdition.DEPOSEE)
    deposee_le = models.DateTimeField()
    appliquee_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    comptes = models.JSONField(default=dict, blank=True)
    avant = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-deposee_le", "-pk")

    def __str__(self) -> str:
        return self.nom


class DonneeConsulaire(models.Model):
    """Ce que la chambre sait d'un établissement. Montants en euros ; `effectif` en salariés, à `effectif_date`."""

    siret = models.CharField(primary_key=True, max_length=14)
    effectif = models.PositiveIntegerField(null=True, blank=True)
    effectif_date = models.DateField(null=True, blank=True)
    effectif_source = models.CharField(max_length=100, blank=True)
    dirigeant = models.CharField(max_length=200, blank=True)
    # Sans accent ni casse : c'est ce que la recherche par dirigeant compare.
    dirigeant_normalise = models.CharField(max_length=200, blank=True, db_index=True)
    fonction = models.CharField(max_length=100, blank=True)
    telephone = models.CharField(max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    site = models.URLField(blank=True)
    chiffre_affaires_eur = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    capital_eur = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    edition = models.ForeignKey(
        EditionConsulaire, null=True, blank=True, on_delete=models.PROTECT, related_name="donnees"
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ("siret",)

    def __str__(self) -> str:
        return self.siret


class EffectifConsulaire(models.Model):
    """Un effectif connu : combien, à quelle date, dit par qui, saisi par qui."""

    siret = models.CharField(max_length=14, db_index=True)
    valeur = models.PositiveIntegerField()
    date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=100)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saisi_le = models.DateTimeField()
    edition = models.ForeignKey(
        EditionConsulaire, null=True, blank=True, on_delete=models.CASCADE, related_name="effectifs"
    )

    class Meta:
        ordering = ("siret", "-date", "-saisi_le", "-pk")

    def __str__(self) -> str:
        return f"{self.siret} : {self.valeur}"
