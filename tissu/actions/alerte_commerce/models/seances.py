"""Les séances mensuelles du comité sûreté du centre-ville (CPSQ) : qui est venu, ce qui est décidé, ce qui en est fait.

Ni nom, ni plaque, ni description d'une personne n'y entre (RGPD, art. 10) : les opérations le refusent.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.actions.alerte_commerce.choices import EtatDecision, EtatSeance

PERSONNE = settings.AUTH_USER_MODEL


class SeanceCPSQ(models.Model):
    """Une séance. `presents` : les organisations venues, une par ligne à l'écran ; `motif` : pourquoi pas tenue."""

    le = models.DateField("date", unique=True)
    lieu = models.CharField(max_length=150, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatSeance, default=EtatSeance.PREVUE)
    motif = models.CharField(max_length=300, blank=True)
    presents = models.JSONField("organisations présentes", default=list, blank=True)
    notes = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    modifiee_le = models.DateTimeField()
    auteur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "séance du CPSQ"
        verbose_name_plural = "séances du CPSQ"
        ordering = ("-le",)
        constraints = (
            models.CheckConstraint(condition=~Q(etat=EtatSeance.NON_TENUE) | ~Q(motif=""), name="seance_motif"),
        )

    def __str__(self) -> str:
        return f"CPSQ du {self.le:%d/%m/%Y}"


class DecisionCPSQ(models.Model):
    """Une action décidée en séance ; son état se suit d'une séance à l'autre. `responsable` : une organisation."""

    seance = models.ForeignKey(SeanceCPSQ, on_delete=models.CASCADE, related_name="decisions")
    texte = models.CharField(max_length=300)
    responsable = models.CharField(max_length=150, blank=True)
    echeance = models.DateField("échéance", null=True, blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatDecision, default=EtatDecision.A_FAIRE)
    suite = models.CharField("suite donnée", max_length=300, blank=True)
    close_le = models.DateField(null=True, blank=True)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "décision du CPSQ"
        verbose_name_plural = "décisions du CPSQ"
        ordering = ("seance__le", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(etat__in=(EtatDecision.FAITE, EtatDecision.ABANDONNEE), close_le__isnull=False)
                | Q(etat__in=(EtatDecision.A_FAIRE, EtatDecision.EN_COURS), close_le__isnull=True),
                name="decision_close_datee",
            ),
        )

    def __str__(self) -> str:
        return self.texte
