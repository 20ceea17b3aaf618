"""Ce qui relie un local au registre, et ce qui demande qu'on aille voir."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from tissu.locaux.choices import EtatRapprochement, MotifSignalement
from tissu.locaux.models.locaux import Local


class Rapprochement(models.Model):
    """Un SIRET proposé pour un local, avec une confiance de 0 à 1 et ses raisons. Une personne décide.

    `motifs` : [{"code", "texte", "poids"}]. `version_registre` : celle où la proposition a été faite.
    """

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="rapprochements")
    siret = models.CharField(max_length=14, db_index=True)
    confiance = models.DecimalField(max_digits=4, decimal_places=3)
    motifs = models.JSONField(default=list)
    etat = models.CharField(max_length=20, choices=EtatRapprochement, default=EtatRapprochement.PROPOSE)
    version_registre = models.CharField(max_length=40, blank=True)
    propose_le = models.DateTimeField()
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decide_le = models.DateTimeField(null=True, blank=True)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("local", "-confiance", "siret")
        constraints = (models.UniqueConstraint(fields=("local", "siret"), name="rapprochement_unique"),)

    def __str__(self) -> str:
        return f"{self.local} – {self.siret}"


class Signalement(models.Model):
    """« À vérifier sur place » : ouvert par une source ou une personne, clos par une personne."""

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="signalements")
    motif = models.CharField(max_length=30, choices=MotifSignalement)
    texte = models.CharField(max_length=500, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    ouvert_le = models.DateTimeField()
    clos_le = models.DateTimeField(null=True, blank=True)
    clos_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    suite = models.CharField(max_length=500, blank=True)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("-ouvert_le", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("local", "motif", "siret"),
                condition=models.Q(clos_le__isnull=True),
                name="signalement_ouvert_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.local} : {self.get_motif_display()}"
