"""Ce qui a été dépensé : jours passés, coûts directs et leurs pièces, aides individuelles de minimis."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.programme.choices import EtatTemps
from tissu.programme.models.budget import LigneDepense
from tissu.programme.models.conventions import Fiche

PERSONNE = settings.AUTH_USER_MODEL


class JourPasse(models.Model):
    """La part d'une journée qu'une personne a passée sur une ligne : 0,25, 0,5, 0,75 ou 1 jour.

    La somme d'une personne sur un même jour ne dépasse pas 1 (`rules.temps`).
    """

    personne = models.ForeignKey(PERSONNE, on_delete=models.PROTECT, related_name="jours_passes")
    ligne = models.ForeignKey(LigneDepense, on_delete=models.PROTECT, related_name="jours_passes")
    jour = models.DateField()
    duree_jours = models.DecimalField(max_digits=3, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    etat = models.CharField(max_length=10, choices=EtatTemps, default=EtatTemps.BROUILLON)
    soumis_le = models.DateTimeField(null=True, blank=True)
    decide_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decide_le = models.DateTimeField(null=True, blank=True)
    motif_renvoi = models.CharField(max_length=300, blank=True)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "jour passé"
        verbose_name_plural = "jours passés"
        ordering = ("jour", "ligne", "personne", "pk")
        indexes = (models.Index(fields=("ligne", "etat", "jour"), name="jours_par_ligne"),)
        constraints = (
            models.UniqueConstraint(fields=("personne", "ligne", "jour"), name="un_temps_par_personne_ligne_jour"),
            models.CheckConstraint(condition=Q(duree_jours__gt=0, duree_jours__lte=1), name="duree_dans_la_journee"),
        )

    def __str__(self) -> str:
        return f"{self.duree_jours} j le {self.jour}"


class CoutDirect(models.Model):
    """Une dépense payée (impression, prestation, salaire refacturé), avec son justificatif.

    `montant_eur` est ce qui pèse sur la fiche ; `taxes` dit s'il est hors taxes, toutes taxes, ou net.
    """

    class Taxes(models.TextChoices):
        HT = "ht", "Hors taxes"
        TTC = "ttc", "Toutes taxes comprises"
        NET = "net", "Net de taxes"

    ligne = models.ForeignKey(LigneDepense, on_delete=models.PROTECT, related_name="couts")
    date_facture = models.DateField()
    fournisseur = models.CharField(max_length=150)
    libelle = models.CharField(max_length=200)
    montant_eur = models.DecimalField(max_digits=12, decimal_places=2)
    taxes = models.CharField(max_length=3, choices=Taxes, default=Taxes.HT)
    paye_le = models.DateField(null=True, blank=True)
    piece = models.ForeignKey("programme.Piece", null=True, blank=True, on_delete=models.PROTECT, related_name="couts")
    etat = models.CharField(max_length=10, choices=EtatTemps, default=EtatTemps.SOUMIS)
    saisi_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.PROTECT, related_name="+")
    saisi_le = models.DateTimeField()
    decide_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decide_le = models.DateTimeField(null=True, blank=True)
    motif_renvoi = models.CharField(max_length=300, blank=True)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "coût direct"
        verbose_name_plural = "coûts directs"
        ordering = ("date_facture", "pk")
        indexes = (models.Index(fields=("ligne", "etat"), name="couts_par_ligne"),)

    def __str__(self) -> str:
        return f"{self.libelle}, {self.fournisseur}"


class AideDeMinimis(models.Model):
    """Une aide individuelle à une entreprise, à compter dans son plafond sur trois ans glissants.

    `entreprise_unique` : le SIREN de la tête du groupe au sens du règlement (UE) 2023/2831, article 2.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="aides")
    siren = models.CharField(max_length=9)
    entreprise_unique = models.CharField(max_length=9, db_index=True)
    denomination = models.CharField(max_length=200)
    montant_eur = models.DecimalField(max_digits=12, decimal_places=2)
    octroyee_le = models.DateField()
    declaration = models.ForeignKey(
        "programme.Piece", null=True, blank=True, on_delete=models.PROTECT, related_name="aides"
    )
    # Ce que l'entreprise déclare avoir reçu d'ailleurs sur la même période.
    autres_aides_eur = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    saisie_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.PROTECT, related_name="+")
    saisie_le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "aide de minimis"
        verbose_name_plural = "aides de minimis"
        ordering = ("-octroyee_le", "-pk")

    def __str__(self) -> str:
        return f"{self.denomination} : {self.montant_eur} €"
