"""Ce que les personnes gardent de leurs recherches : la demande elle-même, ou leur propre liste de SIRET."""

from django.conf import settings
from django.db import models

from tissu.comptes.models import Organisation


class RechercheEnregistree(models.Model):
    """Une demande nommée. `adresse` est sa chaîne de paramètres, telle qu'elle se partage.

    Partagée, toute l'organisation de l'auteur la voit ; lui seul la renomme ou l'efface.
    """

    nom = models.CharField(max_length=100)
    adresse = models.TextField(blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recherches")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partagee = models.BooleanField(default=False)
    cree_le = models.DateTimeField()

    class Meta:
        ordering = ("nom", "pk")
        constraints = (models.UniqueConstraint(fields=("auteur", "nom"), name="recherche_nom_unique"),)

    def __str__(self) -> str:
        return self.nom


class ListeDeSirets(models.Model):
    """Une liste déposée : les SIRET du territoire à retrouver, et ce qui n'a pas été reconnu.

    `sirets` : ceux du registre au jour du dépôt ; `absents` : SIRET valides que le registre n'a pas ;
    `illisibles` : textes qui ne sont pas des SIRET.
    """

    nom = models.CharField(max_length=200)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="listes_de_sirets")
    sirets = models.JSONField(default=list)
    absents = models.JSONField(default=list)
    illisibles = models.JSONField(default=list)
    deposee_le = models.DateTimeField()

    class Meta:
        ordering = ("-deposee_le", "-pk")

    def __str__(self) -> str:
        return self.nom
