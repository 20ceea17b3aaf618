"""Ce qu'une personne suit des locaux d'un lieu, et le résumé mensuel qu'elle en reçoit."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tissu.actions.observatoire_commerce.choices import SorteVeille
from tissu.locaux.models import Voie

PERSONNE = settings.AUTH_USER_MODEL


class VeilleDeLocaux(models.Model):
    """Une personne suit un lieu : le territoire (rien d'écrit), une commune, un quartier, une rue."""

    personne = models.ForeignKey(PERSONNE, on_delete=models.CASCADE, related_name="veilles_de_locaux")
    sorte = models.CharField(max_length=20, choices=SorteVeille)
    commune = models.CharField(max_length=5, blank=True)
    quartier = models.CharField(max_length=200, blank=True)
    voie = models.ForeignKey(Voie, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    creee_le = models.DateTimeField()

    class Meta:
        verbose_name = "veille de locaux"
        verbose_name_plural = "veilles de locaux"
        ordering = ("creee_le", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("personne", "sorte", "commune", "quartier"), condition=Q(voie__isnull=True),
                name="veille_locaux_unique_lieu",
            ),
            models.UniqueConstraint(
                fields=("personne", "sorte", "voie"), condition=Q(voie__isnull=False), name="veille_locaux_unique_rue"
            ),
            models.CheckConstraint(
                condition=~Q(sorte=SorteVeille.TOUT) | Q(voie__isnull=False), name="veille_locaux_tout_d_une_rue"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_sorte_display()} ({self.voie or self.quartier or self.commune or 'territoire'})"


class PreferenceDeVeille(models.Model):
    """Où en est le résumé mensuel d'une personne ; si elle le veut est un choix des messages.

    `examine_le` : le dernier jour où ses veilles ont été examinées, qu'il y ait eu de quoi écrire ou non ;
    `vu_jusqu_a` : jusqu'où l'histoire des locaux lui a été dite.
    """

    personne = models.OneToOneField(PERSONNE, on_delete=models.CASCADE, related_name="preference_de_veille")
    examine_le = models.DateField(null=True, blank=True)
    vu_jusqu_a = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "préférence de veille"
        verbose_name_plural = "préférences de veille"

    def __str__(self) -> str:
        return f"Veilles de {self.personne}"
