"""D'où vient une alerte reprise d'un autre outil : ce que ses mises à jour et son annulation citeront."""

from django.db import models

from tissu.actions.alerte_commerce.models.alertes import Alerte


class OrigineCap(models.Model):
    """Le message CAP dont une alerte est reprise : son émetteur, son identifiant, son heure d'envoi à la seconde."""

    alerte = models.OneToOneField(Alerte, on_delete=models.CASCADE, related_name="origine_cap")
    emetteur = models.CharField("émetteur", max_length=200)
    identifiant = models.CharField(max_length=200)
    envoye_le = models.DateTimeField()

    class Meta:
        verbose_name = "origine CAP"
        verbose_name_plural = "origines CAP"
        ordering = ("-envoye_le", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("emetteur", "identifiant", "envoye_le"), name="origine_cap_unique"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.emetteur},{self.identifiant}"
