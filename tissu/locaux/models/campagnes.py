"""Les campagnes : qui a relevé quoi, quand, comment, et avec quoi cela se compare."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from tissu.locaux.choices import EtatCampagne, EtatReleve, MethodeCampagne, VerdictComparabilite
from tissu.locaux.models.locaux import Local, Voie


class Campagne(models.Model):
    """Un relevé des locaux d'un périmètre. `definition` dit ce qui compte comme local, `perimetre` où l'on a regardé.

    `communes` : codes officiels couverts ; vide : tout le territoire.
    """

    nom = models.CharField(max_length=200, unique=True)
    methode = models.CharField(max_length=20, choices=MethodeCampagne)
    definition = models.TextField()
    perimetre = models.CharField(max_length=300)
    communes = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=200, blank=True)
    debut = models.DateField()
    fin = models.DateField(null=True, blank=True)
    etat = models.CharField(max_length=20, choices=EtatCampagne, default=EtatCampagne.PREPARATION)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("-debut", "-pk")

    def __str__(self) -> str:
        return self.nom


class Comparabilite(models.Model):
    """Ce qu'une personne a décidé de deux campagnes. Sans décision, elles ne se comparent pas.

    `campagne` est la plus récente, `reference` l'autre.
    """

    campagne = models.ForeignKey(Campagne, on_delete=models.CASCADE, related_name="comparabilites")
    reference = models.ForeignKey(Campagne, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=VerdictComparabilite)
    motif = models.CharField(max_length=500)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        ordering = ("campagne", "reference")
        constraints = (models.UniqueConstraint(fields=("campagne", "reference"), name="comparabilite_unique"),)

    def __str__(self) -> str:
        return f"{self.campagne} / {self.reference} : {self.get_verdict_display()}"


class Tournee(models.Model):
    """Une rue confiée à un releveur dans une campagne, dans l'ordre où il la marche. Sans releveur, elle est libre.

    `version` compte les écritures du bureau : deux personnes qui préparent ne s'écrasent pas.
    """

    campagne = models.ForeignKey(Campagne, on_delete=models.CASCADE, related_name="tournees")
    voie = models.ForeignKey(Voie, on_delete=models.PROTECT, related_name="+")
    releveur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="tournees"
    )
    ordre = models.PositiveIntegerField(default=0)
    confiee_le = models.DateTimeField(null=True, blank=True)
    finie_le = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "tournée"
        ordering = ("campagne", "ordre", "pk")
        constraints = (models.UniqueConstraint(fields=("campagne", "voie"), name="tournee_unique"),)

    def __str__(self) -> str:
        return f"{self.voie} ({self.campagne})"


class Releve(models.Model):
    """Ce qu'un releveur a vu d'un local. `cle` vient du téléphone : le même relevé envoyé deux fois n'entre qu'une.

    `version_vue` est la version du local que le téléphone montrait, `vues` les valeurs qu'il en montrait ; un champ qui
    a changé depuis est en conflit et une personne tranche. `local` vide : un local que le releveur dit nouveau, mais
    qui ressemble à un local connu.
    """

    cle = models.UUIDField(unique=True)
    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="releves")
    tournee = models.ForeignKey(Tournee, null=True, blank=True, on_delete=models.SET_NULL, related_name="releves")
    local = models.ForeignKey(Local, null=True, blank=True, on_delete=models.PROTECT, related_name="releves")
    releveur = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    releve_le = models.DateTimeField()
    recu_le = models.DateTimeField()
    version_vue = models.PositiveIntegerField(null=True, blank=True)
    donnees = models.JSONField(default=dict)
    vues = models.JSONField(default=dict, blank=True)
    etat = models.CharField(max_length=20, choices=EtatReleve, default=EtatReleve.APPLIQUE)
    conflits = models.JSONField(default=list, blank=True)
    tranche_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tranche_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "relevé"
        ordering = ("-releve_le", "-pk")

    def __str__(self) -> str:
        return f"Relevé du {self.releve_le:%d/%m/%Y}"
