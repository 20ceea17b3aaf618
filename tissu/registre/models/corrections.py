"""Les corrections locales : ce que le terrain sait mieux que le fichier officiel, et pourquoi."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class EtatCorrection(models.TextChoices):
    ACTIVE = "active", "En vigueur"
    A_REVOIR = "a_revoir", "À revoir"
    CONFIRMEE = "confirmee", "Confirmée par la source"
    ABANDONNEE = "abandonnee", "Abandonnée"


# Une correction à revoir reste appliquée : c'est une personne, non l'import, qui la retire.
ETATS_APPLIQUES = (EtatCorrection.ACTIVE, EtatCorrection.A_REVOIR)


class Correction(models.Model):
    """Une valeur locale mise à la place de celle de la source, pour un champ d'un établissement.

    `valeur_source` et `source_au` disent ce que la source portait quand la correction a été posée (ou revue) ;
    `nouvelle_source` et `nouvelle_source_au`, ce qu'elle porte depuis, quand la correction est à revoir.
    Les valeurs sont en texte : chaîne vide pour « rien ».
    """

    siret = models.CharField(max_length=14, db_index=True)
    champ = models.CharField(max_length=40)
    valeur = models.CharField(max_length=300, blank=True)
    valeur_source = models.CharField(max_length=300, blank=True)
    source_au = models.DateField(null=True, blank=True)
    nouvelle_source = models.CharField(max_length=300, blank=True)
    nouvelle_source_au = models.DateField(null=True, blank=True)
    motif = models.CharField(max_length=500)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    le = models.DateTimeField()
    etat = models.CharField(max_length=20, choices=EtatCorrection, default=EtatCorrection.ACTIVE)
    expire_le = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ("siret", "champ", "-le", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("siret", "champ"),
                condition=Q(etat__in=["active", "a_revoir"]),
                name="correction_appliquee_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.siret} : {self.champ}"
