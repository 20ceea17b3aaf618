"""Les pièces jointes : justificatifs de dépense, comptes rendus, livrables remis."""

from django.conf import settings
from django.db import models


class Piece(models.Model):
    """Un fichier déposé. `empreinte` : SHA-256 du contenu, qui prouve qu'il n'a pas changé."""

    fichier = models.FileField(upload_to="programme/pieces/%Y/")
    nom = models.CharField(max_length=200)
    type_mime = models.CharField(max_length=100)
    octets = models.PositiveBigIntegerField()
    empreinte = models.CharField(max_length=64)
    fiche = models.ForeignKey("programme.Fiche", on_delete=models.PROTECT, related_name="pieces")
    deposee_par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    deposee_le = models.DateTimeField()

    class Meta:
        verbose_name = "pièce"
        ordering = ("-deposee_le", "-pk")

    def __str__(self) -> str:
        return self.nom
