"""L'histoire d'un local : qui l'occupe, dans quel état il est, ce qu'il est devenu.

Une date de début vide veut dire « avant tout relevé » ; une date de fin est le dernier jour compris ; vide, le fait
dure encore.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from tissu.locaux.choices import EtatLocal, Independance, NatureTransformation, OrigineActivite, Source
from tissu.locaux.models.campagnes import Campagne
from tissu.locaux.models.locaux import Local


class Occupation(models.Model):
    """Une enseigne dans un local, pendant un temps.

    `activite` est un code de la typologie à deux niveaux (`tissu.locaux.nomenclatures`), `activite_source` le libellé
    d'origine. Une occupation `accessoire` partage le local d'une autre (boutique dans la boutique). `champs_tenus` :
    les champs posés par une personne, qu'un fichier ne change plus.
    """

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="occupations")
    debut = models.DateField(null=True, blank=True)
    fin = models.DateField(null=True, blank=True)
    enseigne = models.CharField(max_length=200, blank=True)
    siret = models.CharField(max_length=14, blank=True, db_index=True)
    activite = models.CharField(max_length=40, blank=True)
    activite_source = models.CharField(max_length=200, blank=True)
    origine_activite = models.CharField(max_length=20, choices=OrigineActivite, default=OrigineActivite.FICHIER)
    independance = models.CharField(max_length=20, choices=Independance, default=Independance.INCONNUE)
    accessoire = models.BooleanField(default=False)
    champs_tenus = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    campagne = models.ForeignKey(Campagne, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    historique = HistoricalRecords()

    class Meta:
        ordering = ("local", F("debut").asc(nulls_first=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="occupation_dates_en_ordre",
            ),
            models.UniqueConstraint(
                fields=("local",), condition=Q(fin__isnull=True, accessoire=False), name="occupation_en_cours_unique"
            ),
        )

    def __str__(self) -> str:
        return self.enseigne or "Occupant sans enseigne"


class PeriodeEtat(models.Model):
    """L'état d'un local pendant un temps. Deux états d'un même local ne se chevauchent jamais.

    `releve_le` : le jour où quelqu'un l'a constaté ; None quand la source ne le dit pas.
    """

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="etats")
    etat = models.CharField(max_length=30, choices=EtatLocal)
    debut = models.DateField(null=True, blank=True)
    fin = models.DateField(null=True, blank=True)
    releve_le = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    campagne = models.ForeignKey(Campagne, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "état"
        ordering = ("local", F("debut").asc(nulls_first=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="etat_dates_en_ordre",
            ),
            models.UniqueConstraint(fields=("local",), condition=Q(fin__isnull=True), name="etat_en_cours_unique"),
        )

    def __str__(self) -> str:
        return self.get_etat_display()


class Transformation(models.Model):
    """Une scission ou une fusion : des locaux disparaissent ce jour-là, d'autres paraissent ; l'histoire suit."""

    nature = models.CharField(max_length=20, choices=NatureTransformation)
    le = models.DateField()
    motif = models.CharField(max_length=300, blank=True)
    avant = models.ManyToManyField(Local, related_name="devenus")
    apres = models.ManyToManyField(Local, related_name="issus_de")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saisie_le = models.DateTimeField()

    class Meta:
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.le:%d/%m/%Y}"
